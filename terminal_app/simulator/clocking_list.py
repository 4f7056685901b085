"""Which clockings a filter means: the date rule (a start, at most one year), people and kinds."""

from collections.abc import Mapping
from datetime import date

from terminal_app.simulator.clocking_store import ClockingStore, Kind, StoredClocking
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.filters import (
    Category,
    Comparison,
    Expression,
    Field,
    FilterError,
    Value,
    conjuncts,
    holds,
    is_date,
    is_whole_number,
    parse,
)

_FIELDS: Mapping[str, Field] = {
    "date": Field(Category.RANGE, is_date),
    "person": Field(Category.MULTIPLE, is_whole_number),
    "kind": Field(Category.MULTIPLE, lambda value: isinstance(value, str) and value in set(Kind)),
}


def filtered_keys(text: str | None, store: ClockingStore, today: date) -> list[int]:
    """The ids of the visible clockings that pass the filter, rising.

    Args:
        text: The filter as it came.
        store: Where the clockings are.
        today: Where a range without an end ends, as far as its length is concerned.

    Raises:
        ApiError: 400 with a reason: no filter, not valid, no start of the dates, or more than a year.
    """
    if text is None:
        raise ApiError(400, "The filter is not valid.", reasons=["A filter on date is required."])
    try:
        expression = parse(text, _FIELDS)
        first, last = _range(expression, today)
    except FilterError as error:
        raise ApiError(400, "The filter is not valid.", reasons=[str(error)]) from error
    found: list[int] = []
    for key in store.keys(first, last, _people(expression)):
        record = store.visible(key)
        if record is not None and holds(expression, _values(record)):
            found.append(key)
    return found


def _values(record: StoredClocking) -> dict[str, Value]:
    return {"date": record.day.isoformat(), "person": record.sent.person, "kind": record.sent.kind.value}


def _range(expression: Expression, today: date) -> tuple[date, date]:
    starts: list[date] = []
    ends: list[date] = []
    for part in conjuncts(expression):
        if isinstance(part, Comparison) and part.field == "date":
            day = date.fromisoformat(str(part.values[0]))
            if part.operator in ("eq", "ge"):
                starts.append(day)
            if part.operator in ("eq", "le"):
                ends.append(day)
    if not starts:
        raise FilterError("a start of the dates is required")
    first, last = max(starts), min(ends, default=date.max)
    if _a_year_after(first) < (last if ends else today):
        raise FilterError("the dates are more than a year apart")
    return first, last


def _a_year_after(day: date) -> date:
    if day.year == date.max.year:
        return date.max
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _people(expression: Expression) -> frozenset[int] | None:
    """The people that the filter is limited to; None when it is not."""
    for part in conjuncts(expression):
        if isinstance(part, Comparison) and part.field == "person":
            return frozenset(value for value in part.values if isinstance(value, int))
    return None
