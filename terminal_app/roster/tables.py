"""Between the records of the roster and the rows of its tables."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition
from terminal_app.clocking.counters import Balance, CounterDefinition, DayClocking
from terminal_app.clocking.person import Person
from terminal_app.clocking.version import Versioned

Value = str | int | None
Row = tuple[Value, ...]
Kept = Person | ReasonDefinition | ActivityDefinition | CounterDefinition


class Collection(StrEnum):
    """What is read from Protime as a whole; the values are the tables' names."""

    PEOPLE = "person"
    REASONS = "reason"
    ACTIVITIES = "activity"
    COUNTERS = "counter_definition"


COLUMNS: Mapping[Collection, tuple[str, ...]] = {
    Collection.PEOPLE: (
        "id", "first_name", "last_name", "badge_number", "language", "in_service_from", "in_service_until",
        "terminal_group_id", "reference", "version",
    ),
    Collection.REASONS: ("id", "code", "name", "translations", "is_enabled", "is_reason_for_clocking", "version"),
    Collection.ACTIVITIES: (
        "id", "level", "parent_id", "name", "translations", "data_entry_code", "external_reference", "active_from",
        "active_until", "usages", "restrictions", "version",
    ),
    Collection.COUNTERS: ("id", "code", "name", "translations", "unit", "is_enabled", "version"),
}  # fmt: skip
"""Of each table, in the order of `rows_of`."""

BALANCE_COLUMNS = ("person_id", "name", "period", "value", "unit", "day")
DAY_CLOCKING_COLUMNS = (
    "protime_id", "person_id", "date", "minute", "original_date", "original_minute", "kind", "reason_id",
    "activity_ids", "is_generated", "is_deleted", "version",
)  # fmt: skip


def rows_of(records: Iterable[Versioned[Kept]]) -> list[Row]:
    """The rows of records of one kind, in the order of COLUMNS."""
    # People without a call for each: they come by 100,000.
    return [
        (
            one.id, one.first_name, one.last_name, one.badge_number or None, one.language,
            _day(one.in_service_from), _day(one.in_service_until), one.terminal_group_id, one.reference, version,
        )
        if isinstance(one, Person)
        else _row_of_definition(one, version)
        for one, version in records
    ]  # fmt: skip


def _row_of_definition(definition: ReasonDefinition | ActivityDefinition | CounterDefinition, version: str) -> Row:
    match definition:
        case ReasonDefinition() as one:
            return (
                one.id, one.code, one.name.default, _texts(one.name.translations), int(one.is_enabled),
                int(one.is_reason_for_clocking), version,
            )  # fmt: skip
        case ActivityDefinition() as one:
            return (
                one.id, one.level, one.parent_id, one.name.default, _texts(one.name.translations),
                one.data_entry_code, one.external_reference, _day(one.active_from), _day(one.active_until),
                _usages(one), _restrictions(one), version,
            )  # fmt: skip
        case CounterDefinition() as one:
            return (
                one.id, one.code, one.name.default, _texts(one.name.translations), one.unit, int(one.is_enabled),
                version,
            )  # fmt: skip


def balance_row(one: Balance) -> Row:
    """In the order of BALANCE_COLUMNS."""
    return (one.person_id, one.name, one.period, one.value, one.unit, one.day.isoformat())


def day_clocking_row(record: Versioned[DayClocking]) -> Row:
    """In the order of DAY_CLOCKING_COLUMNS."""
    one = record.value
    original = one.original_wall_time
    return (
        one.protime_id, one.person_id, one.wall_time.date.isoformat(), one.wall_time.minute,
        original.date.isoformat() if original else None, original.minute if original else None, one.kind,
        one.reason_id, json.dumps(one.activity_ids), int(one.is_generated), int(one.is_deleted),
        record.version,
    )  # fmt: skip


def is_writable(*rows: Row) -> bool:
    """Whether all texts of these rows are text: half a surrogate pair is none."""
    try:
        "".join([value for row in rows for value in row if isinstance(value, str)]).encode()
    except UnicodeEncodeError:
        return False
    return True


def _usages(one: ActivityDefinition) -> str | None:
    if one.usages is None:
        return None
    return json.dumps([[use.kind, use.reference_id, _day(use.first), _day(use.last)] for use in one.usages])


def _restrictions(one: ActivityDefinition) -> str | None:
    if one.restrictions is None:
        return None
    return json.dumps([[each.level, list[str](each.activity_ids)] for each in one.restrictions])


def _texts(translations: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(translations.items())), ensure_ascii=False)


@lru_cache(maxsize=4096)
def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def in_portions(keys: Sequence[Value], size: int) -> list[Sequence[Value]]:
    """The keys, at most `size` at a time."""
    return [keys[start : start + size] for start in range(0, len(keys), size)]
