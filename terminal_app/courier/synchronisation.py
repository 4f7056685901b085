"""Keeping the roster as Protime has it, at the start and from time to time.

Each collection and each function stands alone: one that fails, or whose scope is missing, does not stop the others, and
deletes nothing. What it failed of is in the roster, for `status`.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from terminal_app.courier.backoff import backoff_seconds
from terminal_app.courier.collection_reading import CollectionReading, Read
from terminal_app.courier.days_of_people import CountersUnknown, DaysOfPeople
from terminal_app.courier.held_clockings import release_known
from terminal_app.courier.link_report import LinkReport, Reporter
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.errors import NotRecorded
from terminal_app.protime.errors import NotAllowed, ProtimeError, Reach
from terminal_app.roster.file import RosterNotWritten
from terminal_app.roster.tables import Collection

log = logging.getLogger(__name__)

_DELTA_REFUSED = (
    "another delta of this collection is active, so the whole list is read. Only one terminal or service may have it:"
    ' set synchronisation.mode to "full" here or there'
)


@dataclass(frozen=True, slots=True)
class _Job:
    name: str
    read: Callable[[], Awaitable[Read]]
    is_of_people: bool = False


class Synchronisation:
    """Keeps the roster as Protime has it."""

    def __init__(
        self,
        collections: Sequence[CollectionReading],
        days: DaysOfPeople,
        storage: Storage,
        *,
        interval_seconds: float,
        longest_pause_seconds: float,
        link: LinkReport,
        reporter: Reporter,
        random: Callable[[], float],
        on_change: Callable[[], object],
        on_released: Callable[[], object],
    ) -> None:
        self._storage = storage
        self._interval_seconds = interval_seconds
        self._longest_pause_seconds = longest_pause_seconds
        self._link = link
        self._reporter = reporter
        self._random = random
        self._on_change = on_change
        self._on_released = on_released
        self._jobs = [
            *(_Job(one.name, one.read, one.collection is Collection.PEOPLE) for one in collections),
            *(_Job(name, partial(_read_days, days, name)) for name in days.names),
        ]
        self._due = dict.fromkeys((job.name for job in self._jobs), 0.0)
        self._failures = dict.fromkeys(self._due, 0)
        self._problems: set[str] = set(self._due)
        """What the roster may hold a problem of; at the start that is not known."""

    async def run(self) -> None:
        """Read what is due, until cancelled."""
        await self._tell(lambda files: files.roster_writer.forget_problems_but(self._due))
        if not self._jobs:
            await self._release_until_cancelled()
        while True:
            for job in self._jobs:
                if self._due[job.name] <= time.monotonic():
                    await asyncio.sleep(self._link.pause_seconds())
                    wait_seconds = await self._read_once(job)
                    self._due[job.name] = time.monotonic() + wait_seconds
                    await self._reporter.report()
            await asyncio.sleep(max(0.0, min(self._due.values()) - time.monotonic()))

    async def _read_once(self, job: _Job) -> float:
        """One reading, whole or not; returns when the next is due, in seconds."""
        try:
            read = await job.read()
            level = logging.INFO if read.changes else logging.DEBUG
            log.log(level, "collection-read collection=%s records=%d changes=%d", job.name, read.records, read.changes)
            if read.changes:
                self._on_change()
            if job.is_of_people:
                await self._release_held()
        except (ProtimeError, RosterNotWritten, NotRecorded, CountersUnknown) as error:
            return await self._failed(job, error)
        self._link.read(Reach.REACHED, "")
        failures = self._failures[job.name]
        if failures:
            log.info("collection-read-again collection=%s failures=%d", job.name, failures)
            self._failures[job.name] = 0
        if read.delta_refused:
            await self._keep_problem(job, _DELTA_REFUSED, is_refused=False)
        elif job.name in self._problems:
            self._problems.discard(job.name)
            await self._tell(lambda files: files.roster_writer.solve_problem(job.name))
        return self._interval_seconds

    async def _failed(self, job: _Job, error: Exception) -> float:
        self._failures[job.name] += 1
        failures = self._failures[job.name]
        level = logging.WARNING if failures == 1 else logging.DEBUG
        explanation = error.in_log if isinstance(error, ProtimeError) else str(error)
        log.log(level, "collection-not-read collection=%s %s", job.name, explanation)
        is_refused = isinstance(error, NotAllowed)
        await self._keep_problem(job, explanation, is_refused=is_refused)
        if isinstance(error, ProtimeError):
            self._link.read(error.reach, explanation, error.retry_after)
        if is_refused or isinstance(error, CountersUnknown):
            return self._interval_seconds  # a matter of people, not of a moment
        return min(self._interval_seconds, backoff_seconds(failures, self._longest_pause_seconds, self._random))

    async def _keep_problem(self, job: _Job, explanation: str, *, is_refused: bool) -> None:
        self._problems.add(job.name)
        await self._tell(lambda files: files.roster_writer.write_problem(job.name, explanation, is_refused=is_refused))

    async def _tell(self, write: Callable[[Files], None]) -> None:
        try:
            await self._storage.run(write)
        except RosterNotWritten as error:
            log.debug("problem-not-written %s", error)

    async def _release_until_cancelled(self) -> None:
        """Nothing is read, but something else may write the roster."""
        while True:
            try:
                await self._release_held()
            except NotRecorded as error:
                log.warning("held-clockings-not-released %s", error)
            await asyncio.sleep(self._interval_seconds)

    async def _release_held(self) -> None:
        if await release_known(self._storage):
            self._on_released()


async def _read_days(days: DaysOfPeople, name: str) -> Read:
    return Read(0, await days.read_all(name))
