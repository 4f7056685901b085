"""Puts the kiosk together from the settings; only the command line calls it."""

import asyncio
import gc
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from textual.constants import COLOR_SYSTEM

from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.display import Display
from terminal_app.kiosk.first_picture import FirstPicture
from terminal_app.kiosk.palettes import palette_of, site_colours
from terminal_app.kiosk.returns import Returns
from terminal_app.kiosk.wording import add_catalogues, wording_in
from terminal_app.service_manager import is_supervised, tell
from terminal_app.timekeeping.clock import SystemClock
from terminal_app.timekeeping.zones import zone_of

if TYPE_CHECKING:
    from terminal_app.kiosk.reception import Reception
    from terminal_app.settings import Settings

_START_SECONDS = 2.0
_LOOK_SECONDS = 2.0
_PAINTED_SECONDS = 0.05
_BROKEN = 1
_THE_REST = "terminal_app.kiosk.opening"

log = logging.getLogger(__name__)


class TerminalGone(Exception):
    """The terminal was hung up: whoever looked at it is gone."""

    def __str__(self) -> str:
        return "the kiosk's terminal was closed. Start the kiosk again; a service is started again by itself."


def run_kiosk(
    picture: FirstPicture,
    load_settings: Callable[[], "Settings"],
    *,
    keys: int,
    make_app: Callable[..., KioskApp] = KioskApp,
) -> int:
    """Show the kiosk until a signal ends it; gives the exit code. `keys` is the descriptor that they come from.

    `load_settings` is called once, after the first painting; `make_app` as KioskApp is.
    Raises LedgerError and TerminalGone.
    """
    settings = cache(load_settings)
    threading.excepthook = _end_at_once
    # Without a handler of its own, as before the log is opened, Python would write on the screen.
    logging.getLogger().addHandler(logging.NullHandler())
    returns = Returns()
    with ThreadPoolExecutor(1, thread_name_prefix="storage") as storage, _ending_told():
        while True:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # between two screens the terminal makes it of a key
            app = kiosk_of(picture, settings, storage, make_app)
            try:
                asyncio.run(_show(app, keys, picture.folder))
            finally:
                if app.reception is not None:
                    storage.submit(app.reception.close).result()
            if app.failure is None and not app.wants_anew:
                return app.return_code or 0
            if app.failure is not None and not (app.has_served and returns.may_return(app.failure, time.monotonic())):
                raise app.failure
            _say_one_moment(picture.languages[0])


@contextmanager
def _ending_told() -> Iterator[None]:
    try:
        yield
    finally:
        tell("STOPPING=1")


def _say_one_moment(language: str) -> None:
    # Between two screens of Textual's, as plain as it can be: whatever broke may not break this too.
    with suppress(OSError, ValueError):
        columns, lines = os.get_terminal_size(2)
        text = wording_in(language).one_moment
        terminal = sys.__stderr__
        if terminal is not None:
            terminal.write(f"\x1b[2J\x1b[{lines // 2};{max(1, (columns - len(text)) // 2)}H{text}\x1b[?25l")
            terminal.flush()


def _end_at_once(what: threading.ExceptHookArgs) -> None:
    # Textual's thread that writes to the terminal, as a rule: whoever waits for it afterwards waits for ever.
    log.critical("thread-ended error=%s", what.exc_type.__name__)
    os._exit(_BROKEN)


def kiosk_of(
    picture: FirstPicture,
    load_settings: Callable[[], "Settings"],
    storage: Executor,
    make_app: Callable[..., KioskApp] = KioskApp,
) -> KioskApp:
    """The app of these settings, whose files will be opened on `storage`."""
    if picture.catalogue_folder is not None:
        add_catalogues(picture.catalogue_folder)
    make_display = partial(
        Display,
        site=picture.site,
        languages=picture.languages,
        zone=zone_of(picture.timezone),
        clock=SystemClock(),
        tiles=picture.tiles,
        is_time_doubtful=lambda: True,  # until it is looked at, after the first painting
    )

    async def make_reception(app: KioskApp, display: Display) -> "Reception":
        # Before the first painting the terminal made it of a key; now only another process can send it.
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, app.leave)
        # After the first painting: readers first, and the rest while they are listened to.
        from terminal_app.kiosk.listening import Listening, open_readers  # noqa: PLC0415

        settings = load_settings()
        listening = Listening(open_readers(settings.reader))
        for name, reader in listening.readers.items():
            app.run_worker(listening.to(reader), name=f"reader {name}")
        await asyncio.get_running_loop().run_in_executor(storage, import_module, _THE_REST)
        from terminal_app.kiosk.opening import open_reception  # noqa: PLC0415

        return open_reception(app, display, settings, storage=storage, tiles=picture.tiles, listening=listening)

    return make_app(
        make_display=make_display,
        make_reception=make_reception,
        tiles=picture.tiles,
        palette=palette_of(picture.theme, site_colours(picture.site_colours), few_colours=_has_few_colours()),
    )


def _has_few_colours() -> bool:
    # Found out as Textual does, by TERM and COLORTERM, or by its own variable.
    wanted: Any = COLOR_SYSTEM  # typed as any text
    return Console(color_system=wanted, force_terminal=True).color_system in {None, "standard"}


async def _show(app: KioskApp, keys: int, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, app.leave)
    loop.call_later(_START_SECONDS, _collect_garbage)
    watches = [asyncio.create_task(_watch_terminal(app, keys), name="terminal")]
    if is_supervised():
        watches.append(asyncio.create_task(_show_life(app, folder), name="service-manager"))
    try:
        await app.run_async()
    finally:
        for watch in watches:
            watch.cancel()


async def _show_life(app: KioskApp, folder: Path) -> None:
    while app.reception is None:  # noqa: ASYNC110 # nobody tells; nothing is imported before the first painting
        await asyncio.sleep(_PAINTED_SECONDS)
    from terminal_app.kiosk.health import show_kiosk_lives  # noqa: PLC0415 # see above

    try:
        await show_kiosk_lives(app, folder)
    except Exception as error:  # noqa: BLE001 # the app ends with it
        app.fail(error)


async def _watch_terminal(app: KioskApp, keys: int) -> None:
    # Where it is not the controlling terminal no signal tells, and Textual would read its end for ever.
    poll = select.poll()
    poll.register(keys, 0)
    while not any(event & select.POLLHUP for _, event in poll.poll(0)):  # noqa: ASYNC110 # nobody tells
        await asyncio.sleep(_LOOK_SECONDS)
    app.fail(TerminalGone())


def _collect_garbage() -> None:
    # What the start made stays for ever: it need not be looked through each time while a badge waits.
    gc.freeze()
    gc.enable()
