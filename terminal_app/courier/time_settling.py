"""Settles the time of clockings that were made while the clock was in doubt, before they are sent."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.doubtful_time import Settle, TimeRules, TimeSettled, Wait, judge
from terminal_app.clocking.elapsed import elapsed
from terminal_app.courier.server_time import ServerTime
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.anchors import keep_anchor, newest_anchor_id
from terminal_app.ledger.errors import NotRecorded
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.ledger.time_settling import evidence_about, find_sent_wrong, settle_time, time_to_settle
from terminal_app.settings import TimeSettings
from terminal_app.settings_choices import UntrustedTime
from terminal_app.timekeeping.clock import Clock

log = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 1.0
_LOOK_AT_SENT_EVERY = 10
_LOOK_AT_ALL_EVERY_SECONDS = 30.0
_PAGES_OF_ONE = 6
"""Of the write-ahead log: the clocking, two indexes, a row of history."""


def rules_of(settings: TimeSettings) -> TimeRules:
    """The rules that the settings mean."""
    return TimeRules(
        wait=timedelta(minutes=settings.wait_minutes),
        sends_doubtful=settings.untrusted is UntrustedTime.SEND,
        largest_error=timedelta(seconds=settings.largest_error_seconds),
    )


class TimeSettling:
    """Looks at what is to be settled, and keeps the server's anchors."""

    def __init__(
        self,
        storage: Storage,
        server_time: ServerTime,
        clock: Clock,
        zone: ZoneInfo,
        rules: TimeRules,
        *,
        on_settled: Callable[[], object],
        on_anchor: Callable[[], object],
    ) -> None:
        self._storage = storage
        self._server_time = server_time
        self._clock = clock
        self._zone = zone
        self._rules = rules
        self._on_settled = on_settled
        self._on_anchor = on_anchor
        self._began = time.monotonic()
        self._newest_anchor = -1
        self._looked_up_to = 0
        """The local number up to which nothing new can be settled."""
        self._all_again_at = 0.0
        self._has_failed = False

    async def run(self) -> None:
        """Settle until cancelled. Raises LedgerUnusable when the ledger cannot be read."""
        looks = 0
        while True:
            try:
                await self._look(is_for_sent=looks % _LOOK_AT_SENT_EVERY == 0)
                self._has_failed = False
            except NotRecorded as error:
                log.log(logging.DEBUG if self._has_failed else logging.ERROR, "time-not-settled %s", error)
                self._has_failed = True
            looks += 1
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _look(self, *, is_for_sent: bool) -> None:
        anchor = self._server_time.anchor_due()
        if anchor is not None:
            await self._storage.write(lambda files: keep_anchor(files.ledger, anchor))
            self._on_anchor()
        if await self._settle_all():
            self._on_settled()
        if is_for_sent:
            boot_id = self._clock.now().boot_id
            for sequence in await self._storage.run(lambda files: find_sent_wrong(files.ledger, boot_id)):
                log.error("clocking-sent-with-wrong-time sequence=%d; `queue` shows both", sequence)

    async def _settle_all(self) -> int:
        # All of them only when that may change something: a week without a clock leaves very many.
        newest = await self._storage.run(lambda files: newest_anchor_id(files.ledger.rows))
        if newest != self._newest_anchor or time.monotonic() >= self._all_again_at:
            self._newest_anchor, self._looked_up_to = newest, 0
            self._all_again_at = time.monotonic() + _LOOK_AT_ALL_EVERY_SECONDS
        settled = 0
        while (some := await self._storage.run(self._settle_some)) is not None:
            settled += some
        return settled

    def _settle_some(self, files: Files) -> int | None:
        entries = time_to_settle(files.ledger, after=self._looked_up_to)
        if not entries:
            return None
        settled = self._settle(files, entries)
        self._looked_up_to = entries[-1].sequence
        return settled

    def _settle(self, files: Files, entries: list[LedgerEntry]) -> int:
        now = self._clock.now()
        verdicts = [
            judge(one, now, waited=self._waited(one.moment, now), rules=self._rules)
            for one in evidence_about(files.ledger, entries)
        ]
        judged = [pair for pair in zip(entries, verdicts, strict=True) if not isinstance(pair[1], Wait)]
        if not judged:
            return 0
        files.pages_since_checkpoint += len(judged) * _PAGES_OF_ONE
        with files.ledger.together():
            words = [settle_time(files.ledger, entry, verdict, self._zone) for entry, verdict in judged]
        for (entry, verdict), said in zip(judged, words, strict=True):
            if said is not None:
                is_bad = isinstance(verdict, Settle) and verdict.how is not TimeSettled.BOUNDED
                level = logging.WARNING if is_bad else logging.INFO
                log.log(level, "clocking-time-settled sequence=%d %s", entry.sequence, said)
        return sum(said is not None for said in words)

    def _waited(self, moment: Moment, now: Moment) -> timedelta:
        # The wall clock says nothing about how long ago a former boot was.
        if moment.boot_id != now.boot_id:
            return timedelta(seconds=time.monotonic() - self._began)
        return elapsed(moment, now)
