"""What must answer for the courier to be called well: the thread that owns the ledger."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from terminal_app.courier.link_report import LinkReport
from terminal_app.courier.storage import Files, Storage
from terminal_app.health import Part, show_life
from terminal_app.ledger.errors import LedgerError
from terminal_app.ledger.files import is_made_anew
from terminal_app.service_manager import is_supervised

_LEDGER_SECONDS = 300.0
"""A hundred thousand new people take one commit of many seconds, on a slow card of more."""
_AGAIN_SECONDS = 5.0


async def show_courier_lives(
    storage: Storage, link: LinkReport, folder: Path, *, ledger_seconds: float = _LEDGER_SECONDS
) -> None:
    """Tell the service manager, if there is one, for as long as the ledger answers."""
    if not is_supervised():
        return

    def ask_ledger(answered: Callable[[], None]) -> None:
        async def answer() -> None:
            while not await storage.run(_is_readable):  # noqa: ASYNC110 # nobody tells
                await asyncio.sleep(_AGAIN_SECONDS)
            answered()

        tasks.add(task := asyncio.create_task(answer(), name="ledger-answers"))
        task.add_done_callback(tasks.discard)

    def status() -> str:
        return "no call yet" if link.link is None else f"Protime {link.link.state.value}"

    tasks: set[asyncio.Task[None]] = set()
    ledger = Part("ledger", ask_ledger, ledger_seconds, is_at_work=partial(is_made_anew, folder))
    await show_life([ledger], status)


def _is_readable(files: Files) -> bool:
    try:
        files.ledger.rows("SELECT count(*) FROM sqlite_schema")
    except LedgerError:  # whoever needs it tells
        return False
    return True
