"""Once a day: clockings that were kept long enough are erased, a few at a time, while the kiosk goes on.

Which day it is the boot-time clock tells, by the anchors of this boot: a wall clock may be set to anything.
"""

import asyncio
import logging
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from terminal_app.clocking.anchors import true_time
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.anchors import anchors_of
from terminal_app.ledger.erasure import erase, finish_erasing, settled_before, suppressed_before
from terminal_app.ledger.errors import LedgerError
from terminal_app.timekeeping.clock import Clock

log = logging.getLogger(__name__)

WHY = "retention"
"""As the audit chain says it."""
AT_A_TIME = 25
"""The kiosk waits for a commit of them at most: some hundredths of a second."""
_AFTER_START_SECONDS = 60.0
"""At a start clockings may wait: they go first."""
_EVERY_SECONDS = 24 * 3600.0
_WITHOUT_TIME_SECONDS = 600.0
"""Until it is looked again whether the time is known."""
_PAUSE_SECONDS = 0.2


class Retention:
    """What is settled goes after `keep_days`; what is unsent stays, however old."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        zone: ZoneInfo,
        keep_days: int,
        *,
        after_start_seconds: float = _AFTER_START_SECONDS,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._zone = zone
        self._keep = timedelta(days=keep_days)
        self._after_start_seconds = after_start_seconds
        self._has_said = False

    async def run(self) -> None:
        """Erase soon, and then once a day, until cancelled."""
        await asyncio.sleep(self._after_start_seconds)
        while True:
            pause_seconds = _EVERY_SECONDS
            try:
                if await self.erase_old() is None:
                    pause_seconds = _WITHOUT_TIME_SECONDS
            except LedgerError as error:
                log.warning("retention-failed %s", error)
            await asyncio.sleep(pause_seconds)

    async def erase_old(self) -> int | None:
        """Erase all that was kept long enough; how many clockings. None: it is not known what day it is.

        Raises LedgerError.
        """
        today = await self._storage.run(self._today)
        if today is None:
            if not self._has_said:
                log.warning("retention-waits nobody vouches for the clock yet: nothing is erased until somebody does")
            self._has_said = True
            return None
        before = today - self._keep
        erased = events = 0
        while any(done := await self._storage.write(partial(_erase_some, before))):
            erased, events = erased + done[0], events + done[1]
            await asyncio.sleep(_PAUSE_SECONDS)
        if erased or events:
            is_clean = await self._storage.run(lambda files: finish_erasing(files.ledger))
            log.info("clockings-erased count=%d before=%s", erased, before)
            if not is_clean:
                log.warning("erased-bytes-left in an index or the write-ahead log, which were in use; tomorrow again")
        return erased

    def _today(self, files: Files) -> date | None:
        now = self._clock.now()
        found = true_time(now.boottime_ns, anchors_of(files.ledger.rows, now.boot_id))
        return None if found is None else wall_time_of(found.instant, self._zone).date


def _erase_some(before: date, files: Files) -> tuple[int, int]:
    day = before.isoformat()
    sequences = settled_before(files.ledger, day, most=AT_A_TIME)
    events = suppressed_before(files.ledger, day, most=AT_A_TIME)
    if sequences or events:
        erase(files.ledger, sequences, why=WHY, events=events)
    return len(sequences), len(events)
