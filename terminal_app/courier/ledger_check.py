"""One look at the whole ledger after each start, beside the work: with a million rows it takes seconds."""

import asyncio
import logging
import sqlite3
from contextlib import suppress
from pathlib import Path

from terminal_app.ledger.failures import damaged
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.opening import mark_damaged
from terminal_app.ledger.reading import damage, ledger_to_read

log = logging.getLogger(__name__)


async def check_ledger(folder: Path) -> None:
    """Look on a connection and a thread of its own: neither a recording nor a delivery waits for it.

    Raises LedgerDamaged when the file is damaged anywhere, after it was marked: the next start, which is soon,
    salvages it. Raises LedgerUnusable when it cannot be read.
    """
    opened: list[sqlite3.Connection] = []

    def look() -> str | None:
        with ledger_to_read(folder) as connection:
            opened.append(connection)
            return damage(connection)

    try:
        found = await asyncio.to_thread(look)
    except asyncio.CancelledError:
        for connection in opened:  # else the process would not end before the look does
            with suppress(sqlite3.ProgrammingError):  # it is closed already
                connection.interrupt()
        raise
    if found is not None:
        log.error("ledger-damaged %s", found)
        mark_damaged(folder, found)
        raise damaged(folder / FILE_NAME, found)
