"""Totals, counters and clockings of some people (reference, 9.1, 9.10, 9.11), as far as a terminal shows them."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date as day
from typing import Annotated, TypeVar

from terminal_app.clocking.counters import FLEXTIME, Balance, DayClocking
from terminal_app.clocking.version import Removed, Versioned
from terminal_app.protime.calls import Calls
from terminal_app.protime.clockings import ClockingRecord
from terminal_app.protime.collection import Collection, Filtering, Readings
from terminal_app.protime.delta import change_of
from terminal_app.protime.fields import CleanText, Day, Flag, Id, IdReference, Lenient, Record, Version
from terminal_app.protime.filters import Condition, counter_definition, date, person
from terminal_app.protime.scopes import Scope
from terminal_app.protime.source import Found

R = TypeVar("R", bound=Record)
Number = Annotated[int | None, Lenient]

_DELETED = "Deleted"


class _OfPerson(Record):
    id: Id
    person: Annotated[IdReference | None, Lenient] = None

    @property
    def person_id(self) -> int | None:
        return self.person.id if self.person else None


class _Total(_OfPerson):
    date: Day = None
    flextime_balance_in_minutes: Number = None


class _Counter(_OfPerson):
    counter_definition: Annotated[IdReference | None, Lenient] = None
    date: Day = None
    period_type: CleanText = None
    number_of_instances: Number = None
    start_time_in_minutes: Number = None
    end_time_in_minutes: Number = None
    duration_in_minutes: Number = None

    def value(self, unit: str) -> int | None:
        """What counts by the unit of its definition; None when it is not there."""
        match unit:
            case "Instance":
                return self.number_of_instances
            case "Interval" if self.duration_in_minutes is None:
                start, end = self.start_time_in_minutes, self.end_time_in_minutes
                return None if start is None or end is None else end - start
            case _:
                return self.duration_in_minutes


class _DayClocking(ClockingRecord):
    person: Annotated[IdReference | None, Lenient] = None
    change_version: Version = None
    is_generated: Flag = None
    status: CleanText = None

    def as_day_clocking(self) -> DayClocking | None:
        """As the terminal keeps it; None when it is nobody's."""
        if self.person is None or self.person.id is None:
            return None
        record = self.as_server_record()
        return DayClocking(
            protime_id=self.id,
            person_id=self.person.id,
            wall_time=record.wall_time,
            original_wall_time=record.original_wall_time,
            kind=record.kind,
            reason_id=record.reason_id,
            activity_ids=record.activity_ids,
            is_generated=bool(self.is_generated),
            is_deleted=self.status == _DELETED,
        )


async def flextime_balances(calls: Calls, people: Sequence[int], first: day, last: day) -> list[Balance]:
    """The balance after the latest of these days that has one, of each person. Raises ProtimeError."""
    newest: dict[int, Balance] = {}
    collection = Collection("calculated-totals", _Total, Scope.CALCULATED_TOTALS_READ, Filtering.DATE)
    async for record in _records(calls, collection, date.between(first, last) & person.in_(people)):
        key, at, minutes = record.person_id, record.date, record.flextime_balance_in_minutes
        if key is None or at is None or minutes is None or not first <= at <= last:
            continue
        if key not in newest or newest[key].day < at:
            newest[key] = Balance(key, FLEXTIME, "", minutes, "minutes", at)
    return list(newest.values())


async def counter_sums(
    calls: Calls, people: Sequence[int], counters: Mapping[int, tuple[str, str]], first: day, last: day
) -> list[Balance]:
    """What the entries of the latest of these days add up to, for each person, counter and kind of period.

    `counters` has the code and the unit of each by its id. Raises ProtimeError.
    """
    sums: dict[tuple[int, str, str], Balance] = {}
    collection = Collection("counters", _Counter, Scope.COUNTERS_READ, Filtering.DATE)
    where = date.between(first, last) & person.in_(people) & counter_definition.in_(counters)
    async for record in _records(calls, collection, where):
        counter = record.counter_definition.id if record.counter_definition else None
        key, at = record.person_id, record.date
        if key is None or at is None or counter is None or counter not in counters or not first <= at <= last:
            continue
        code, unit = counters[counter]
        value = record.value(unit)
        if value is None:
            continue
        place = (key, code, record.period_type or "Unknown")
        held = sums.get(place)
        if held is None or held.day <= at:
            before = held.value if held is not None and held.day == at else 0
            sums[place] = Balance(*place, before + value, "instances" if unit == "Instance" else "minutes", at)
    return list(sums.values())


async def day_clockings(calls: Calls, people: Sequence[int], first: day, last: day) -> list[Versioned[DayClocking]]:
    """The clockings of these people from `first` to `last`, deleted ones included. Raises ProtimeError."""
    collection = Collection("clockings", _DayClocking, Scope.CLOCKINGS_READ, Filtering.DATE)
    found = [
        (record.as_day_clocking(), record.change_version or "")
        async for record in _records(calls, collection, date.between(first, last) & person.in_(people))
    ]
    return [Versioned(one, version) for one, version in found if one is not None]


def told_clockings(items: Iterable[object]) -> Found[DayClocking]:
    """What webhooks have told of clockings, item by item; what cannot be read, or is nobody's, is left out. Pure."""
    records: list[Versioned[DayClocking]] = []
    removed: list[Removed] = []
    for item in items:
        change = change_of(_DayClocking, item)
        if change is None:
            continue
        one = change.record.as_day_clocking() if change.record else None
        if one is not None:
            records.append(Versioned(one, change.version))
        elif change.record is None:
            removed.append(Removed(change.key, change.version))
    return Found(records, removed, None)


async def _records(calls: Calls, collection: Collection[R], where: Condition) -> AsyncIterator[R]:
    """The splitter keeps each address short, however many people there are."""
    async for record in Readings(calls, collection).records(where):
        yield record
