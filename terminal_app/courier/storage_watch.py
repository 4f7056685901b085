"""Looks at disk and machine now and then, and says in the log what an operator has to know."""

import asyncio
import logging
from pathlib import Path

from terminal_app.ledger.aside import reports_of_damage
from terminal_app.ledger.reserve import FULL_PERCENT, fullness
from terminal_app.machine import HOT_CELSIUS, WORN_PERCENT, card_worn_percent, has_low_voltage, temperature_celsius

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 600.0


async def watch_storage(folder: Path, *, every_seconds: float = LOOK_EVERY_SECONDS, sys: Path = Path("/sys")) -> None:
    """Warn of a disk that is nearly full, of a damaged ledger that is kept, and of what harms the machine; for ever."""
    told = 0
    troubles: set[str] = set()
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
        troubles = await asyncio.to_thread(_tell_of_machine, sys, troubles)
        await asyncio.sleep(every_seconds)


def _tell_of_machine(sys: Path, told: set[str]) -> set[str]:
    """Each trouble once, until it was gone; gives those that there are now."""
    now: set[str] = set()
    celsius, worn = temperature_celsius(sys), card_worn_percent(sys)
    if celsius is not None and celsius >= HOT_CELSIUS:
        now.add("hot")
        if "hot" not in told:
            log.warning("machine-hot celsius=%.0f; let air to it", celsius)
    if has_low_voltage(sys):
        now.add("voltage")
        if "voltage" not in told:
            log.warning("voltage-low: too little power damages cards; take the maker's own supply")
    if worn is not None and worn >= WORN_PERCENT:
        now.add("worn")
        if "worn" not in told:
            log.warning("card-worn percent=%d; replace it before it fails", worn)
    return now
