"""What may be chosen: switched on, of that day, below that parent, in the person's language."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.choices import (
    ActivityDefinition,
    ReasonDefinition,
    Restriction,
    Text,
    Usage,
    activities_to_choose,
    go_together,
    is_open_to,
    reasons_to_choose,
)

TODAY = date(2026, 7, 1)
DAYS = st.integers(-2, 2).map(lambda days: TODAY + timedelta(days=days))
LANGUAGES = st.sampled_from(["nl", "fr", "de", "en"])
TEXTS = st.builds(Text, st.text(max_size=4), st.dictionaries(LANGUAGES, st.text(max_size=4), max_size=3))
REASONS = st.lists(
    st.builds(ReasonDefinition, st.integers(1, 50), st.none(), TEXTS, st.booleans(), st.booleans()),
    unique_by=lambda one: one.id,
    max_size=8,
)
ACTIVITIES = st.lists(
    st.builds(
        ActivityDefinition,
        st.uuids().map(str),
        st.integers(1, 2),
        st.sampled_from([None, "p", "q"]),
        TEXTS,
        st.none(),
        st.none(),
        st.none() | DAYS,
        st.none() | DAYS,
        usages=st.none(),
        restrictions=st.none(),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
)


@given(TEXTS, st.text(max_size=3))
def test_a_missing_or_empty_translation_falls_back(text: Text, language: str) -> None:
    expected = text.translations.get(language, "")
    assert text.in_language(language) == (expected or text.default)


@given(REASONS, LANGUAGES)
def test_exactly_the_usable_reasons_are_offered(definitions: list[ReasonDefinition], language: str) -> None:
    offered = reasons_to_choose(definitions, language)
    assert {one.id for one in offered} == {
        one.id for one in definitions if one.is_enabled and one.is_reason_for_clocking
    }
    names = [one.name.in_language(language).casefold() for one in offered]
    assert names == sorted(names)


@given(REASONS, LANGUAGES)
def test_the_order_of_the_reasons_is_that_of_no_answer(definitions: list[ReasonDefinition], language: str) -> None:
    assert reasons_to_choose(definitions, language) == reasons_to_choose(definitions[::-1], language)


@given(ACTIVITIES, st.integers(1, 2), st.sampled_from([None, "p", "q"]), DAYS, LANGUAGES)
def test_exactly_the_activities_of_level_parent_and_day_are_offered(
    definitions: list[ActivityDefinition], level: int, parent: str | None, day: date, language: str
) -> None:
    offered = activities_to_choose(definitions, level=level, parent_id=parent, day=day, language=language)
    for one in definitions:
        fits = one.parent_id is None or one.parent_id == parent
        open_today = (one.active_from or date.min) <= day <= (one.active_until or date.max)
        assert (one in offered) == (one.level == level and fits and open_today)
    names = [one.name.in_language(language).casefold() for one in offered]
    assert names == sorted(names)
    again = activities_to_choose(definitions[::-1], level=level, parent_id=parent, day=day, language=language)
    assert again == offered


def test_the_first_and_the_last_day_are_included() -> None:
    one = ActivityDefinition("a", 1, None, Text("A", {}), None, None, TODAY, TODAY)
    for days, count in ((-1, 0), (0, 1), (1, 0)):
        day = TODAY + timedelta(days=days)
        assert len(activities_to_choose([one], level=1, parent_id=None, day=day, language="nl")) == count


def test_a_child_is_not_offered_below_another_parent_nor_below_none() -> None:
    child = ActivityDefinition("a", 2, "p", Text("A", {}), None, None, None, None)
    offered = {
        parent: bool(activities_to_choose([child], level=2, parent_id=parent, day=TODAY, language="nl"))
        for parent in ("p", "q", None)
    }
    assert offered == {"p": True, "q": False, None: False}


PEOPLE_USAGES = st.none() | st.lists(
    st.builds(
        Usage,
        st.sampled_from(["Person", "Group", "Circle", "New"]),
        st.integers(1, 2),
        st.none() | DAYS,
        st.none() | DAYS,
    ),
    max_size=3,
).map(tuple)


@given(PEOPLE_USAGES, st.none() | st.integers(1, 2), DAYS)
def test_only_usages_that_name_others_bar_a_person(
    usages: tuple[Usage, ...] | None, person: int | None, day: date
) -> None:
    one = ActivityDefinition("a", 1, None, Text("A", {}), None, None, None, None, usages)
    of_that_day = [use for use in usages or () if (use.first or date.min) <= day <= (use.last or date.max)]
    expected = not usages or any(use.kind != "Person" or use.reference_id == person for use in of_that_day)
    assert is_open_to(one, person, day) is expected
    offered = activities_to_choose([one], level=1, parent_id=None, day=day, language="nl", person_id=person)
    assert bool(offered) is expected


@given(st.none() | st.sets(st.sampled_from("bcd")), st.none() | st.sets(st.sampled_from("axy")))
def test_activities_go_together_when_both_let_them(above: set[str] | None, below: set[str] | None) -> None:
    def restricted(key: str, level: int, other: int, ids: set[str] | None) -> ActivityDefinition:
        restrictions = None if ids is None else (Restriction(other, tuple(ids)), Restriction(9, ()))
        return ActivityDefinition(key, level, None, Text(key, {}), None, None, None, None, None, restrictions)

    a, b = restricted("a", 1, 2, above), restricted("b", 2, 1, below)
    expected = (above is None or "b" in above) and (below is None or "a" in below)
    assert go_together(a, b) is go_together(b, a) is expected
    offered = activities_to_choose([b], level=2, parent_id="a", day=TODAY, language="nl", picked=[a])
    assert bool(offered) is expected
