"""Which records a list is about: its filter, and the date rule (a start, at most one year; reference section 9)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from terminal_app.simulator.data.of_people import entry_of_history
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
from terminal_app.simulator.records import EVERYTHING, Record, Selection

_CIRCLES = 20


class FilterRule(Enum):
    """Whether a list needs a filter."""

    NONE = "none"
    OPTIONAL = "optional"
    DATE = "date"


DATE = Field(Category.RANGE, is_date)
NUMBER = Field(Category.MULTIPLE, is_whole_number)
BOOLEAN = Field(Category.MULTIPLE, lambda value: isinstance(value, bool))


def one_of(*texts: str) -> Field:
    """A field that has these texts."""
    return Field(Category.MULTIPLE, lambda value: isinstance(value, str) and value in texts)


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The filter language of one list.

    Attributes:
        rule: Whether a filter is needed.
        paths: Where in a record the value of a field is, such as `person.id`.
        fields: What may be compared.
    """

    rule: FilterRule = FilterRule.NONE
    paths: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)

    def read(self, text: str | None, today: date, *, seed: int, for_delta: bool = False) -> "Wanted":
        """What the list is asked for.

        Args:
            text: The filter as it came.
            today: Where a range without an end ends, as far as its length is concerned.
            seed: Says who is in which organisation group.
            for_delta: The rules for the start of a delta: no person, no start before last year, the end optional.

        Raises:
            ApiError: 400 with a reason.
        """
        if text is None:
            if self.rule is FilterRule.DATE:
                raise ApiError(400, "The filter is not valid.", reasons=["A filter on date is required."])
            return Wanted(EVERYTHING, lambda _record: True)
        try:
            expression = parse(text, self.fields)
            first, last = date.min, date.max
            if self.rule is FilterRule.DATE:
                first, last = _range(expression, today, for_delta=for_delta)
            if for_delta:
                _refuse_person(expression)
        except FilterError as error:
            raise ApiError(400, "The filter is not valid.", reasons=[str(error)]) from error

        def is_member(group: str, number: Value, person: Value) -> bool:
            return belongs_to(group, int(number), int(person), seed)

        def passes(record: Record) -> bool:
            return holds(expression, {name: _value(record, path) for name, path in self.paths.items()}, is_member)

        return Wanted(Selection(first, last, _people(expression)), passes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for.

    Attributes:
        selection: Where to look.
        passes: Whether a record found there belongs to it.
    """

    selection: Selection
    passes: Callable[[Record], bool]


def dated(*, path: str = "date", **others: tuple[str, Field]) -> ListFilter:
    """The filter of a list with the date rule; others as `name=(path, field)`, `_` for `-` in the name."""
    more = {name.replace("_", "-"): value for name, value in others.items()}
    paths = {"date": path, "person": "person.id", **{name: where for name, (where, _) in more.items()}}
    fields = {"date": DATE, "person": NUMBER, **{name: kind for name, (_, kind) in more.items()}}
    return ListFilter(FilterRule.DATE, paths, fields)


def optional(**others: tuple[str, Field]) -> ListFilter:
    """The filter of a list that needs none."""
    more = {name.replace("_", "-"): value for name, value in others.items()}
    paths = {name: where for name, (where, _) in more.items()}
    return ListFilter(FilterRule.OPTIONAL, paths, {name: kind for name, (_, kind) in more.items()})


def belongs_to(group: str, number: int, person: int, seed: int) -> bool:
    """Circle n holds everybody whose number ends like it (of 20); organisation group n is the department n."""
    if group == "circle":
        return person % _CIRCLES == number % _CIRCLES
    return entry_of_history(seed, "department", person) == number


def _value(record: Record, path: str) -> Value | None:
    found: object = record
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, int | str) else None


def _refuse_person(expression: Expression) -> None:
    if "person" in {one.field for one in _all(expression)}:
        raise FilterError("a delta has no filter on person")


def _all(expression: Expression) -> list[Comparison]:
    if isinstance(expression, Comparison):
        return [expression]
    return [one for part in expression.parts for one in _all(part)]


def _range(expression: Expression, today: date, *, for_delta: bool) -> tuple[date, date]:
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
    if for_delta and first < date(max(today.year - 1, 1), 1, 1):
        raise FilterError("a delta starts not before 1 January of last year")
    if (ends or not for_delta) and _a_year_after(first) < (last if ends else today):
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
        if isinstance(part, Comparison) and part.field == "person" and part.group is None:
            return frozenset(value for value in part.values if isinstance(value, int))
    return None
