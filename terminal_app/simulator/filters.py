"""The filter language of lists (reference section 5.1): text in, conditions out, everything else refused.

Grammar: `and` binds stronger than `or`; brackets; the left side is a field, the right side a whole number, a text in
single quotes, true or false, or for `in` a bracketed list of these. A quote inside a text cannot be written.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeAlias

Value: TypeAlias = int | str | bool

GROUPS = ("circle", "org-group", "org-tree")
_MAXIMUM_DEPTH = 32
_TOKEN = re.compile(
    r"\s*(?:(?P<bracket>[()])|(?P<comma>,)|(?P<number>-?\d+)(?![\w.])|'(?P<text>[^']*)'|(?P<word>[A-Za-z][\w-]*))",
    re.ASCII,
)


class FilterError(ValueError):
    """A filter the API answers with 400."""


class Category(Enum):
    """What may be done with a field."""

    RANGE = "Range"
    MULTIPLE = "Multiple"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a list can be filtered by.

    Attributes:
        category: Range fields take `eq`, `ge` and `le` and never stand under `or`; Multiple ones take `eq` and `in`.
        accepts: Whether a value fits the field.
    """

    category: Category
    accepts: Callable[[Value], bool]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field compared with one value, or with several for `in`.

    Attributes:
        group: `circle`, `org-group` or `org-tree`: the values are ids of these, and it means the people in them.
    """

    field: str
    operator: str
    values: tuple[Value, ...]
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Junction:
    """Expressions joined by `and` or by `or`."""

    operator: str
    parts: tuple["Expression", ...]


Expression: TypeAlias = Comparison | Junction


def is_date(value: Value) -> bool:
    """Whether the value is a quoted date, `YYYY-MM-DD`."""
    if not isinstance(value, str) or re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_whole_number(value: Value) -> bool:
    """Whether the value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def parse(text: str, fields: Mapping[str, Field]) -> Expression:
    """Reads a filter and checks each comparison against the fields of the list.

    Raises:
        FilterError: The text is no filter, or not one for these fields.
    """
    expression = _Parser(text).expression()
    for comparison in _comparisons(expression):
        _check(comparison, fields)
    _check_alternatives(expression, fields)
    return expression


def conjuncts(expression: Expression) -> Iterator[Expression]:
    """The parts that must all hold, brackets undone."""
    if isinstance(expression, Junction) and expression.operator == "and":
        for part in expression.parts:
            yield from conjuncts(part)
    else:
        yield expression


def holds(
    expression: Expression, values: Mapping[str, Value | None], is_member: Callable[[str, Value, Value], bool]
) -> bool:
    """Whether a record with these values (dates as text; None = it has none) passes.

    Args:
        expression: The filter.
        values: By field.
        is_member: Whether the group of this sort and id holds that person.
    """
    if isinstance(expression, Junction):
        results = (holds(part, values, is_member) for part in expression.parts)
        return all(results) if expression.operator == "and" else any(results)
    actual = values.get(expression.field)
    if actual is None:
        return False
    group = expression.group
    if group is not None:
        return any(is_member(group, value, actual) for value in expression.values)
    if expression.operator == "ge":
        return str(actual) >= str(expression.values[0])
    if expression.operator == "le":
        return str(actual) <= str(expression.values[0])
    return actual in expression.values


def _comparisons(expression: Expression) -> Iterator[Comparison]:
    if isinstance(expression, Comparison):
        yield expression
    else:
        for part in expression.parts:
            yield from _comparisons(part)


def _check(comparison: Comparison, fields: Mapping[str, Field]) -> None:
    field = fields.get(comparison.field)
    if field is None:
        raise FilterError(f"the field {comparison.field} cannot be filtered on")
    allowed = ("eq", "ge", "le") if field.category is Category.RANGE else ("eq", "in")
    if comparison.operator not in allowed:
        raise FilterError(f"{comparison.operator} cannot be used on {comparison.field} ({field.category.value})")
    if not all(field.accepts(value) for value in comparison.values):
        raise FilterError(f"a value does not fit the field {comparison.field}")


def _check_alternatives(expression: Expression, fields: Mapping[str, Field]) -> None:
    if isinstance(expression, Comparison):
        return
    if expression.operator == "or":
        for comparison in _comparisons(expression):
            if fields[comparison.field].category is not Category.MULTIPLE:
                raise FilterError(f"or cannot be used on {comparison.field}")
    for part in expression.parts:
        _check_alternatives(part, fields)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._next = 0

    def expression(self) -> Expression:
        result = self._junction("or", depth=0)
        if self._next != len(self._tokens):
            raise FilterError("the filter goes on after its end")
        return result

    def _junction(self, operator: str, depth: int) -> Expression:
        if depth > _MAXIMUM_DEPTH:
            raise FilterError("too many brackets")
        parts = [self._part(operator, depth)]
        while self._peek() == ("word", operator):
            self._next += 1
            parts.append(self._part(operator, depth))
        return parts[0] if len(parts) == 1 else Junction(operator, tuple(parts))

    def _part(self, operator: str, depth: int) -> Expression:
        if operator == "or":
            return self._junction("and", depth)
        if self._peek() == ("bracket", "("):
            self._next += 1
            inside = self._junction("or", depth + 1)
            self._take("bracket", ")")
            return inside
        return self._comparison()

    def _comparison(self) -> Comparison:
        field = self._take("word")
        operator = self._take("word")
        if operator not in ("eq", "ge", "le", "in"):
            raise FilterError(f"there is no operator {operator[:20]}")
        if operator != "in":
            return Comparison(field, operator, (self._value(),))
        kind, word = self._peek()
        group = None
        if kind == "word":
            if word not in GROUPS or field != "person":
                raise FilterError(f"{word[:20]} is not known to this server")
            group = self._take("word")
        self._take("bracket", "(")
        values = [self._value()]
        while self._peek() == ("comma", ","):
            self._next += 1
            values.append(self._value())
        self._take("bracket", ")")
        return Comparison(field, operator, tuple(values), group)

    def _value(self) -> Value:
        kind, text = self._peek()
        self._next += 1
        if kind == "number" and len(text) <= 18:  # noqa: PLR2004 - fits 64 bits
            return int(text)
        if kind == "text":
            return text
        if (kind, text) in (("word", "true"), ("word", "false")):
            return text == "true"
        raise FilterError("a value is missing, or is neither a number, a quoted text nor a boolean")

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._next] if self._next < len(self._tokens) else ("end", "")

    def _take(self, kind: str, wanted: str | None = None) -> str:
        found_kind, text = self._peek()
        if found_kind != kind or wanted not in (None, text):
            raise FilterError(f"{wanted or kind} expected")
        self._next += 1
        return text


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise FilterError(f"the filter cannot be read at character {position + 1}")
        yield match.lastgroup, match[match.lastgroup]
        position = match.end()
