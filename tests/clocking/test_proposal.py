"""IN or OUT: in turns, anew after a long pause."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.proposal import LONGEST_PRESENCE, Direction, Proposal, propose

START = datetime(2026, 7, 1, 6, tzinfo=UTC)
SHORT = st.timedeltas(timedelta(0), LONGEST_PRESENCE)
LONG = st.timedeltas(LONGEST_PRESENCE + timedelta(microseconds=1), timedelta(days=60))
PAUSES = st.lists(SHORT | LONG, max_size=12)


def instants(pauses: list[timedelta]) -> list[datetime]:
    made = [START]
    for pause in pauses:
        made.append(made[-1] + pause)
    return made


def test_the_first_ever_is_in() -> None:
    assert propose(START, []) == Proposal(Direction.IN, None)


@given(st.lists(SHORT, max_size=12))
def test_short_pauses_alternate(pauses: list[timedelta]) -> None:
    *recent, now = instants(pauses)
    expected = Direction.OUT if len(recent) % 2 else Direction.IN
    assert propose(now, recent) == Proposal(expected, recent[-1] if recent else None)


@given(PAUSES, LONG)
def test_after_a_long_pause_it_is_in_whatever_went_before(pauses: list[timedelta], pause: timedelta) -> None:
    recent = instants(pauses)
    assert propose(recent[-1] + pause, recent) == Proposal(Direction.IN, None)


@given(PAUSES, LONG, st.lists(SHORT, max_size=6))
def test_what_lies_before_a_long_pause_changes_nothing(
    before: list[timedelta], pause: timedelta, after: list[timedelta]
) -> None:
    *recent, now = instants([*before, pause, *after])
    assert propose(now, recent) == propose(now, recent[len(before) + 1 :])


@given(PAUSES, SHORT)
def test_it_names_the_in_out_it_rests_on(pauses: list[timedelta], pause: timedelta) -> None:
    recent = instants(pauses)
    assert propose(recent[-1] + pause, recent).because_of == recent[-1]


@pytest.mark.parametrize(("extra", "direction"), [(0, Direction.OUT), (1, Direction.IN)])
def test_the_longest_presence_itself_still_counts(extra: int, direction: Direction) -> None:
    now = START + LONGEST_PRESENCE + timedelta(microseconds=extra)
    assert propose(now, [START]).direction is direction
