"""Balances, counters and clockings of the day, of the people who clocked here lately.

They are read again from time to time, and for a person some time after a clocking of theirs was delivered.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from terminal_app.clocking.counters import DayClocking
from terminal_app.clocking.version import Removed, Versioned
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.errors import LedgerError
from terminal_app.ledger.recent import Delivered, delivered_since, latest_event_id, recent_people
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.errors import ProtimeError
from terminal_app.roster.file import RosterNotWritten
from terminal_app.settings import SynchronisationSettings
from terminal_app.settings_choices import SynchronisationMode
from terminal_app.timekeeping.clock import Clock

log = logging.getLogger(__name__)

RECENT = timedelta(days=31)
"""Whoever has not clocked here for so long is not expected to ask here."""
_LATEST_DAYS = timedelta(days=7)
"""Before today: where the newest balance or entry is looked for."""
_DAYS_OF_CLOCKINGS = range(-1, 2)
"""From yesterday to tomorrow."""
_PEOPLE_AT_A_TIME = 200
"""Their answers are held in memory at a time; each person's come into the roster whole."""


class CountersUnknown(Exception):
    """Codes of the settings that no counter of Protime has."""


class DaysOfPeople:
    """The functions that the settings want, by the names of their collections."""

    def __init__(
        self, api: ProtimeApi, storage: Storage, clock: Clock, zone: ZoneInfo, settings: SynchronisationSettings
    ) -> None:
        self._api = api
        self._storage = storage
        self._clock = clock
        self._zone = zone
        self._counters = settings.counters
        self._wait_seconds = settings.recalculation_seconds
        self._delivered = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        """From the question to the roster: an older answer must not come in after a newer one."""
        is_on = settings.mode is not SynchronisationMode.OFF
        functions: Mapping[str, tuple[bool, Callable[[Sequence[int]], Awaitable[int]]]] = {
            "calculated-totals": (settings.balances, self._read_balances),
            "counters": (bool(settings.counters), self._read_counters),
            "clockings": (settings.clockings, self._read_clockings),
        }
        self._functions = {name: read for name, (is_wanted, read) in functions.items() if is_on and is_wanted}

    @property
    def names(self) -> list[str]:
        """Of the functions that are on."""
        return list(self._functions)

    @property
    def keeps_clockings(self) -> bool:
        """Whether the settings want the clockings of the day."""
        return "clockings" in self._functions

    def look(self) -> None:
        """A clocking may have been delivered."""
        self._delivered.set()

    async def read_all(self, name: str) -> int:
        """One function for everybody of late; returns the rows changed.

        Raises ProtimeError, RosterNotWritten, LedgerError and CountersUnknown.
        """
        since = self._today() - RECENT
        people = await self._storage.run(lambda files: recent_people(files.ledger, since))
        await self._storage.run(lambda files: files.roster_writer.forget_others(people))
        return await self._read(name, people)

    async def take_clockings(self, clockings: Sequence[Versioned[DayClocking]], removed: Sequence[Removed]) -> int:
        """Clockings that were told and not read, as far as they are among those that are read; returns the changes.

        Raises RosterNotWritten and LedgerError.
        """
        async with self._one_at_a_time:
            today = self._today()
            days = {today + timedelta(days=number) for number in _DAYS_OF_CLOCKINGS}
            kept = [one for one in clockings if one.value.wall_time.date in days]
            others = [Removed(one.value.protime_id, one.version) for one in clockings if one not in kept]

            def take(files: Files) -> int:
                people = recent_people(files.ledger, today - RECENT)
                return files.roster_writer.take_clockings(people, kept, [*removed, *others])

            return await self._storage.run(take)

    async def run(self) -> None:
        """Read anew for each person whose clocking was delivered, until cancelled."""
        try:
            await self._storage.run(self._forget_unwanted)
        except RosterNotWritten as error:
            log.warning("days-not-forgotten %s", error)
        seen = await self._storage.run(lambda files: latest_event_id(files.ledger))
        while self._functions:
            await self._delivered.wait()
            self._delivered.clear()
            asked_at = self._clock.now().instant
            await asyncio.sleep(self._wait_seconds)
            delivered = await self._storage.run(partial(_delivered_since, seen, asked_at, self._today() - RECENT))
            seen = delivered.event_id
            for name in self._functions if delivered.people else ():
                try:
                    await self._read(name, delivered.people)
                except (ProtimeError, RosterNotWritten, LedgerError, CountersUnknown) as error:
                    # The regular reading comes to the same, and tells it.
                    log.debug("days-not-read name=%s error=%s", name, type(error).__name__)

    def _forget_unwanted(self, files: Files) -> None:
        files.roster_writer.forget_unwanted(
            flextime="calculated-totals" in self._functions,
            counters="counters" in self._functions,
            clockings="clockings" in self._functions,
        )

    async def _read(self, name: str, people: Sequence[int]) -> int:
        changes = 0
        for start in range(0, len(people), _PEOPLE_AT_A_TIME):
            async with self._one_at_a_time:
                changes += await self._functions[name](people[start : start + _PEOPLE_AT_A_TIME])
        return changes

    async def _read_balances(self, people: Sequence[int]) -> int:
        today = self._today()
        found = await self._api.flextime_balances(people, today - _LATEST_DAYS, today)
        return await self._storage.run(
            lambda files: files.roster_writer.replace_balances(people, found, of_counters=False)
        )

    async def _read_counters(self, people: Sequence[int]) -> int:
        known = await self._storage.run(lambda files: files.roster_writer.counter_ids(self._counters))
        today = self._today()
        found = await self._api.counter_sums(people, known, today - _LATEST_DAYS, today) if known else []
        changes = await self._storage.run(
            lambda files: files.roster_writer.replace_balances(people, found, of_counters=True)
        )
        unknown = set(self._counters) - {code for code, _ in known.values()}
        if unknown:
            codes = ", ".join(sorted(unknown))
            raise CountersUnknown(f"no counter of Protime has the code {codes}; look at synchronisation.counters")
        return changes

    async def _read_clockings(self, people: Sequence[int]) -> int:
        today = self._today()
        first, *_, last = (today + timedelta(days=number) for number in _DAYS_OF_CLOCKINGS)
        found = await self._api.day_clockings(people, first, last)
        return await self._storage.run(lambda files: files.roster_writer.replace_clockings(people, found))

    def _today(self) -> date:
        return wall_time_of(self._clock.now().instant, self._zone).date


def _delivered_since(event_id: int, until: datetime, clocked_since: date, files: Files) -> Delivered:
    return delivered_since(files.ledger, event_id, until, clocked_since=clocked_since)
