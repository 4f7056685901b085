"""Reading people, reasons and activities into the roster, at the start and from time to time.

Each collection stands alone: one that fails does not stop the others, and deletes nothing.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition
from terminal_app.clocking.person import Person, in_service, person_of_badge
from terminal_app.courier.backoff import backoff_seconds
from terminal_app.courier.link_report import LinkReport, Reporter
from terminal_app.courier.masking import masked
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.errors import NotRecorded
from terminal_app.ledger.outbox import held_badge_numbers, held_days, release_held
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.errors import NotAllowed, ProtimeError, Reach
from terminal_app.roster.replacement import Collection, RosterNotWritten, RosterWriter

log = logging.getLogger(__name__)

Item = TypeVar("Item", Person, ReasonDefinition, ActivityDefinition)


@dataclass(frozen=True, slots=True)
class _Page:
    records: int
    keep: Callable[[Files], None]


@dataclass(frozen=True, slots=True)
class _Reading:
    name: str
    """The API's, for the log."""
    collection: Collection
    pages: Callable[[], AsyncIterator[_Page]]


class Synchronisation:
    """Keeps the roster as Protime has it."""

    def __init__(
        self,
        api: ProtimeApi,
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
        self._readings = (
            _Reading("people", Collection.PEOPLE, lambda: _pages(api.people(), RosterWriter.people_page)),
            _Reading(
                "absence-definitions",
                Collection.REASONS,
                lambda: _pages(api.absence_definitions(), RosterWriter.reasons_page),
            ),
            _Reading(
                "activity-definitions",
                Collection.ACTIVITIES,
                lambda: _pages(api.activity_definitions(), RosterWriter.activities_page),
            ),
        )
        self._due = dict.fromkeys(Collection, 0.0)
        self._failures = dict.fromkeys(Collection, 0)

    async def run(self) -> None:
        """Read what is due, until cancelled."""
        while True:
            for reading in self._readings:
                if self._due[reading.collection] <= time.monotonic():
                    await asyncio.sleep(self._link.pause_seconds())
                    wait_seconds = await self._read_once(reading)
                    self._due[reading.collection] = time.monotonic() + wait_seconds
                    await self._reporter.report()
            await asyncio.sleep(max(0.0, min(self._due.values()) - time.monotonic()))

    async def _read_once(self, reading: _Reading) -> float:
        """One reading, whole or not; returns when the next is due, in seconds."""
        try:
            await self._read(reading)
            if reading.collection is Collection.PEOPLE:
                await self._release_held()
        except (ProtimeError, RosterNotWritten, NotRecorded) as error:
            return self._failed(reading, error)
        self._link.read(Reach.REACHED, "")
        failures = self._failures[reading.collection]
        if failures:
            log.info("collection-read-again collection=%s failures=%d", reading.name, failures)
            self._failures[reading.collection] = 0
        return self._interval_seconds

    def _failed(self, reading: _Reading, error: Exception) -> float:
        self._failures[reading.collection] += 1
        failures = self._failures[reading.collection]
        level = logging.WARNING if failures == 1 else logging.DEBUG
        explanation = error.in_log if isinstance(error, ProtimeError) else str(error)
        log.log(level, "collection-not-read collection=%s %s", reading.name, explanation)
        if isinstance(error, ProtimeError):
            self._link.read(error.reach, explanation, error.retry_after)
        if isinstance(error, NotAllowed):
            return self._interval_seconds  # a matter of people, not of a moment
        return min(self._interval_seconds, backoff_seconds(failures, self._longest_pause_seconds, self._random))

    async def _read(self, reading: _Reading) -> None:
        await self._storage.run(lambda files: files.roster_writer.begin_reading(reading.collection))
        records = 0
        async for page in reading.pages():
            records += page.records
            await self._storage.run(page.keep)
        changes = await self._storage.run(lambda files: files.roster_writer.finish_reading(reading.collection))
        level = logging.INFO if changes else logging.DEBUG
        log.log(level, "collection-read collection=%s records=%d changes=%d", reading.name, records, changes)
        if changes:
            self._on_change()

    async def _release_held(self) -> None:
        released = await self._storage.write(_release_known)
        if released:
            log.info("held-clockings-released count=%d", released)
            self._on_released()


async def _pages(
    pages: AsyncIterator[list[Item]], keep: Callable[[RosterWriter, Sequence[Item]], None]
) -> AsyncIterator[_Page]:
    async for page in pages:
        yield _Page(len(page), partial(_keep, keep, page))


def _keep(keep: Callable[[RosterWriter, Sequence[Item]], None], page: Sequence[Item], files: Files) -> None:
    keep(files.roster_writer, page)


def _release_known(files: Files) -> int:
    released = 0
    for badge_number in held_badge_numbers(files.ledger):
        candidates = files.roster.people_of_badge(badge_number)
        for day in held_days(files.ledger, badge_number) if candidates else ():
            person = person_of_badge(candidates, day)
            if person is not None and in_service(person, day):
                log.info("badge-known badge=%s", masked(badge_number))
                released += release_held(files.ledger, badge_number, person.id, day=day)
    return released
