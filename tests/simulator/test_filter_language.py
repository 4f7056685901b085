from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.simulator.filters import (
    Category,
    Comparison,
    Expression,
    Field,
    FilterError,
    Junction,
    Value,
    conjuncts,
    holds,
    is_date,
    is_whole_number,
    parse,
)

FIELDS: Mapping[str, Field] = {
    "date": Field(Category.RANGE, is_date),
    "person": Field(Category.MULTIPLE, is_whole_number),
    "kind": Field(Category.MULTIPLE, lambda value: isinstance(value, str)),
    "open": Field(Category.MULTIPLE, lambda value: isinstance(value, bool)),
}
PIECES = [
    "date",
    "person",
    "kind",
    "eq",
    "ge",
    "le",
    "in",
    "and",
    "or",
    "(",
    ")",
    ",",
    "1",
    "'a'",
    "'2026-01-01'",
    " ",
    "''",
    "-",
]

comparisons = (
    st.builds(Comparison, st.just("person"), st.just("in"), st.lists(st.integers(-5, 5), min_size=1).map(tuple))
    | st.builds(Comparison, st.just("person"), st.just("eq"), st.integers(-5, 5).map(lambda value: (value,)))
    | st.builds(Comparison, st.just("kind"), st.just("eq"), st.sampled_from("ab").map(lambda value: (value,)))
    | st.builds(Comparison, st.just("open"), st.just("eq"), st.booleans().map(lambda value: (value,)))
)
expressions: st.SearchStrategy[Expression] = st.recursive(
    comparisons,
    lambda inner: st.builds(
        Junction, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)
    ),
    max_leaves=12,
)


def written(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f"'{value}'"


def rendered(expression: Expression) -> str:
    if isinstance(expression, Junction):
        return f" {expression.operator} ".join(f"({rendered(part)})" for part in expression.parts)
    values = ",".join(written(value) for value in expression.values)
    right = f"({values})" if expression.operator == "in" else values
    return f"{expression.field} {expression.operator} {right}"


def meant(expression: Expression, values: Mapping[str, Value]) -> bool:
    if isinstance(expression, Junction):
        results = [meant(part, values) for part in expression.parts]
        return all(results) if expression.operator == "and" else any(results)
    return values[expression.field] in expression.values


def nobody(_group: str, _number: Value, _person: Value) -> bool:
    return False


@pytest.mark.parametrize("text", ["person in circle(2,8)", "person in org-group (2)", "person in org-tree (8)"])
def test_people_of_a_group(text: str) -> None:
    def is_member(group: str, number: Value, person: Value) -> bool:
        return (group, number, person) in {("circle", 8, 1), ("org-group", 2, 1), ("org-tree", 8, 1)}

    expression = parse(text, FIELDS)
    assert holds(expression, {"person": 1}, is_member)
    assert not holds(expression, {"person": 2}, is_member)
    assert not holds(expression, {}, is_member)


@given(expressions, st.integers(-5, 5), st.sampled_from("ab"), st.booleans())
def test_a_written_filter_means_what_was_meant(expression: Expression, person: int, kind: str, is_open: bool) -> None:
    values: dict[str, Value] = {"person": person, "kind": kind, "open": is_open}
    assert holds(parse(rendered(expression), FIELDS), values, nobody) == meant(expression, values)


@given(
    st.text()
    | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join)
    | st.lists(st.sampled_from(PIECES)).map("".join)
)
def test_any_text_is_a_filter_or_a_filter_error(text: str) -> None:
    with suppress(FilterError):
        parse(text, FIELDS)


@pytest.mark.parametrize("brackets", [1, 30, 100, 100_000])
def test_brackets_do_not_exhaust_the_reader(brackets: int) -> None:
    text = "(" * brackets + "person eq 1" + ")" * brackets
    if brackets <= 30:
        assert parse(text, FIELDS) == Comparison("person", "eq", (1,))
    else:
        with pytest.raises(FilterError):
            parse(text, FIELDS)


def test_and_binds_stronger_than_or() -> None:
    expression = parse("person eq 1 or person eq 2 and kind eq 'a'", FIELDS)
    assert isinstance(expression, Junction)
    assert expression.operator == "or"
    assert holds(expression, {"person": 1, "kind": "b"}, nobody)
    assert not holds(expression, {"person": 2, "kind": "b"}, nobody)


def test_conjuncts_look_through_brackets() -> None:
    expression = parse("(date ge '2026-01-01' and (person eq 1)) and (kind eq 'a' or kind eq 'b')", FIELDS)
    parts = list(conjuncts(expression))
    assert [part.field if isinstance(part, Comparison) else part.operator for part in parts] == ["date", "person", "or"]


def test_both_ends_of_a_range_are_included() -> None:
    expression = parse("date ge '2026-01-02' and date le '2026-01-03'", FIELDS)
    days = [f"2026-01-0{day}" for day in range(1, 6)]
    assert [day for day in days if holds(expression, {"date": day}, nobody)] == ["2026-01-02", "2026-01-03"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "person",
        "person eq",
        "person eq 1 and",
        "person eq 1 person eq 2",
        "person eq 1)",
        "(person eq 1",
        "person gt 1",
        "person ne 1",
        "not person eq 1",
        "person eq '1'",
        "person eq 1.5",
        "person eq 99999999999999999999",
        "person ge 1",
        "person in 1",
        "person in ()",
        "person in (1,)",
        "person in (1,'a')",
        "person in team(2,8)",
        "person eq circle(2)",
        "kind in circle(2)",
        "person in circle",
        "person eq true",
        "name eq 'x'",
        "1 eq person",
        "kind eq 'it''s'",
        "kind eq 'a",
        'kind eq "a"',
        "date eq 2026-01-01",
        "date in ('2026-01-01')",
        "date eq '2026-13-01'",
        "date eq '20260101'",
        "date eq '2026-01-01' or date eq '2026-01-02'",
        "person eq 1 or date eq '2026-01-01'",
        "person eq 1 and (kind eq 'a' or (person eq 2 and date ge '2026-01-01'))",
        "PERSON eq 1",
        "person EQ 1",
        "person\u00a0eq 1",
        "person eq \u0661",
    ],
)
def test_what_the_api_would_answer_with_400(text: str) -> None:
    with pytest.raises(FilterError):
        parse(text, FIELDS)
