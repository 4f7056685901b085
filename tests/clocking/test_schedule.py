"""Whose turn it is: order, hold-back, settling time, pauses, places."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Moment
from terminal_app.clocking.delivery_state import Ambiguous, Confirmed, Finding, InDoubt, Outcome, Postponed, Refused
from terminal_app.clocking.schedule import (
    HEADS_AT_A_TIME,
    LOOK_EVERY_SECONDS,
    WAVES,
    Deed,
    Pace,
    Schedule,
    hold_back_left,
    person_of,
)
from terminal_app.clocking.wall_time import WallTime

NOW = datetime(2026, 1, 15, tzinfo=UTC)
SETTLE = 30.0
START = 1000.0


@dataclass(frozen=True)
class Entry:
    sequence: int
    clocking: Clocking
    state: DeliveryState = DeliveryState.RECORDED
    waits_for_time: bool = False


def entry(sequence: int, person_id: int = 1, *, read_at: float = 0.0, state: str = "recorded") -> Entry:
    clocking = Clocking(
        UUID(int=sequence), "1", person_id, ClockingKind.IN_OUT, moment(read_at), WallTime(date(2026, 1, 15), 1), "door"
    )
    return Entry(sequence, clocking, DeliveryState(state))


def moment(now: float, boot_id: str = "boot") -> Moment:
    return Moment(NOW, 0, int(now * 1e9), boot_id)


def schedule(*entries: Entry, parallel: int = 4, random: float = 1.0) -> Schedule[Entry]:
    one: Schedule[Entry] = Schedule(Pace(parallel, 10.0, 60.0), lambda: random, settle_seconds=SETTLE, now=START)
    one.before_look(START)
    one.looked(entries)
    return one


def all_started(one: Schedule[Entry], now: float = START, places: int = 4) -> list[tuple[int, Deed]]:
    started = []
    while (found := one.next(places, now, moment(now))) is not None:
        started.append((found[0].sequence, found[1]))
    return started


def test_one_of_each_person_and_the_first_of_them() -> None:
    one = schedule(entry(1, 1), entry(2, 2), entry(3, 1))
    assert all_started(one) == [(1, Deed.SEND), (2, Deed.SEND)]
    assert not one.has_heads


@given(st.integers(1, 5), st.integers(0, 8))
def test_no_more_at_a_time_than_there_are_places(places: int, people: int) -> None:
    one = schedule(*(entry(number, number) for number in range(1, people + 1)))
    assert len(all_started(one, places=places)) == min(places, people)
    assert one.has_heads == (people > places)


def test_one_that_is_answered_gives_its_place_to_another_person_and_not_to_its_own() -> None:
    first, second, own = entry(1, 1), entry(2, 2), entry(3, 1)
    one = schedule(first, own, second)
    assert one.next(1, START, moment(START)) == (first, Deed.SEND)
    assert one.next(1, START, moment(START)) is None
    one.answered(first, Confirmed(1), START)
    assert all_started(one, places=1) == [(2, Deed.SEND)]
    one.settled(first, Confirmed(1), own, START)
    one.ended(first)
    assert all_started(one, places=1) == []
    assert all_started(one, places=2) == [(3, Deed.SEND)]


def test_who_was_busy_when_the_ledger_was_asked_is_passed_over() -> None:
    first = entry(1, 1)
    one = schedule(first)
    all_started(one)
    one.before_look(START)
    one.ended(first)  # it went on meanwhile: what the ledger said of that person is of before
    one.looked([entry(1, 1), entry(2, 2)])
    assert all_started(one) == [(2, Deed.SEND)]


@pytest.mark.parametrize("sequence", [1, 2])
def test_what_is_held_back_goes_when_its_time_has_passed(sequence: int) -> None:
    fresh = entry(sequence, read_at=START - 4)
    one = schedule(fresh)
    assert all_started(one) == []
    assert one.nap_seconds(START, pause_seconds=0) == LOOK_EVERY_SECONDS
    assert one.nap_seconds(START + 5.75, pause_seconds=0) == pytest.approx(0.25)
    one.before_look(START + 5.9)
    one.looked([fresh])
    assert all_started(one, START + 5.9) == []
    one.before_look(START + 6)
    one.looked([fresh])
    assert all_started(one, START + 6) == [(sequence, Deed.SEND)]


@pytest.mark.parametrize(("doubted_at", "due"), [(None, START + SETTLE), (START + 7, START + 7 + SETTLE)])
def test_what_is_in_doubt_is_looked_up_after_the_settling_time_and_never_sent(
    doubted_at: float | None, due: float
) -> None:
    unknown = entry(1, state="unknown")
    one = schedule(unknown)
    if doubted_at is not None:
        sent = entry(1)
        one = schedule(sent)
        all_started(one)
        one.answered(sent, InDoubt(""), doubted_at)
        one.settled(sent, InDoubt(""), unknown, doubted_at)
        one.ended(sent)
        assert one.has_heads
    assert all_started(one, due - 0.01) == []
    one.before_look(due)
    one.looked([unknown])
    assert all_started(one, due) == [(1, Deed.LOOK_UP)]


def test_a_longer_settling_time_counts_at_once() -> None:
    one = schedule(entry(1, state="unknown"))
    one.settle_seconds = 2 * SETTLE
    assert all_started(one, START + 2 * SETTLE - 1) == []
    one.looked([entry(1, state="unknown")])
    assert all_started(one, START + 2 * SETTLE) == [(1, Deed.LOOK_UP)]


@pytest.mark.parametrize(
    ("outcome", "pauses"),
    [
        (Confirmed(7), False),
        (Refused(""), False),
        (Ambiguous("", (7,)), False),
        (InDoubt(""), False),
        (Postponed(""), True),
    ],
)
def test_after_which_outcome_the_person_pauses(outcome: Outcome | Finding, pauses: bool) -> None:
    sent, following = entry(1), entry(2)
    one = schedule(sent)
    all_started(one)
    one.settled(sent, outcome, following, START)
    one.ended(sent)
    assert all_started(one) == ([] if pauses else [(2, Deed.SEND)])


def test_pauses_grow_with_failures_in_a_row_and_begin_anew_after_a_success() -> None:
    one = schedule(random=1.0)
    waits = []
    now = START
    for _ in range(4):
        one.failed(entry(1), now)
        waits.append(_pause(one, now))
        now += 100
    assert waits == [1.0, 2.0, 4.0, 8.0]
    one.settled(entry(1), Confirmed(7), None, now)
    one.failed(entry(2), now)
    assert _pause(one, now) == 1.0
    one.failed(entry(3, person_id=2), now)
    assert _pause(one, now) == 1.0


def _pause(one: Schedule[Entry], now: float) -> float:
    """Until when the first person's clockings do not go, tried in quarters of a second."""
    wait = 0.0
    while True:
        one.looked([entry(9)])
        if one.next(9, now + wait, moment(now + wait)) is not None:
            one.ended(entry(9))
            return wait
        wait += 0.25


