"""Opens what the kiosk needs from the second painting on: its files, and all that is imported for them."""

import logging
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from terminal_app import __version__
from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.direction import Direction
from terminal_app.doorbell import runtime_folder
from terminal_app.kiosk.admin.door import AdminRules
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.choices_at_desk import ChoiceRules
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.display import Display
from terminal_app.kiosk.guest import Naming
from terminal_app.kiosk.listening import Listening
from terminal_app.kiosk.log import begin_log
from terminal_app.kiosk.memory import Memory
from terminal_app.kiosk.reception import Reception
from terminal_app.kiosk.signals.speaking import open_channels
from terminal_app.kiosk.site_messages import MessageFile
from terminal_app.kiosk.states import Times
from terminal_app.kiosk.tiles import TileSpec
from terminal_app.kiosk.visit import Visit
from terminal_app.kiosk.wishes import Direct
from terminal_app.kiosk.wording import load_wordings
from terminal_app.ledger.alone import alone_in
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.roster.look_up import Roster
from terminal_app.settings import Settings, StorageSettings, reader_name
from terminal_app.settings_choices import ReaderBooks, UnknownBadge, WalkAway
from terminal_app.timekeeping.clock import SystemClock
from terminal_app.timekeeping.watch import TimeWatch
from terminal_app.timekeeping.zones import zone_of

T = TypeVar("T")

KINDS_BOOKED = {
    ReaderBooks.REASON: ClockingKind.REASON,
    ReaderBooks.ACTIVITY: ClockingKind.ACTIVITY,
    ReaderBooks.ACTIVITY_END: ClockingKind.ACTIVITY_END,
}
DIRECTIONS_BOOKED = {ReaderBooks.IN: Direction.IN, ReaderBooks.OUT: Direction.OUT}

if TYPE_CHECKING:
    from terminal_app.ledger.mirror import Mirror

log = logging.getLogger(__name__)


def open_reception(
    app: KioskApp,
    display: Display,
    settings: Settings,
    *,
    storage: Executor,
    tiles: Sequence[TileSpec],
    listening: Listening,
) -> Reception:
    """A reception that will open its files on `storage`, and serve whoever `listening` hears of."""
    terminal = settings.terminal
    load_wordings()
    hold_back = settings.delivery.hold_back_seconds
    clock = SystemClock()
    watch = TimeWatch(clock, largest_error=timedelta(seconds=settings.time.largest_error_seconds))
    display.is_time_doubtful = lambda: watch.quality().is_doubtful
    admin = AdminRules(frozenset(settings.admin.badges), settings.admin.pin_file)
    times = Times(
        terminal.answer_seconds,
        terminal.choice_seconds,
        terminal.tile_seconds,
        hold_back,
        terminal.my_day_seconds,
        terminal.unknown_badge_seconds,
        settings.admin.seconds,
    )
    return Reception(
        app,
        display,
        Visit(
            times,
            first_language=terminal.languages[0],
            levels=settings.protime.activity_levels,
            kinds_of_readers=_booked(settings, KINDS_BOOKED),
            admin_badges=admin.badges,
        ),
        open_desk=partial(open_desk, settings, watch),
        listening=listening,
        storage=storage,
        clock=clock,
        doorbells=runtime_folder(settings.storage.runtime_folder, settings.storage.folder),
        languages=terminal.languages,
        zone=zone_of(terminal.timezone),
        tiles=tiles,
        has_undo=hold_back > 0,
        messages=_message_file(settings),
        message_seconds=settings.screen.message_seconds,
        channels=open_channels(settings.signals),
        dim_seconds=settings.screen.dim_after_seconds or math.inf,
        admin=admin,
    )


def open_desk(settings: Settings, watch: TimeWatch) -> Desk:
    """A desk on the files of the settings, for this thread only, and the log. Raises LedgerError."""
    storage = settings.storage
    _once(storage.folder)
    ledger = LedgerDatabase(storage.folder)
    log.info("kiosk-started version=%s", __version__)
    return Desk(
        ledger,
        Roster(storage.folder),
        SystemClock(),
        zone_of(settings.terminal.timezone),
        keep_unknown=settings.terminal.unknown_badge is UnknownBadge.RECORD,
        watch=watch,
        mirror=_open_mirror(storage.mirror, storage) if storage.mirror else None,
        same_booking_seconds=settings.terminal.same_booking_seconds,
        directions_of_readers=_booked(settings, DIRECTIONS_BOOKED),
        memory=Memory(storage.folder),
        naming=Naming(settings.screen.name, settings.screen.badge_digits),
        choices=_choice_rules(settings),
    )


def _booked(settings: Settings, of: Mapping[ReaderBooks, T]) -> dict[str, T]:
    """By the names of the readers that book one of these."""
    return {reader_name(one): of[one.books] for one in settings.reader if one.books is not None and one.books in of}


@cache
def _once(folder: Path) -> None:
    # For as long as the process lives, however often its screen begins anew.
    alone_in(folder, "kiosk")
    begin_log(folder)


def _choice_rules(settings: Settings) -> ChoiceRules:
    terminal = settings.terminal
    return ChoiceRules(
        terminal.languages,
        (
            *(Direct(ClockingKind.REASON, (code,)) for code in terminal.favourite_reasons),
            *(Direct(ClockingKind.ACTIVITY, tuple(codes.split("/"))) for codes in terminal.favourite_activities),
        ),
        terminal.walk_away is WalkAway.USUAL,
    )


def _message_file(settings: Settings) -> MessageFile | None:
    screen = settings.screen
    if screen.message_file is None and not screen.message:
        return None
    return MessageFile(screen.message_file, frozenset(settings.synchronisation.terminal_groups), screen.message)


def _open_mirror(mirror: Path, storage: StorageSettings) -> "Mirror":
    from terminal_app.ledger.mirror import Mirror  # noqa: PLC0415 # few kiosks have one

    return Mirror(mirror, storage.folder, keep_days=storage.keep_days)
