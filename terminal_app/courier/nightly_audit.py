"""Once a day: yesterday's clockings, read back from Protime and compared with the ledger. It only reads."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from terminal_app.clocking.backoff import backoff_seconds
from terminal_app.clocking.day_audit import DayAudit, Known, compared
from terminal_app.clocking.matching import ServerRecord
from terminal_app.courier.link_report import LinkReport
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.days import NEWEST, PartOfDay, claimed_of, part_of_day
from terminal_app.ledger.errors import LedgerError
from terminal_app.protime.clockings import Clockings
from terminal_app.protime.errors import ProtimeError
from terminal_app.roster.day_audit import KeptAudit, is_audited, keep_audit
from terminal_app.roster.file import RosterNotWritten
from terminal_app.timekeeping.clock import Clock

log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 600.0
"""At the clock: it may be set at any time."""
_PEOPLE_AT_A_TIME = 50
_MOST_TOLD = 20
_DAY = timedelta(days=1)


def day_to_audit(now: datetime, hour: int) -> date:
    """The latest day whose comparison is due at local time `now`: from `hour` on that of yesterday."""
    return now.date() - (_DAY if now.hour >= hour else 2 * _DAY)


class NightlyAudit:
    """Compares, tells in numbers, and keeps them in the roster for `status`."""

    def __init__(
        self,
        clockings: Clockings,
        storage: Storage,
        clock: Clock,
        zone: ZoneInfo,
        *,
        hour: int,
        terminal_code: str | None,
        link: LinkReport,
        random: Callable[[], float],
    ) -> None:
        self._clockings = clockings
        self._storage = storage
        self._clock = clock
        self._zone = zone
        self._hour = hour
        self._terminal_code = terminal_code
        self._link = link
        self._random = random

    async def run(self) -> None:
        """Compare what is due, until cancelled; what fails is tried again later."""
        failures = 0
        while True:
            try:
                await self._audit_if_due()
                failures, wait_seconds = 0, _LOOK_EVERY_SECONDS
            except (ProtimeError, LedgerError, RosterNotWritten) as error:
                failures += 1
                explanation = error.in_log if isinstance(error, ProtimeError) else str(error)
                log.log(logging.WARNING if failures == 1 else logging.DEBUG, "day-not-audited %s", explanation)
                wait_seconds = backoff_seconds(failures, _LOOK_EVERY_SECONDS, self._random)
            await asyncio.sleep(wait_seconds)

    async def _audit_if_due(self) -> None:
        now = self._clock.now().instant.astimezone(self._zone)
        day = day_to_audit(now, self._hour)
        if await self._storage.run(lambda files: is_audited(files.roster_writer, day)):
            return
        audit = await self.audit(day)
        level = logging.INFO if audit.numbers.is_well else logging.WARNING
        log.log(level, "day-audit day=%s %s", day.isoformat(), audit.numbers.in_words())
        if not audit.numbers.is_well:
            missing, unexplained = audit.missing[:_MOST_TOLD], audit.unexplained[:_MOST_TOLD]
            log.warning("day-audit-differs missing_sequences=%s unexplained_protime_ids=%s", missing, unexplained)
        kept = KeptAudit(day, datetime.now(UTC), audit.numbers)
        await self._storage.run(lambda files: keep_audit(files.roster_writer, kept))

    async def audit(self, day: date) -> DayAudit:
        """Compare one day. Raises ProtimeError and LedgerError."""
        ours = await self._ours(day)
        people = sorted({one.person_id for one in ours})
        records: dict[int, list[ServerRecord]] = defaultdict(list)
        for start in range(0, len(people), _PEOPLE_AT_A_TIME):
            await asyncio.sleep(self._link.pause_seconds())
            # A night shift may be shown on the day before or after.
            found = await self._clockings.read_days(people[start : start + _PEOPLE_AT_A_TIME], day - _DAY, day + _DAY)
            records.update(found)
        ids = [record.protime_id for person in records.values() for record in person]
        claimed = await self._storage.run(lambda files: claimed_of(files.ledger, ids))
        return compared(ours, records, claimed, terminal_code=self._terminal_code)

    async def _ours(self, day: date) -> list[Known]:
        ours: list[Known] = []
        before: int | None = NEWEST
        while before is not None:
            part = await self._storage.run(partial(_part, day, before))
            ours += [
                Known(
                    entry.sequence,
                    entry.clocking.person_id,
                    self._clockings.sent_clocking(entry.clocking),
                    entry.state,
                    entry.protime_id,
                )
                for entry in part.entries
                if entry.clocking.person_id is not None
            ]
            before = part.before
        return ours


def _part(day: date, before: int, files: Files) -> PartOfDay:
    return part_of_day(files.ledger, day, before)
