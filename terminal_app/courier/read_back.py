"""How soon Protime shows what it has stored: measured now and then, kept, and part of the settling time.

Too short a settling time sends a clocking twice; so the lag between a 201 and the list that shows the clocking has to
be known, and not hoped for.
"""

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from terminal_app.clocking.schedule import person_of
from terminal_app.clocking.settling import settling_seconds
from terminal_app.courier.storage import Storage
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.protime.clockings import Clockings
from terminal_app.protime.errors import ProtimeError
from terminal_app.protime.throttle import Urgency
from terminal_app.roster.file import RosterNotWritten
from terminal_app.roster.read_back import keep_lag, largest_lag_seconds
from terminal_app.settings import DeliverySettings

log = logging.getLogger(__name__)

SAMPLE_EVERY_SECONDS = 900.0
"""One clocking in so long is looked for; each costs a request or a few."""
LONGEST_LAG_SECONDS = 120.0
"""Not shown by then: it is kept as this, and told."""
_FIRST_PAUSE_SECONDS = 0.25
_SLOW_READING_SECONDS = 30.0
"""A reading that took so long has waited for something else, and says nothing."""


@dataclass(frozen=True, slots=True)
class _Sample:
    entry: LedgerEntry
    protime_id: int
    stored_at: float
    """On the monotonic clock: the latest moment at which it can have been stored."""


class ReadBack:
    """The measurements, and the settling time that follows from them."""

    def __init__(
        self,
        clockings: Clockings,
        storage: Storage,
        settings: DeliverySettings,
        *,
        sample_every_seconds: float = SAMPLE_EVERY_SECONDS,
    ) -> None:
        self._clockings = clockings
        self._storage = storage
        self._settings = settings
        self._sample_every_seconds = sample_every_seconds
        self._lag_seconds = 0.0
        self._wanted: asyncio.Queue[_Sample] = asyncio.Queue(1)
        self._next_sample_at = 0.0

    def settle_seconds(self) -> float:
        """How long to wait after an unknown outcome, as of now."""
        return settling_seconds(
            self._settings.settle_seconds,
            request_seconds=self._settings.request_seconds,
            proxy_seconds=self._settings.proxy_seconds,
            lag_seconds=self._lag_seconds,
        )

    def created(self, entry: LedgerEntry, protime_id: int) -> None:
        """Protime has answered with 201; cheap, and most are passed over."""
        now = time.monotonic()
        if now >= self._next_sample_at and self._wanted.empty():
            self._next_sample_at = now + self._sample_every_seconds
            self._wanted.put_nowait(_Sample(entry, protime_id, now))

    async def run(self) -> None:
        """Measure until cancelled, after the readings and clockings that others need."""
        try:
            self._lag_seconds = await self._storage.run(lambda files: largest_lag_seconds(files.roster_writer))
        except RosterNotWritten as error:
            log.warning("read-back-unknown %s", error)
        while True:
            sample = await self._wanted.get()
            try:
                lag_seconds = await self._measured(sample)
            except ProtimeError as error:
                log.debug("read-back-not-measured error=%s", type(error).__name__)
                continue
            if lag_seconds is not None:
                await self._keep(lag_seconds)

    async def _measured(self, sample: _Sample) -> float | None:
        """From the 201 to the end of the first reading that shows it, in seconds; None: not to be told."""
        pause_seconds = _FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            records = await self._clockings.read_around(
                person_of(sample.entry), sample.entry.clocking.wall_time.date, urgency=Urgency.AFTER
            )
            now = time.monotonic()
            if now - began > _SLOW_READING_SECONDS:
                return None
            if any(record.protime_id == sample.protime_id for record in records):
                return now - sample.stored_at
            if now - sample.stored_at > LONGEST_LAG_SECONDS:
                log.warning("stored-not-shown sequence=%d protime_id=%d", sample.entry.sequence, sample.protime_id)
                return LONGEST_LAG_SECONDS
            await asyncio.sleep(pause_seconds)
            pause_seconds *= 2

    async def _keep(self, lag_seconds: float) -> None:
        before = self.settle_seconds()
        try:
            self._lag_seconds = await self._storage.run(
                lambda files: keep_lag(files.roster_writer, lag_seconds, datetime.now(UTC))
            )
        except RosterNotWritten as error:
            log.debug("read-back-not-written %s", error)
            self._lag_seconds = max(self._lag_seconds, lag_seconds)
        after = self.settle_seconds()
        level = logging.INFO if after > before else logging.DEBUG
        log.log(level, "read-back lag=%.2fs settle=%.1fs", lag_seconds, after)
