"""The clockings the server holds, in the order it received them, with indexes by person and by date."""

import time
from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from terminal_app.simulator.versions import Changes

_FIRST_ID = 1001
_MINUTES_OF_A_DAY = 1440


class Kind(StrEnum):
    """Kinds of clockings."""

    IN_OUT = "InOut"
    REASON = "Reason"
    ACTIVITY = "Activity"
    ACTIVITY_END = "ActivityEnd"


class Status(StrEnum):
    """What became of a clocking."""

    UNKNOWN = "Unknown"
    ACTIVE = "Active"
    DELETED = "Deleted"


@dataclass(frozen=True, slots=True)
class NewClocking:
    """A clocking as it was sent, its references resolved. Two equal ones cannot be told apart."""

    person: int
    day: date
    minutes: int
    kind: Kind
    terminal: int | None = None
    reason: int | None = None
    is_open: bool | None = None
    levels: tuple[tuple[int, str], ...] = ()
    geolocation: tuple[float, float] | None = field(default=None, compare=False)


@dataclass(slots=True)
class StoredClocking:
    """A record: what was sent, and what the server made of it."""

    id: int
    sent: NewClocking
    received_body: str
    received_at: datetime
    visible_from: float
    day: date
    minutes: int
    original_minutes: int | None = None
    status: Status = Status.ACTIVE


class ClockingStore:
    """All records by id. Ids rise and are never used again."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._next_id = _FIRST_ID
        self._records: dict[int, StoredClocking] = {}
        self._by_person: dict[int, list[int]] = {}
        self._by_day: dict[date, list[int]] = {}
        self._first_of: dict[NewClocking, int] = {}
        self._hidden: dict[int, StoredClocking] = {}

    def __iter__(self) -> Iterator[StoredClocking]:
        """All records in the order they were received; safe against records that come meanwhile."""
        return iter(tuple(self._records.values()))

    def __getitem__(self, key: int) -> StoredClocking:
        """The record with this id; `KeyError` when there is none."""
        return self._records[key]

    def count(self) -> int:
        """How many there are."""
        return len(self._records)

    def get(self, key: int) -> StoredClocking | None:
        """The record with this id, visible to readers or not."""
        return self._records.get(key)

    def visible(self, key: int) -> StoredClocking | None:
        """The record with this id, if readers may see it already."""
        record = self._records.get(key)
        return record if key not in self._hidden else None

    def show_due(self) -> None:
        """Shows the records whose lag is over; each counts as changed now, since nobody could see it before."""
        now = time.monotonic()
        for key in [key for key, record in self._hidden.items() if record.visible_from <= now]:
            del self._hidden[key]
            self._changes.note("clockings", key)

    def equal_to(self, new: NewClocking) -> StoredClocking | None:
        """The first record that was sent exactly like this one."""
        key = self._first_of.get(new)
        return None if key is None else self._records[key]

    def add(
        self, new: NewClocking, body: str, *, lag_seconds: float = 0.0, night_ends_at_minutes: int = 0
    ) -> StoredClocking:
        """Stores a record, moved to the day before when it is of the night.

        With `lag_seconds` it can be read, and counts as changed, at the first `show_due` after so long.
        """
        day, minutes = new.day, new.minutes
        if 0 <= minutes < night_ends_at_minutes and day > date.min:
            day, minutes = day - timedelta(days=1), minutes + _MINUTES_OF_A_DAY
        record = StoredClocking(
            id=self._next_id,
            sent=new,
            received_body=body,
            received_at=datetime.now(UTC),
            visible_from=time.monotonic() + lag_seconds if lag_seconds else 0.0,
            day=day,
            minutes=minutes,
        )
        self._next_id += 1
        self._records[record.id] = record
        self._by_person.setdefault(new.person, []).append(record.id)
        self._by_day.setdefault(day, []).append(record.id)
        self._first_of.setdefault(new, record.id)
        if lag_seconds:
            self._hidden[record.id] = record
        else:
            self._changes.note("clockings", record.id)
        return record

    def edit(
        self,
        record: StoredClocking,
        *,
        status: Status | None = None,
        minutes: int | None = None,
        day: date | None = None,
    ) -> None:
        """Changes a record as an office worker would; the first time stays as `original_minutes`."""
        if status is not None:
            record.status = status
        if minutes is not None and minutes != record.minutes:
            if record.original_minutes is None:
                record.original_minutes = record.minutes
            record.minutes = minutes
        if day is not None and day != record.day:
            self._by_day[record.day].remove(record.id)
            insort(self._by_day.setdefault(day, []), record.id)
            record.day = day
        if record.id not in self._hidden:
            self._changes.note("clockings", record.id)

    def keys(self, first: date, last: date, people: frozenset[int] | None) -> list[int]:
        """The ids of these days (both included) and people (None = all), rising."""
        if people is not None:
            of_people = (key for person in people for key in self._by_person.get(person, ()))
            return sorted(key for key in of_people if first <= self._records[key].day <= last)
        days = [keys for day, keys in self._by_day.items() if first <= day <= last]
        return sorted(key for keys in days for key in keys) if len(days) != 1 else days[0]

    def of_day(self, person: int, day: date) -> list[StoredClocking]:
        """The records of one person and day, deleted ones too."""
        found = (self._records[key] for key in self._by_person.get(person, ()))
        return [record for record in found if record.day == day]

    def clear(self) -> None:
        """Forgets all records."""
        for index in (self._records, self._by_person, self._by_day, self._first_of, self._hidden):
            index.clear()
