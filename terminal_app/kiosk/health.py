"""What must answer for the kiosk to be called well: the files' thread, and the screen."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from terminal_app.health import Part, show_life
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.widgets.status_line import StatusLine
from terminal_app.ledger.files import is_made_anew
from terminal_app.service_manager import tell

_LOOK_SECONDS = 0.1
_OPENING_SECONDS = 5.0
_MORE_TIME = f"EXTEND_TIMEOUT_USEC={60 * 1_000_000}"
_LEDGER_SECONDS = 30.0
"""A card may stall for seconds; a job of the files' thread that takes longer will not end."""
_SCREEN_SECONDS = 10.0


async def show_kiosk_lives(
    app: KioskApp,
    folder: Path,
    *,
    ledger_seconds: float = _LEDGER_SECONDS,
    screen_seconds: float = _SCREEN_SECONDS,
) -> None:
    """Tell the service manager once badges are served, and then for as long as ledger and screen answer.

    A ledger in `folder` that is made anew, as a badge found it damaged, may take its time.
    """
    waited = 0.0
    while app.reception is None or app.reception.status is None:
        # A damaged ledger may take minutes to salvage: the service manager must not cut that short.
        if waited % _OPENING_SECONDS < _LOOK_SECONDS:
            tell("STATUS=opening files and readers", _MORE_TIME)
        await asyncio.sleep(_LOOK_SECONDS)
        waited += _LOOK_SECONDS
    reception = app.reception
    line = app.screen.query_one(StatusLine)

    def ask_ledger(answered: Callable[[], None]) -> None:
        asked = reception.status

        async def answer() -> None:
            # The reception reads it every few seconds; whatever it says, its thread has answered.
            while reception.status is asked:  # noqa: ASYNC110 # nobody tells
                await asyncio.sleep(_LOOK_SECONDS * 5)
            answered()

        tasks.add(task := asyncio.create_task(answer(), name="ledger-answers"))
        task.add_done_callback(tasks.discard)

    def status() -> str:
        seen = reception.status
        waiting = "the ledger cannot be read" if seen is None or seen.waiting is None else f"{seen.waiting.count} wait"
        readers = ", ".join(f"{name} {state.value}" for name, state in sorted(reception.reader_states.items()))
        return f"{waiting}; readers: {readers or 'none yet'}"

    tasks: set[asyncio.Task[None]] = set()
    # A terminal that takes nothing any more holds up the painting too, and with it the loop.
    # A painting that was asked for while Textual held all of them back is forgotten.
    screen = Part("screen", line.paint_anew, screen_seconds, is_forgetful=True)
    parts = [Part("ledger", ask_ledger, ledger_seconds, is_at_work=partial(is_made_anew, folder)), screen]
    await show_life(parts, status)
