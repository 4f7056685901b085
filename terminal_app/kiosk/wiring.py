"""Puts the kiosk together from the settings; only the command line calls it."""

import asyncio
import gc
import signal
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console

from drivers.reader import BadgeReader
from terminal_app.doorbell import runtime_folder
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.visit import Times, Visit
from terminal_app.settings import Settings
from terminal_app.timekeeping.clock import SystemClock

if TYPE_CHECKING:
    from terminal_app.kiosk.desk import Desk

_START_SECONDS = 2.0


def run_kiosk(load_settings: Callable[[], Settings]) -> int:
    """Show the kiosk until a signal ends it; gives the exit code. Raises SettingsError and LedgerError."""
    settings = load_settings()
    with ThreadPoolExecutor(1, thread_name_prefix="storage") as storage:
        app = _app(settings, storage)
        try:
            asyncio.run(_show(app))
        finally:
            storage.submit(app.close).result()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0


def _app(settings: Settings, storage: Executor) -> KioskApp:
    terminal = settings.terminal
    languages = tuple(language.value for language in terminal.languages)
    times = Times(answer=terminal.answer_seconds, choice=terminal.choice_seconds, tile=terminal.tile_seconds)
    return KioskApp(
        site=terminal.name,
        languages=languages,
        zone=ZoneInfo(terminal.timezone),
        visit=Visit(times, first_language=languages[0], levels=settings.protime.activity_levels),
        open_desk=partial(_open_desk, settings),
        open_readers=partial(_open_readers, settings),
        storage=storage,
        clock=SystemClock(),
        doorbells=runtime_folder(settings.storage.runtime_folder, settings.storage.folder),
        has_activities=settings.protime.activity_structure is not None,
        has_undo=settings.delivery.hold_back_seconds > 0,
        few_colours=_has_few_colours(),
    )


def _has_few_colours() -> bool:
    # Found out as Textual does, by TERM and COLORTERM.
    return Console(force_terminal=True).color_system in {None, "standard"}


def _open_desk(settings: Settings) -> "Desk":
    from terminal_app.kiosk.opening import open_desk  # noqa: PLC0415 # after the first painting

    return open_desk(settings)


def _open_readers(settings: Settings) -> list[BadgeReader]:
    from terminal_app.kiosk.opening import open_readers  # noqa: PLC0415 # after the first painting

    return open_readers(settings)


async def _show(app: KioskApp) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        loop.add_signal_handler(number, app.leave)
    loop.call_later(_START_SECONDS, _collect_garbage)
    await app.run_async()


def _collect_garbage() -> None:
    # What the start made stays for ever: it need not be looked through each time while a badge waits.
    gc.freeze()
    gc.enable()
