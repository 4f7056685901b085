"""All that one simulated server knows, in one place."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from functools import partial

from terminal_app.simulator.absence_records import Absences
from terminal_app.simulator.activity_records import STRUCTURE, Activities
from terminal_app.simulator.clock import Clock
from terminal_app.simulator.clocking_store import ClockingStore
from terminal_app.simulator.data import catalogs, dated
from terminal_app.simulator.data.of_people import HISTORY_FIELDS, Contracts, Histories
from terminal_app.simulator.data.workdays import Workdays
from terminal_app.simulator.daybook import DERIVED, ONLY_FROM_CLOCKINGS, Daybook, DayRecords
from terminal_app.simulator.deltas import Deltas
from terminal_app.simulator.fault_rules import FaultRules
from terminal_app.simulator.faults import Faults, FaultSwitches
from terminal_app.simulator.people_records import People
from terminal_app.simulator.recalculation import Recalculation
from terminal_app.simulator.records import EVERYTHING, NumberedReferences, Records, Rows, Seeded
from terminal_app.simulator.references import Catalogue, Referenced, WritableReferences
from terminal_app.simulator.request_log import RequestLog
from terminal_app.simulator.settings import Settings
from terminal_app.simulator.token_register import TokenRegister
from terminal_app.simulator.versions import Changes
from terminal_app.simulator.webhook_records import Webhooks

_PLANNED_AHEAD_DAYS = 30
_CODED = {"counter-definitions": ("@counter-code", "COUNTERID"), "shift-definitions": ("@shift-code", "SHIFTID")}
_NUMBERED = {
    "absence-groups": "customAbsenceGroupCode",
    "counter-groups": "COUNTERGROUP",
    "break-definitions": "BREAKID",
    "contracts": "CONTRACTID",
    "departments": "HRDEPARTMENT",
    "employers": "HREMPLOYER",
    "jobs": "HRJOB",
    "job-categories": "HRCATEGORY",
    "sectors": "HRSECTOR",
    "work-locations": "HRLOCATION",
}
"""The custom reference of these collections; its value is a prefix and the id, such as `DEPARTMENTS-3`."""


class State:
    """Records, tokens, switches and counts. It is changed in the server's event loop only.

    Attributes:
        today: Says which day it is; a range of dates without an end may start a year before it.
        records: The records by collection, but for people, clockings and activity definitions.
        histories: The histories of people by category.
        references: The external references by collection, but for activity definitions.
        refuse_connections: Closes the port for so many seconds; the server that runs sets it.
        crashes: Errors of the simulator itself; each was answered with 500 and is no fault of the client.
        paging_epoch: `nextLink`s of an earlier epoch answer 409.
    """

    def __init__(self, people: int, settings: Settings, today: Callable[[], date] = date.today) -> None:
        self.settings = settings
        self.clock = Clock(today)
        self.today = self.clock.today
        self.changes = Changes()
        self.people = People(people, settings.seed, self.changes)
        self.absences = Absences()
        self.activities = Activities(self.changes)
        self.clockings = ClockingStore(self.changes)
        self.histories = {name: Histories(name, settings.seed, self.people.last_id) for name in HISTORY_FIELDS}
        opening = today()
        self.daybook = Daybook(Workdays.before(opening, settings.history_days, settings.seed), self.people.last_id)
        self.derived = {
            name: DayRecords(self.daybook, entries, seeded=name not in ONLY_FROM_CLOCKINGS)
            for name, entries in DERIVED.items()
        }
        self.records = self._records(opening)
        self.references = {name: WritableReferences(found) for name, found in self._references().items()}
        self.deltas = Deltas(self.clock)
        self.webhooks = Webhooks(self.clock)
        self.recalculation = Recalculation(
            clock=self.clock,
            daybook=self.daybook,
            derived=self.derived,
            clockings=self.clockings,
            absences=self.absences,
            changes=self.changes,
        )
        self.tokens = TokenRegister(self.clock)
        self.faults = FaultSwitches()
        self.rules = FaultRules()
        self.refuse_connections: Callable[[float], None] = lambda _seconds: None
        self.requests = RequestLog()
        self.paging_epoch = 0
        self.crashes: list[Exception] = []

    @property
    def terminals(self) -> Referenced[int]:
        """The terminals, which are only referred to."""
        return self.references["terminals"]

    def reference_names(self, collection: str) -> frozenset[str]:
        """The external references that records of a collection can have."""
        if collection == "activity-definitions":
            return self.activities.reference_names
        return self.references[collection].reference_names

    def clocking_changed(self, person: int, *days: date) -> None:
        """The clockings of these days are not what they were: their totals follow after the delay."""
        delay = self.faults.current.recalculation_seconds
        for day in days:
            self.recalculation.plan(person, day, delay)
        with suppress(RuntimeError):  # outside of the server's loop the next reader settles it
            asyncio.get_running_loop().call_later(delay, self.settle)

    def settle(self) -> None:
        """Does what is due."""
        self.clockings.show_due()
        self.recalculation.run()

    def change_faults(self, changes: Mapping[str, object]) -> Faults:
        """Sets switches and returns all in force; `FaultError` when a name or value does not fit."""
        in_force = self.faults.change(changes)
        if changes.get("expire_tokens"):
            self.tokens.expire_all()
        if changes.get("expire_paging_tokens"):
            self.paging_epoch += 1
        if changes.get("expire_deltas"):
            self.deltas.expire_all()
        return in_force

    def clear_faults(self) -> None:
        """Puts every switch to rest and ends every rule."""
        self.faults.clear()
        self.rules.clear()

    def put_record(self, collection: str, key: int, record: dict[str, object] | None) -> None:
        """Adds, replaces or (None) removes a record; a group of absences that is saved counts as all of them.

        Raises:
            KeyError: There is no such collection, or no such record to remove.
        """
        records = self.records[collection]
        if record is None:
            records.remove(key)
        else:
            records.put(key, record)
        if collection == "absence-groups":
            for other in records.after(-1, EVERYTHING):
                if other != key:
                    self.changes.note(collection, other)

    def reset(self) -> None:
        """Forgets all clockings, what was calculated from them, deltas and counts.

        People, other records, tokens and switches stay; ids go on rising.
        """
        self.clockings.clear()
        self.daybook.clear()
        self.recalculation.clear()
        self.deltas.expire_all()
        self.requests.clear()

    def _records(self, opening: date) -> dict[str, Records]:
        settings, people = self.settings, self.people.last_id
        length = settings.history_days
        ahead = _PLANNED_AHEAD_DAYS if length else 0
        past = tuple(opening - timedelta(days=back) for back in range(length, 0, -1))
        days = (*past, *(opening + timedelta(days=number) for number in range(ahead)))
        workdays = tuple(day for day in days if day.weekday() < 5)  # noqa: PLR2004 - Monday is 0
        definitions = tuple(one.key for one in self.activities.of_level(STRUCTURE, 1) if one.is_active_on(opening))
        planned = partial(dated.assignment, definitions)
        seeded: dict[str, Seeded] = {
            "departments": Rows(catalogs.DEPARTMENTS),
            "employers": Rows(catalogs.EMPLOYERS),
            "jobs": Rows(catalogs.JOBS),
            "job-categories": Rows(catalogs.JOB_CATEGORIES),
            "sectors": Rows(catalogs.SECTORS),
            "work-locations": Rows(catalogs.WORK_LOCATIONS),
            "absence-groups": Rows(catalogs.ABSENCE_GROUPS),
            "absence-definitions": Rows(self.absences.rows()),
            "counter-groups": Rows(catalogs.COUNTER_GROUPS),
            "counter-definitions": Rows(catalogs.COUNTER_DEFINITIONS),
            "shift-definitions": Rows(catalogs.SHIFT_DEFINITIONS),
            "break-definitions": Rows(catalogs.BREAK_DEFINITIONS),
            "contracts": Contracts(people),
            "absences": dated.Drawn(settings.seed + 1, 25, workdays, people, dated.absence),
            "access-clockings": dated.Drawn(settings.seed + 2, 4, past, people, dated.access_clocking),
            "assignments": dated.Drawn(settings.seed + 3, 3, workdays, people, planned),
            **self.derived,
        }
        return {name: Records(name, records, self.changes) for name, records in seeded.items()}

    def _references(self) -> dict[str, Referenced[int]]:
        terminals: Catalogue[int] = Catalogue("terminals", {"@external-code", "assetTag"})
        for key, code in enumerate(self.settings.terminals, start=1):
            terminals.put(key, {"@external-code": code, "assetTag": f"ASSET-{key}"})
        found: dict[str, Referenced[int]] = {
            "people": self.people,
            "terminals": terminals,
            "absence-definitions": self.absences.catalogue,
            "absence-groups": self.absences.groups,
        }
        for name, (predefined, custom) in _CODED.items():
            catalogue: Catalogue[int] = Catalogue(name, {predefined, custom})
            rows = catalogs.COUNTER_DEFINITIONS if name == "counter-definitions" else catalogs.SHIFT_DEFINITIONS
            for key, row in enumerate(rows, start=1):
                catalogue.put(key, {predefined: str(row["code"]), custom: f"{custom}-{key}"})
            found[name] = catalogue
        for name, custom in _NUMBERED.items():
            if name not in found:
                records = self.records[name]
                found[name] = NumberedReferences(name, {custom: f"{name.upper()}-"}, records.__contains__)
        return found
