import datetime as dt
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.protime.filter_split import encoded, pieces, year_after
from terminal_app.protime.filters import (
    Comparison,
    Condition,
    FilterError,
    Group,
    Membership,
    collection_name,
    date,
    enabled,
    kind,
    parts_of,
    person,
    status,
)

JANUARY = dt.date(2026, 1, 1)
days = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (kind.eq("Activity"), "kind eq 'Activity'"),
        (
            date.between(JANUARY, dt.date(2026, 1, 31)),
            "date ge '2026-01-01' and date le '2026-01-31'",
        ),
        (person.in_([1, 2, 3, 2]), "person in (1,2,3)"),
        (person.in_circle(2, 8), "person in circle(2,8)"),
        (person.in_org_group(4), "person in org-group(4)"),
        (person.in_org_group(4, group=Group.ORGANISATION_OF_OLD), "person in org-tree(4)"),
        (enabled.eq(value=True), "enabled eq true"),
        ((date >= JANUARY) & person.in_([1]), "date ge '2026-01-01' and person in (1)"),
        (
            (date >= JANUARY) & (kind.eq("InOut") | kind.eq("Reason") & status.eq("Active")),
            "date ge '2026-01-01' and (kind eq 'InOut' or kind eq 'Reason' and status eq 'Active')",
        ),
        (date.eq(dt.date(987, 6, 5)), "date eq '0987-06-05'"),
        (date.eq(dt.datetime(2026, 1, 1, 5, 6, tzinfo=dt.UTC)), "date eq '2026-01-01'"),
    ],
)
def test_each_operator_as_the_reference_writes_it(condition: Condition, text: str) -> None:
    assert str(condition) == text
    assert unquote(encoded(condition)) == text
    assert " " not in encoded(condition)
    assert "'" not in encoded(condition)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: person.in_([]),
        lambda: date.between(JANUARY, dt.date(2025, 12, 31)),
        lambda: (date >= JANUARY) | kind.eq("InOut"),
        lambda: kind.eq("InOut") | (person.in_([1]) & (date <= JANUARY)),
        lambda: str(collection_name.eq("it's")),
        lambda: str(collection_name.eq("a\nb")),
    ],
)
def test_what_the_api_cannot_understand_is_not_written(wrong: object) -> None:
    with pytest.raises(FilterError) as caught:
        wrong()  # type: ignore[operator] # one of the lambdas above
    assert "it's" not in str(caught.value)


def test_the_slips_of_python_are_caught() -> None:
    with pytest.raises(TypeError):
        date >= JANUARY & person.in_([1])  # type: ignore[operator] # noqa: B015 # binds as date >= (JANUARY & ...)
    with pytest.raises(TypeError, match="brackets"):
        assert JANUARY <= date <= JANUARY
    with pytest.raises(TypeError, match="&"):
        bool(kind.eq("a"))


@given(st.text())
def test_no_text_leaves_its_quotes(text: str) -> None:
    try:
        found = str(kind.eq(text))
    except FilterError:
        return
    assert found == f"kind eq '{text}'"
    assert found.count("'") == 2


@given(
    people=st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=400),
    first=days,
    length=st.integers(0, 3000),
    room=st.integers(300, 3000),
)
def test_pieces_are_short_and_find_each_record_once(people: list[int], first: dt.date, length: int, room: int) -> None:
    last = first + dt.timedelta(days=length)
    found = pieces(date.between(first, last) & person.in_(people) & kind.eq("InOut"), room)
    rectangles: list[tuple[dt.date, dt.date, frozenset[object]]] = []
    for piece in found:
        assert len(encoded(piece)) <= room
        assert kind.eq("InOut") in parts_of(piece)
        begin, end, members = _read(piece)
        assert begin <= end < year_after(begin)
        rectangles.append((begin, end, members))
    days_asked = sum(((end - begin).days + 1) * len(members) for begin, end, members in rectangles)
    assert days_asked == (length + 1) * len(set(people))
    assert set().union(*(members for _, _, members in rectangles)) == set(people)
    for number, (begin, end, members) in enumerate(rectangles):
        for other_begin, other_end, other_members in rectangles[number + 1 :]:
            assert end < other_begin or other_end < begin or not members & other_members


def _read(piece: Condition) -> tuple[dt.date, dt.date, frozenset[object]]:
    limits: dict[str, dt.date] = {}
    members: frozenset[object] = frozenset()
    for part in parts_of(piece):
        if isinstance(part, Comparison) and isinstance(part.value, dt.date):
            assert part.operator not in limits
            limits[part.operator] = part.value
        elif isinstance(part, Membership):
            members = frozenset(part.values)
    return limits["ge"], limits["le"], members


def test_a_range_without_an_end_and_a_lone_condition_stay_whole() -> None:
    assert pieces(date >= dt.date(2001, 1, 1)) == [date >= dt.date(2001, 1, 1)]
    assert pieces(kind.eq("InOut")) == [kind.eq("InOut")]


def test_a_leap_day_and_the_last_year() -> None:
    leap = dt.date(2024, 2, 29)
    assert [str(one) for one in pieces(date.between(leap, dt.date(2025, 3, 1)))] == [
        "date ge '2024-02-29' and date le '2025-02-27'",
        "date ge '2025-02-28' and date le '2025-03-01'",
    ]
    assert str(pieces(date.between(dt.date(9998, 12, 1), dt.date.max))[-1]).endswith("date le '9999-12-31'")


def test_what_cannot_be_made_short_is_refused() -> None:
    with pytest.raises(FilterError, match="shorter"):
        pieces(kind.eq("x" * 3000) & person.in_([1, 2]), 1000)


def test_a_day_beside_a_range_that_is_cut_stays() -> None:
    day = date.eq(dt.date(2025, 5, 5))
    found = pieces(date.between(dt.date(2024, 1, 1), dt.date(2026, 1, 1)) & day)
    assert len(found) == 3
    assert all(str(day) in str(one) for one in found)