def test_nobody_goes_while_everybody_pauses_and_one_while_protime_is_away() -> None:
    one = schedule(parallel=4)
    assert one.places(pause_seconds=0.1, is_up=True) == 0
    assert one.places(pause_seconds=0.0, is_up=True) == 4 * WAVES
    assert one.places(pause_seconds=0.0, is_up=False) == 1


def test_the_nap_ends_with_the_first_pause_and_is_never_nothing() -> None:
    one = schedule(entry(1))
    assert one.nap_seconds(START, pause_seconds=0.0) == LOOK_EVERY_SECONDS
    assert one.nap_seconds(START, pause_seconds=0.3) == 0.3
    assert one.nap_seconds(START, pause_seconds=1e-9) == 0.005
    one = schedule()
    assert one.nap_seconds(START, pause_seconds=0.3) == LOOK_EVERY_SECONDS


def test_so_many_are_asked_for_that_those_who_wait_hide_nobody() -> None:
    one = schedule(entry(1, 1), entry(2, 2, state="unknown"), entry(3, 3))
    all_started(one)
    assert one.before_look(START) == HEADS_AT_A_TIME + 2 + 1
    assert one.before_look(START + SETTLE) == HEADS_AT_A_TIME + 2


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 60))
def test_the_hold_back_lies_between_nothing_and_all_of_it(read_at: float, now: float, seconds: float) -> None:
    left = hold_back_left(moment(read_at), moment(now), seconds)
    assert 0 <= left <= seconds
    assert hold_back_left(moment(read_at), moment(now, "another"), seconds) == 0
    if now >= read_at:
        assert left == pytest.approx(max(seconds - (now - read_at), 0), abs=1e-6)


def test_a_clocking_of_nobody_never_comes_here() -> None:
    nobody = Clocking(UUID(int=1), "1", None, ClockingKind.IN_OUT, moment(0), WallTime(date(2026, 1, 15), 1), "door")
    with pytest.raises(AssertionError, match="held"):
        person_of(Entry(1, nobody))
