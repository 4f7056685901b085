"""Filters of lists, built from typed fields (reference, 5.1). Pure.

    date.between(first, last) & person.in_([1, 2]) & (kind.eq("InOut") | kind.eq("Reason"))

`&` binds stronger than `>=` in Python: write `(date >= first) & person.in_([1])`. What the API has no operator for
(`gt`, `ne`, `not`, `contains`, functions) cannot be written.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NoReturn, TypeVar

Scalar = bool | int | str | dt.date
V = TypeVar("V", bound=Scalar)


class FilterError(ValueError):
    """A filter that the API cannot understand; never holds a value of the filter."""


class Group(StrEnum):
    """What people can be gathered in, as the filter names it."""

    CIRCLE = "circle"
    ORGANISATION = "org-group"
    ORGANISATION_OF_OLD = "org-tree"
    """As the older pages write it."""


class Condition:
    """A filter or a part of one."""

    __slots__ = ()

    def __and__(self, other: "Condition") -> "Condition":
        return Both(parts_of(self) + parts_of(other))

    def __or__(self, other: "Condition") -> "Condition":
        return Either((self, other))

    def __bool__(self) -> NoReturn:
        raise TypeError("join conditions with & and |, each comparison in brackets; not with and, or and chains")

    def __str__(self) -> str:
        raise NotImplementedError

    def fields(self) -> "frozenset[Field]":
        """The fields that it speaks of."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Field:
    """A field by the filter's name for it."""

    name: str
    may_be_alternative: bool = True
    """Whether `or` may join it: only fields of the category Multiple; which those are is inferred."""


@dataclass(frozen=True, slots=True)
class RangeField(Field):
    """A field with an order; both ends of a range are included. Nothing but `and` may join it."""

    may_be_alternative: bool = False

    def __ge__(self, value: dt.date) -> "Comparison":
        return Comparison(self, "ge", value)

    def __le__(self, value: dt.date) -> "Comparison":
        return Comparison(self, "le", value)

    def eq(self, value: dt.date) -> "Comparison":
        """Exactly this day."""
        return Comparison(self, "eq", value)

    def between(self, first: dt.date, last: dt.date) -> Condition:
        """From `first` to `last`, both included. Raises FilterError when they are the wrong way round."""
        if last < first:
            raise FilterError("a range ends before it begins")
        return (self >= first) & (self <= last)


@dataclass(frozen=True, slots=True)
class ChoiceField(Field, Generic[V]):
    """A field that is one of several values."""

    def eq(self, value: V) -> "Comparison":
        """Exactly this value."""
        return Comparison(self, "eq", value)

    def in_(self, values: Iterable[V]) -> "Membership":
        """One of `values`; a value given twice counts once. Raises FilterError when there is none."""
        return Membership(self, tuple(dict.fromkeys(values)))


@dataclass(frozen=True, slots=True)
class PersonField(ChoiceField[int]):
    """People, by their id or by what they belong to."""

    def in_circle(self, *ids: int) -> "Membership":
        """Everybody in one of these circles."""
        return Membership(self, ids, Group.CIRCLE)

    def in_org_group(self, *ids: int, group: Group = Group.ORGANISATION) -> "Membership":
        """Everybody in one of these organisation groups."""
        return Membership(self, ids, group)


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    """A field beside one value."""

    field: Field
    operator: str
    value: Scalar

    def __str__(self) -> str:
        return f"{self.field.name} {self.operator} {written(self.value)}"

    def fields(self) -> frozenset[Field]:
        """The field."""
        return frozenset({self.field})


@dataclass(frozen=True, slots=True)
class Membership(Condition):
    """A field that is one of a list."""

    field: Field
    values: tuple[Scalar, ...]
    group: Group | None = None

    def __post_init__(self) -> None:
        if not self.values:
            raise FilterError(f"no value for {self.field.name}: a list of none cannot be asked for")

    def __str__(self) -> str:
        return f"{self.field.name} in {self.group or ''}({','.join(map(written, self.values))})"

    def fields(self) -> frozenset[Field]:
        """The field."""
        return frozenset({self.field})


@dataclass(frozen=True, slots=True)
class Both(Condition):
    """Several conditions at a time."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, Either) else str(part) for part in self.parts)

    def fields(self) -> frozenset[Field]:
        """Those of all parts."""
        return frozenset().union(*(part.fields() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Either(Condition):
    """One condition of several."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        if not all(field.may_be_alternative for field in self.fields()):
            raise FilterError("a range may be joined by & only: the API answers 400 to an or on it")

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))

    def fields(self) -> frozenset[Field]:
        """Those of all parts."""
        return frozenset().union(*(part.fields() for part in self.parts))


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """What has to hold at a time; the whole when it is one."""
    return condition.parts if isinstance(condition, Both) else (condition,)


def written(value: Scalar) -> str:
    """A value as a filter has it. Raises FilterError for text with a quote: how to write one is not documented."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case dt.date():
            return f"'{dt.date(value.year, value.month, value.day).isoformat()}'"
        case _:
            if "'" in value or not value.isprintable():
                raise FilterError("a text in a filter must hold no quote and no control character")
            return f"'{value}'"


date = RangeField("date")
person = PersonField("person")
kind: ChoiceField[str] = ChoiceField("kind")
status: ChoiceField[str] = ChoiceField("status")
enabled: ChoiceField[bool] = ChoiceField("enabled")
counter_definition: ChoiceField[int] = ChoiceField("counter-definition")
counter_definition_of_old: ChoiceField[int] = ChoiceField("counter-definitions")
"""As the older pages write it."""
counter_group: ChoiceField[int] = ChoiceField("counter-group")
collection_name: ChoiceField[str] = ChoiceField("collection-name")
