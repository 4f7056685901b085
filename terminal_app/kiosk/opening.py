"""Opens what the kiosk needs from the second painting on: files and readers, and all that is imported for them."""

import logging
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.badge_number import BadgeNumberForm
from drivers.catalogue import create_reader
from drivers.reader import BadgeReader
from terminal_app import __version__
from terminal_app.clocking.clocking import ClockingKind
from terminal_app.doorbell import runtime_folder
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.display import Display
from terminal_app.kiosk.log import begin_log
from terminal_app.kiosk.reception import Reception
from terminal_app.kiosk.visit import Times, Visit
from terminal_app.kiosk.wording import load_wordings
from terminal_app.ledger.alone import alone_in
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.roster.look_up import Roster
from terminal_app.settings import Settings, UnknownBadge, reader_name
from terminal_app.timekeeping.clock import SystemClock
from terminal_app.timekeeping.watch import TimeWatch
from terminal_app.timekeeping.zones import zone_of

if TYPE_CHECKING:
    from terminal_app.ledger.mirror import Mirror

log = logging.getLogger(__name__)


def open_reception(
    app: KioskApp, display: Display, settings: Settings, storage: Executor, kinds: Sequence[ClockingKind]
) -> Reception:
    """A reception that will open its files on `storage` and its readers."""
    terminal = settings.terminal
    load_wordings()
    hold_back = settings.delivery.hold_back_seconds
    clock = SystemClock()
    watch = TimeWatch(clock, largest_error=timedelta(seconds=settings.time.largest_error_seconds))
    display.is_time_doubtful = lambda: watch.quality().is_doubtful
    times = Times(terminal.answer_seconds, terminal.choice_seconds, terminal.tile_seconds, hold_back)
    return Reception(
        app,
        display,
        Visit(times, first_language=terminal.languages[0], levels=settings.protime.activity_levels),
        open_desk=partial(open_desk, settings, watch),
        open_readers=partial(open_readers, settings),
        storage=storage,
        clock=clock,
        doorbells=runtime_folder(settings.storage.runtime_folder, settings.storage.folder),
        languages=terminal.languages,
        zone=zone_of(terminal.timezone),
        kinds=kinds,
        has_undo=hold_back > 0,
    )


def open_desk(settings: Settings, watch: TimeWatch) -> Desk:
    """A desk on the files of the settings, for this thread only, and the log. Raises LedgerError."""
    storage = settings.storage
    alone_in(storage.folder, "kiosk")  # for as long as the process lives
    begin_log(storage.folder)
    ledger = LedgerDatabase(storage.folder)
    log.info("kiosk-started version=%s", __version__)
    return Desk(
        ledger,
        Roster(storage.folder),
        SystemClock(),
        zone_of(settings.terminal.timezone),
        keep_unknown=settings.terminal.unknown_badge is UnknownBadge.RECORD,
        watch=watch,
        mirror=_open_mirror(storage.mirror, storage.folder) if storage.mirror else None,
        same_booking_seconds=settings.terminal.same_booking_seconds,
    )


def _open_mirror(mirror: Path, folder: Path) -> "Mirror":
    from terminal_app.ledger.mirror import Mirror  # noqa: PLC0415 # few kiosks have one

    return Mirror(mirror, folder)


def open_readers(settings: Settings) -> list[BadgeReader]:
    """The readers of the settings; their ports are opened when they are listened to."""
    return [
        create_reader(
            one.driver,
            name=reader_name(one),
            port=one.port,
            badge_number=BadgeNumberForm(one.badge_number.value),
        )
        for one in settings.reader
    ]
