"""Whole choices: which were recent, which is usual, and which of them may still be made."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition, Restriction, Text, Usage
from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Reason
from terminal_app.clocking.combination import Catalogue, Combination, recent, usual

TODAY = date(2026, 7, 1)
COMBINATIONS = st.integers(1, 5).map(lambda number: Combination(Reason(number, None, f"R{number}")))


def activity(key: str, level: int, parent: str | None = None) -> ActivityDefinition:
    return ActivityDefinition(key, level, parent, Text(key, {"fr": f"{key} fr"}), key.upper(), None, None, None)


def catalogue(*activities: ActivityDefinition, reasons: tuple[ReasonDefinition, ...] = ()) -> Catalogue:
    return Catalogue({one.id: one for one in reasons}, {one.id: one for one in activities})


A, B = activity("a", 1), activity("b", 2, "a")
FORMER = Combination(
    activity_levels=(ActivityLevel(1, "a", None, None, "old"), ActivityLevel(2, "b", None, None, "old"))
)


@given(st.lists(COMBINATIONS, max_size=20), st.integers(1, 4))
def test_the_recent_ones_are_the_latest_different_ones(chosen: list[Combination], most: int) -> None:
    found = recent(chosen, most)
    keys = [one.key for one in found]
    assert len(set(keys)) == len(keys) == min(most, len({one.key for one in chosen}))
    firsts = sorted(
        {one.key for one in chosen}, key=lambda key: next(i for i, one in enumerate(chosen) if one.key == key)
    )
    assert keys == firsts[:most]


@given(st.lists(COMBINATIONS, max_size=20))
def test_the_usual_one_was_chosen_most_often(chosen: list[Combination]) -> None:
    found = usual(chosen)
    if found is None:
        assert chosen == []
        return
    times = [one.key for one in chosen]
    assert all(times.count(found.key) >= times.count(key) for key in times)


def test_of_equals_the_latest_is_usual() -> None:
    first, second = Combination(Reason(1, None)), Combination(Reason(2, None))
    assert usual([first, second, second, first]) == first


def test_a_choice_of_before_has_todays_names() -> None:
    found = catalogue(A, B).refreshed(FORMER, person_id=1, day=TODAY, language="fr")
    assert found is not None
    assert (found.label, found.key, found.kind) == ("a fr / b fr", ("a", "b"), ClockingKind.ACTIVITY)


@pytest.mark.parametrize(
    "definitions",
    [
        (A,),
        (A, B._replace(parent_id="other")),
        (A, B._replace(active_until=TODAY - timedelta(days=1))),
        (A._replace(active_from=TODAY + timedelta(days=1)), B),
        (A, B._replace(usages=(Usage("Person", 2, None, None),))),
        (A._replace(restrictions=(Restriction(2, ("c",)),)), B),
        (A, B._replace(restrictions=(Restriction(1, ("c",)),))),
    ],
)
def test_a_choice_that_may_not_be_made_any_more_is_none(definitions: tuple[ActivityDefinition, ...]) -> None:
    assert catalogue(*definitions).refreshed(FORMER, person_id=1, day=TODAY, language="nl") is None
    codes = ["A", "B"]
    assert catalogue(*definitions).by_codes(ClockingKind.ACTIVITY, codes, person_id=1, day=TODAY, language="nl") is None


@pytest.mark.parametrize("usable", [(True, True), (False, True), (True, False)])
def test_a_reason_of_before_is_offered_while_it_may_be_clocked(usable: tuple[bool, bool]) -> None:
    one = catalogue(reasons=(ReasonDefinition(7, "DOC", Text("Dokter", {}), *usable),))
    found = one.refreshed(Combination(Reason(7, None)), person_id=1, day=TODAY, language="nl")
    assert (found is not None) is all(usable)


@pytest.mark.parametrize(
    ("codes", "found"), [(["A"], "a"), (["A", "B"], "a / b"), (["a"], "a"), (["B"], None), (["A", "X"], None)]
)
def test_settings_name_an_activity_by_its_codes(codes: list[str], found: str | None) -> None:
    one = catalogue(A, B).by_codes(ClockingKind.ACTIVITY, codes, person_id=1, day=TODAY, language="nl")
    assert (one.label if one else None) == found


@pytest.mark.parametrize(("code", "found"), [("DOC", True), ("7", True), ("doc", False)])
def test_settings_name_a_reason_by_code_or_id(code: str, found: bool) -> None:
    # One that is not in the list of reasons may have a tile of its own.
    reasons = (ReasonDefinition(7, "DOC", Text("Dokter", {}), True, False),)
    one = catalogue(reasons=reasons).by_codes(ClockingKind.REASON, [code], person_id=1, day=TODAY, language="nl")
    assert (one is not None) is found
