"""The kiosk's side: what is recorded is there after reopening, and can be taken back until it is sent."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ActivityLevel, Clocking, ClockingKind, DeliveryState, Moment, Reason
from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import NotRecorded
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.recording import in_outs_before, record, record_instead, undo
from tests.ledger.clockings import MORNING, check_sound, clocking, later, opened, state_of, states_passed, whole_entries

# SQLite keeps any text but lone surrogates; these are cleaned away at the entrances.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(0, 2**63 - 1)
INSTANTS = st.datetimes(timezones=st.just(UTC)).filter(lambda one: 1970 <= one.year < 9999)
TIMES = st.none() | st.builds(
    TimeQuality, st.sampled_from(TimeState), st.none() | st.timedeltas(timedelta(0), timedelta(days=40000))
)
JUMPS = st.timedeltas(timedelta(days=-3660), timedelta(days=3660))
LEVELS = st.lists(st.tuples(TEXT, st.none() | TEXT, st.none() | TEXT, TEXT), min_size=1, max_size=4)


@st.composite
def any_clocking(draw: st.DrawFn) -> Clocking:
    kind = draw(st.sampled_from(ClockingKind))
    instant = draw(INSTANTS)
    return Clocking(
        id=draw(st.uuids()),
        badge_number=draw(TEXT),
        person_id=draw(st.none() | NUMBERS),
        kind=kind,
        moment=Moment(instant, draw(NUMBERS), draw(NUMBERS), draw(TEXT)),
        wall_time=wall_time_of(instant, ZoneInfo("Europe/Brussels")),
        reader=draw(TEXT),
        reason=Reason(draw(NUMBERS), draw(st.none() | TEXT), draw(TEXT)) if kind is ClockingKind.REASON else None,
        activity_levels=tuple(ActivityLevel(number, *texts) for number, texts in enumerate(draw(LEVELS), start=1))
        if kind is ClockingKind.ACTIVITY
        else (),
        time=draw(TIMES),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_clocking(), min_size=1, max_size=6))
def test_what_was_recorded_is_read_back_the_same_after_reopening(clockings: list[Clocking]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with opened(Path(folder)) as ledger:
            sequences = [record(ledger, one) for one in clockings]
        with opened(Path(folder)) as ledger:
            found = whole_entries(ledger)
    assert [entry.clocking for entry in found] == clockings
    assert [entry.sequence for entry in found] == sequences == sorted(sequences)
    for entry in found:
        held = entry.clocking.person_id is None
        assert entry.state is (DeliveryState.HELD if held else DeliveryState.RECORDED)
        assert (entry.attempts, entry.explanation, entry.protime_id) == (0, None, None)


def test_a_clocking_taken_back_is_never_sent(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, clocking())
    assert undo(ledger, sequence, at=later(1))
    assert not undo(ledger, sequence, at=later(2))
    assert not start_sending(ledger, sequence)
    assert state_of(ledger, sequence) is DeliveryState.UNDONE
    moves = ledger.connection.execute(
        "SELECT sequence, at, former, state, content FROM event WHERE kind = 'moved'"
    ).fetchall()
    assert moves == [(sequence, later(1).isoformat(timespec="microseconds"), "recorded", "undone", None)]


def test_a_clocking_that_is_being_sent_cannot_be_taken_back(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, clocking())
    assert start_sending(ledger, sequence)
    assert not undo(ledger, sequence, at=later(1))
    assert state_of(ledger, sequence) is DeliveryState.SENDING


def test_a_held_clocking_can_be_taken_back(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, clocking(None))
    assert undo(ledger, sequence, at=later(1))
    assert states_passed(ledger, sequence) == ["held", "undone"]


def test_one_that_does_not_exist_cannot_be_taken_back(ledger: LedgerDatabase) -> None:
    assert not undo(ledger, 99, at=MORNING)


def test_it_takes_the_place_of_the_former_one(ledger: LedgerDatabase) -> None:
    former = record(ledger, clocking())
    latter = record_instead(ledger, clocking(at=later(1)), former)
    assert latter is not None
    assert state_of(ledger, former) is DeliveryState.UNDONE
    assert state_of(ledger, latter) is DeliveryState.RECORDED


def test_one_that_was_sent_stands_and_nothing_takes_its_place(ledger: LedgerDatabase) -> None:
    former = record(ledger, clocking())
    start_sending(ledger, former)
    settle(ledger, former, Confirmed(7))
    assert record_instead(ledger, clocking(at=later(1)), former) is None
    assert state_of(ledger, former) is DeliveryState.CONFIRMED
    assert ledger.connection.execute("SELECT count(*) FROM clocking").fetchone() == (1,)


def test_where_the_new_one_cannot_be_recorded_the_former_one_stays(ledger: LedgerDatabase) -> None:
    former = record(ledger, clocking())
    impossible = replace(clocking(), wall_time=clocking().wall_time._replace(minute=1440))
    with pytest.raises(NotRecorded):
        record_instead(ledger, impossible, former)
    assert state_of(ledger, former) is DeliveryState.RECORDED
    assert ledger.connection.execute("SELECT count(*) FROM event WHERE kind = 'moved'").fetchone() == (0,)
    assert ledger.connection.execute("SELECT count(*) FROM clocking").fetchone() == (1,)
    record_instead(ledger, clocking(at=later(1)), former)
    assert state_of(ledger, former) is DeliveryState.UNDONE


def test_an_error_of_the_caller_within_a_transaction_keeps_nothing(ledger: LedgerDatabase) -> None:
    def change_and_fail() -> None:
        with ledger.transaction() as connection:
            connection.execute("UPDATE wal_opener SET checkpoints = 999")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert ledger.connection.execute("SELECT checkpoints FROM wal_opener").fetchone() != (999,)
    record(ledger, clocking())


def test_the_in_outs_before_are_those_of_the_badge_that_stand(ledger: LedgerDatabase) -> None:
    undone = record(ledger, clocking(at=later(0)))
    undo(ledger, undone, at=later(1))
    record(ledger, clocking(at=later(-600)))
    for minutes in (10, 20, 30):
        record(ledger, clocking(at=later(minutes)))
    record(ledger, clocking(at=later(25), badge="another"))
    reason = replace(clocking(at=later(26)), kind=ClockingKind.REASON, reason=Reason(1, None))
    record(ledger, reason)
    whole = [later(10), later(20), later(30), later(26)]  # in the order of their numbers
    assert found_before(ledger, later(40), timedelta(minutes=40)) == whole
    assert found_before(ledger, later(40), timedelta(minutes=30)) == whole
    assert found_before(ledger, later(40), timedelta(minutes=29)) == whole[1:]


def found_before(ledger: LedgerDatabase, instant: datetime, within: timedelta) -> list[datetime]:
    """As a later boot looks at them: by the wall clock."""
    moment = Moment(instant, 1, 1, "later-boot")
    return [one.instant for one in in_outs_before(ledger, "0600D507D0", moment, within)]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.timedeltas(timedelta(0), timedelta(hours=20)), JUMPS), max_size=6), JUMPS)
def test_how_long_ago_is_told_by_the_boot_time_clock_whatever_the_wall_clock_does(
    pauses: list[tuple[timedelta, timedelta]], last_jump: timedelta
) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as ledger:
        true, expected = MORNING, []
        for pause, jump in pauses:
            true += pause
            moment = Moment(true + jump, 1, (true - MORNING) // timedelta(microseconds=1) * 1000, "boot")
            record(ledger, replace(clocking(), moment=moment))
            expected.append(true)
        now = Moment(true + last_jump, 1, (true - MORNING) // timedelta(microseconds=1) * 1000, "boot")
        within = timedelta(hours=28)
        found = in_outs_before(ledger, "0600D507D0", now, within)
        assert [one.ago for one in found] == [true - one for one in expected if true - one <= within]


def test_of_very_many_in_outs_the_latest_are_read_oldest_first(ledger: LedgerDatabase) -> None:
    for minutes in range(60):
        record(ledger, clocking(at=later(minutes)))
    assert found_before(ledger, later(60), timedelta(days=1)) == [later(minutes) for minutes in range(44, 60)]


def test_everything_stays_sound(ledger: LedgerDatabase, tmp_path: Path) -> None:
    former = record(ledger, clocking())
    for number in range(5):
        latter = record_instead(ledger, clocking(at=datetime(2026, 7, 1, number, tzinfo=UTC)), former)
        assert latter is not None
        former = latter
        ledger.checkpoint()
    check_sound(tmp_path)
