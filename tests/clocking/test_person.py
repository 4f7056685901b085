"""Whose badge it is today."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.person import Person, in_service, person_of_badge

TODAY = date(2026, 7, 1)
DAYS = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))
PEOPLE = st.builds(
    Person,
    st.integers(1, 99),
    st.just("Ann"),
    st.just("Peeters"),
    st.just("0600D507D0"),
    st.none(),
    st.none() | DAYS,
    st.none() | DAYS,
    st.none(),
)
ANN = Person(1, "Ann", "Peeters", "0600D507D0", "nl", None, None, None)


@given(PEOPLE, DAYS)
def test_both_days_of_service_are_included(person: Person, day: date) -> None:
    first = person.in_service_from or date.min
    last = person.in_service_until or date.max
    assert in_service(person, day) == (first <= day <= last)


@given(PEOPLE.filter(lambda one: one.in_service_from is not None and one.in_service_until is not None))
def test_the_first_and_the_last_day_count_and_their_neighbours_do_not(person: Person) -> None:
    first, last = person.in_service_from, person.in_service_until
    assert first is not None
    assert last is not None
    if first <= last:
        assert in_service(person, first)
        assert in_service(person, last)
    assert not in_service(person, first - timedelta(days=1))
    assert not in_service(person, last + timedelta(days=1))


@given(st.lists(PEOPLE, max_size=4, unique_by=lambda one: one.id), DAYS)
def test_the_only_one_in_service_else_the_only_one(candidates: list[Person], day: date) -> None:
    found = person_of_badge(candidates, day)
    serving = [one for one in candidates if in_service(one, day)]
    if len(serving) == 1:
        assert found == serving[0]
    elif not serving and len(candidates) == 1:
        assert found == candidates[0]
    else:
        assert found is None


@given(st.lists(PEOPLE, max_size=4, unique_by=lambda one: one.id), DAYS)
def test_the_order_of_the_candidates_does_not_matter(candidates: list[Person], day: date) -> None:
    assert person_of_badge(candidates, day) == person_of_badge(candidates[::-1], day)


def test_a_badge_passed_on_belongs_to_the_newcomer() -> None:
    leaver = replace(ANN, in_service_until=TODAY - timedelta(days=1))
    newcomer = replace(ANN, id=2, in_service_from=TODAY)
    assert person_of_badge([leaver, newcomer], TODAY) == newcomer
    assert person_of_badge([leaver, newcomer], TODAY - timedelta(days=1)) == leaver
    assert person_of_badge([leaver], TODAY) == leaver
    assert person_of_badge([ANN, newcomer], TODAY) is None


def test_a_person_is_greeted_by_both_names_or_the_one_there_is() -> None:
    assert ANN.name == "Ann Peeters"
    assert replace(ANN, first_name="").name == "Peeters"
