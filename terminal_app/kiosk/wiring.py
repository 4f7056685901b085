"""Puts the kiosk together from the settings; only the command line calls it."""

import asyncio
import gc
import signal
from concurrent.futures import Executor
from zoneinfo import ZoneInfo

from rich.console import Console

from drivers.badge_number import BadgeNumberForm
from drivers.catalogue import create_reader
from drivers.reader import BadgeReader
from terminal_app.doorbell import runtime_folder
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.desk import Desk
from terminal_app.kiosk.visit import Times, Visit
from terminal_app.settings import Settings
from terminal_app.timekeeping.clock import SystemClock

_START_SECONDS = 2.0


def run_kiosk(settings: Settings, desk: Desk, storage: Executor) -> int:
    """Show the kiosk until a signal ends it; gives the exit code. `desk` belongs to the thread of `storage`."""
    app = _app(settings, desk, storage)
    asyncio.run(_show(app))
    return app.return_code or 0


def _app(settings: Settings, desk: Desk, storage: Executor) -> KioskApp:
    terminal = settings.terminal
    languages = tuple(language.value for language in terminal.languages)
    times = Times(answer=terminal.answer_seconds, choice=terminal.choice_seconds, tile=terminal.tile_seconds)
    return KioskApp(
        site=terminal.name,
        languages=languages,
        zone=ZoneInfo(terminal.timezone),
        visit=Visit(times, first_language=languages[0], levels=settings.protime.activity_levels),
        desk=desk,
        storage=storage,
        readers=_readers(settings),
        clock=SystemClock(),
        doorbells=runtime_folder(settings.storage.runtime_folder, settings.storage.folder),
        has_activities=settings.protime.activity_structure is not None,
        has_undo=settings.delivery.hold_back_seconds > 0,
        few_colours=_has_few_colours(),
    )


def _has_few_colours() -> bool:
    # Found out as Textual does, by TERM and COLORTERM.
    return Console(force_terminal=True).color_system in {None, "standard"}


def _readers(settings: Settings) -> list[BadgeReader]:
    return [
        create_reader(
            one.driver,
            name=one.name or one.port.rpartition("/")[2],
            port=one.port,
            badge_number=BadgeNumberForm(one.badge_number.value),
        )
        for one in settings.reader
    ]


async def _show(app: KioskApp) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, app.exit)
    loop.call_later(_START_SECONDS, _collect_garbage)
    await app.run_async()


def _collect_garbage() -> None:
    # What the start made stays for ever: it need not be looked through each time while a badge waits.
    gc.freeze()
    gc.enable()
