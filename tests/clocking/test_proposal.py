"""IN or OUT: in turns, anew after a long pause."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.direction import Direction, Doubt
from terminal_app.clocking.proposal import LONGEST_PRESENCE, SURELY_OUT, EarlierInOut, Proposal, propose

START = datetime(2026, 7, 1, 6, tzinfo=UTC)
SHORT = st.timedeltas(timedelta(0), SURELY_OUT)
BETWEEN_DAYS = st.timedeltas(SURELY_OUT, LONGEST_PRESENCE)
LONG = st.timedeltas(LONGEST_PRESENCE + timedelta(microseconds=1), timedelta(days=60))
PAUSES = st.lists(SHORT | BETWEEN_DAYS | LONG, max_size=12)


def instants(pauses: list[timedelta]) -> list[datetime]:
    made = [START]
    for pause in pauses:
        made.append(made[-1] + pause)
    return made


def before(now: datetime, recent: list[datetime]) -> list[EarlierInOut]:
    return [EarlierInOut(instant, now - instant) for instant in recent]


def test_the_first_ever_is_in() -> None:
    assert propose([]) == Proposal(Direction.IN, None)


@given(st.lists(SHORT, max_size=12))
def test_short_pauses_alternate(pauses: list[timedelta]) -> None:
    *recent, now = instants(pauses)
    expected = Direction.OUT if len(recent) % 2 else Direction.IN
    assert propose(before(now, recent)) == Proposal(expected, recent[-1] if recent else None)


@given(PAUSES, LONG)
def test_after_a_long_pause_it_is_in_whatever_went_before(pauses: list[timedelta], pause: timedelta) -> None:
    recent = instants(pauses)
    assert propose(before(recent[-1] + pause, recent)) == Proposal(Direction.IN, None)


@given(PAUSES, LONG, st.lists(SHORT, max_size=6))
def test_what_lies_before_a_long_pause_changes_nothing(
    earlier: list[timedelta], pause: timedelta, after: list[timedelta]
) -> None:
    *recent, now = instants([*earlier, pause, *after])
    assert propose(before(now, recent)) == propose(before(now, recent[len(earlier) + 1 :]))


@given(PAUSES, SHORT)
def test_it_names_the_in_out_it_rests_on(pauses: list[timedelta], pause: timedelta) -> None:
    recent = instants(pauses)
    assert propose(before(recent[-1] + pause, recent)).because_of == recent[-1]


@pytest.mark.parametrize(("extra", "direction"), [(0, Direction.OUT), (1, Direction.IN)])
def test_the_longest_presence_itself_still_counts(extra: int, direction: Direction) -> None:
    now = START + LONGEST_PRESENCE + timedelta(microseconds=extra)
    assert propose(before(now, [START])).direction is direction


@given(PAUSES, st.lists(st.datetimes(timezones=st.just(UTC)), min_size=13, max_size=13))
def test_what_the_wall_clock_said_changes_no_direction(pauses: list[timedelta], said: list[datetime]) -> None:
    *recent, now = instants(pauses)
    right = before(now, recent)
    jumped = [EarlierInOut(instant, one.ago) for instant, one in zip(said, right, strict=False)]
    assert propose(jumped).direction is propose(right).direction


TODAY = START.date()


def earlier(hours: float, *doubts: Doubt, day: date = TODAY) -> EarlierInOut:
    return EarlierInOut(START - timedelta(hours=hours), timedelta(hours=hours), day, None, frozenset(doubts))


def test_a_presence_of_a_day_is_good_evidence() -> None:
    assert propose([earlier(9)], TODAY).doubts == ()


def test_an_out_after_the_night_is_weak_and_an_in_after_it_is_not() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert propose([earlier(8, day=yesterday)], TODAY).doubts == (Doubt.OVERNIGHT,)
    assert propose([earlier(12, day=yesterday)], TODAY).doubts == (Doubt.OVERNIGHT, Doubt.LONG_AGO)
    assert propose([earlier(13, day=yesterday), earlier(8, day=yesterday)], TODAY).doubts == ()


@pytest.mark.parametrize("doubt", [Doubt.EDITED, Doubt.ELSEWHERE, Doubt.REASON])
def test_what_is_weak_about_the_latest_is_weak_about_the_proposal(doubt: Doubt) -> None:
    assert propose([earlier(9), earlier(5, doubt)], TODAY).doubts == (doubt,)
    assert propose([earlier(9, doubt), earlier(5)], TODAY).doubts == ()


@given(PAUSES, SHORT, st.lists(st.sampled_from(Doubt)), st.dates())
def test_a_doubt_changes_no_direction(pauses: list[timedelta], pause: timedelta, own: list[Doubt], today: date) -> None:
    recent = before((made := instants(pauses))[-1] + pause, made)
    doubted = [one._replace(doubts=frozenset(own), day=TODAY) for one in recent]
    proposal, plain = propose(doubted, today), propose(recent)
    assert (proposal.direction, proposal.because_of) == (plain.direction, plain.because_of)
    assert set(own) <= set(proposal.doubts)
    assert list(proposal.doubts) == [one for one in Doubt if one in proposal.doubts]
