"""The table of delivery states: complete, closed, and what an outcome means fits in it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import WAITING_STATES, DeliveryState
from terminal_app.clocking.delivery_state import (
    Ambiguous,
    Confirmed,
    InDoubt,
    Outcome,
    Postponed,
    Refused,
    may_come_from,
    state_after,
)

STATES = st.sampled_from(DeliveryState)
PAUSES = st.none() | st.timedeltas(timedelta(0), timedelta(hours=1))
OUTCOMES: st.SearchStrategy[Outcome] = st.one_of(
    st.builds(Confirmed, st.integers(1)),
    st.builds(Refused, st.text()),
    st.builds(Postponed, st.text(), PAUSES),
    st.builds(InDoubt, st.text(), PAUSES),
)
ENDS = frozenset({DeliveryState.CONFIRMED, DeliveryState.UNDONE, DeliveryState.DISCARDED})


def following(state: DeliveryState) -> set[DeliveryState]:
    return {one for one in DeliveryState if state in may_come_from(one)}


@given(STATES)
def test_no_state_follows_itself(state: DeliveryState) -> None:
    assert state not in may_come_from(state)


@pytest.mark.parametrize("end", sorted(ENDS))
def test_there_is_no_way_out_of_an_end(end: DeliveryState) -> None:
    assert following(end) == set()


@given(STATES.filter(lambda state: state not in ENDS), st.data())
def test_every_other_state_can_still_reach_protime(state: DeliveryState, data: st.DataObject) -> None:
    reached, frontier = {state}, {state}
    while frontier:
        frontier = set().union(*map(following, frontier)) - reached
        reached |= frontier
    assert DeliveryState.CONFIRMED in reached


@given(OUTCOMES)
def test_what_an_answer_means_may_follow_sending(outcome: Outcome) -> None:
    assert DeliveryState.SENDING in may_come_from(state_after(outcome))


def test_each_outcome_has_its_state() -> None:
    assert state_after(Confirmed(1)) is DeliveryState.CONFIRMED
    assert state_after(Refused("")) is DeliveryState.REFUSED
    assert state_after(Postponed("")) is DeliveryState.RECORDED
    assert state_after(InDoubt("")) is DeliveryState.UNKNOWN
    assert state_after(Ambiguous("", (7,))) is DeliveryState.AMBIGUOUS
    assert may_come_from(DeliveryState.AMBIGUOUS) == {DeliveryState.UNKNOWN}


def test_nothing_is_sent_from_unknown_and_nothing_undone_once_it_may_be_under_way() -> None:
    assert may_come_from(DeliveryState.SENDING) == {DeliveryState.RECORDED}
    assert may_come_from(DeliveryState.UNDONE) == {DeliveryState.RECORDED, DeliveryState.HELD}


def test_what_waits_is_neither_over_nor_for_an_operator() -> None:
    assert set(DeliveryState) - ENDS - {DeliveryState.REFUSED, DeliveryState.AMBIGUOUS} == WAITING_STATES
