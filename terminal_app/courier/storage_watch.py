"""Looks at the disk now and then, and says in the log what an operator has to know."""

import asyncio
import logging
from pathlib import Path

from terminal_app.ledger.aside import reports_of_damage
from terminal_app.ledger.reserve import FULL_PERCENT, fullness

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 600.0


async def watch_storage(folder: Path, *, every_seconds: float = LOOK_EVERY_SECONDS) -> None:
    """Warn of a disk that is nearly full, and of a damaged ledger that is kept; for ever."""
    told = 0
    try:
        for report in reports_of_damage(folder):
            log.error("ledger-was-damaged report=%s; it says what to do", report)
    except OSError as error:
        log.error("storage-unseen %s: %s", folder, error.strerror)
    while True:
        try:
            percent = await asyncio.to_thread(fullness, folder)
        except OSError as error:
            log.error("storage-unseen %s: %s", folder, error.strerror)
            percent = 0
        if percent >= FULL_PERCENT and percent > told:
            log.warning("disk-nearly-full percent=%d; make room, clockings need it", percent)
        told = percent if percent >= FULL_PERCENT else 0
        await asyncio.sleep(every_seconds)
