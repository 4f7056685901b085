"""The courier's side: who is next, what became of it, who is known by which record."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ClockingKind, DeliveryState
from terminal_app.clocking.delivery_state import (
    Ambiguous,
    Confirmed,
    InDoubt,
    Outcome,
    Postponed,
    Refused,
    state_after,
)
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import NotRecorded
from terminal_app.ledger.look_up import Resolved, is_in_doubt_for, not_these, resolve_as
from terminal_app.ledger.outbox import (
    doubt_interrupted,
    held_badge_numbers,
    held_days,
    next_of_each_person,
    next_of_person,
    release_held,
    settle,
    start_sending,
)
from terminal_app.ledger.reading import for_operator, waiting
from terminal_app.ledger.recording import record, undo
from tests.ledger.clockings import check_sound, clocking, later, opened, state_of, states_passed, whole_entries

OUTCOMES: list[Outcome] = [Confirmed(41), Refused("no such badge"), Postponed("try later"), InDoubt("cut off")]


def next_sequences(ledger: LedgerDatabase, most: int = 100) -> list[int]:
    return [entry.sequence for entry in next_of_each_person(ledger, most=most)]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_an_outcome_is_kept_with_its_history(ledger: LedgerDatabase, outcome: Outcome, tmp_path: Path) -> None:
    sequence = record(ledger, clocking())
    assert start_sending(ledger, sequence)
    settle(ledger, sequence, outcome)
    (entry,) = whole_entries(ledger)
    assert entry.state is state_after(outcome)
    assert entry.attempts == 1
    assert entry.protime_id == (41 if isinstance(outcome, Confirmed) else None)
    assert entry.explanation == (None if isinstance(outcome, Confirmed) else outcome.explanation)
    rows = ledger.connection.execute(
        "SELECT at, former, state, content FROM event WHERE kind = 'moved' ORDER BY id"
    ).fetchall()
    assert [row[1:3] for row in rows] == [("recorded", "sending"), ("sending", state_after(outcome).value)]
    told = {"explanation": entry.explanation, "protime_id": entry.protime_id}
    assert [row[3] and json.loads(row[3]) for row in rows] == [None, {name: one for name, one in told.items() if one}]
    assert all(datetime.fromisoformat(at).tzinfo == UTC for at, *_ in rows)
    check_sound(tmp_path)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
def test_what_was_not_being_sent_has_no_outcome(ledger: LedgerDatabase, outcome: Outcome) -> None:
    sequence = record(ledger, clocking())
    undo(ledger, sequence, at=later(1))
    with pytest.raises(NotRecorded, match=f"clocking {sequence} cannot go from undone"):
        settle(ledger, sequence, outcome)
    with pytest.raises(NotRecorded):
        settle(ledger, sequence + 1, outcome)
    assert states_passed(ledger, sequence) == ["recorded", "undone"]


def test_a_second_attempt_counts_and_a_look_up_does_not(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, clocking())
    start_sending(ledger, sequence)
    settle(ledger, sequence, InDoubt("cut off"))
    assert not start_sending(ledger, sequence)
    settle(ledger, sequence, Postponed("not there"))
    assert start_sending(ledger, sequence)
    settle(ledger, sequence, Confirmed(8))
    (entry,) = whole_entries(ledger)
    assert (entry.attempts, entry.protime_id, entry.explanation) == (2, 8, None)
    assert states_passed(ledger, sequence) == ["recorded", "sending", "unknown", "recorded", "sending", "confirmed"]


def test_a_crash_while_sending_leaves_a_doubt(ledger: LedgerDatabase, tmp_path: Path) -> None:
    sent, waiting_one = record(ledger, clocking(1)), record(ledger, clocking(2))
    start_sending(ledger, sent)
    with opened(tmp_path) as courier:
        assert doubt_interrupted(courier) == 1
        assert doubt_interrupted(courier) == 0
    assert state_of(ledger, sent) is DeliveryState.UNKNOWN
    assert state_of(ledger, waiting_one) is DeliveryState.RECORDED


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.none() | st.integers(1, 4), st.integers(0, 5)), max_size=14), st.integers(1, 5))
def test_next_is_the_oldest_under_way_of_each_person_oldest_first(
    tmp_path_factory: pytest.TempPathFactory, plan: list[tuple[int | None, int]], most: int
) -> None:
    expected: dict[int, int] = {}
    with opened(tmp_path_factory.mktemp("ledger")) as ledger:
        for person, fate in plan:
            sequence = record(ledger, clocking(person))
            if fate == 5 or person is None:
                assert undo(ledger, sequence, at=later(1))
                under_way = False
            elif fate == 4:
                under_way = True
            else:
                start_sending(ledger, sequence)
                settle(ledger, sequence, OUTCOMES[fate])
                under_way = isinstance(OUTCOMES[fate], Postponed | InDoubt)
            if under_way and person is not None:
                expected.setdefault(person, sequence)
        assert next_sequences(ledger, most) == sorted(expected.values())[:most]
        assert next_sequences(ledger) == sorted(expected.values())


def test_later_ones_of_a_person_wait_for_the_one_in_doubt_and_not_for_a_refused_one(ledger: LedgerDatabase) -> None:
    first, other, second = (record(ledger, clocking(person)) for person in (1, 2, 1))
    start_sending(ledger, first)
    assert next_sequences(ledger) == [first, other]
    settle(ledger, first, InDoubt("cut off"))
    assert next_sequences(ledger) == [first, other]
    settle(ledger, first, Postponed("not there"))
    start_sending(ledger, first)
    settle(ledger, first, Refused("no"))
    assert next_sequences(ledger) == [other, second]


def test_held_clockings_of_a_day_go_out_once_it_is_known_whose_badge_it_was(
    ledger: LedgerDatabase, tmp_path: Path
) -> None:
    today, tomorrow = date(2026, 7, 1), date(2026, 7, 2)
    held = [record(ledger, clocking(None, badge="A")) for _ in range(2)]
    undone = record(ledger, clocking(None, badge="A"))
    undo(ledger, undone, at=later(1))
    next_day = record(ledger, clocking(None, badge="A", at=later(1440)))
    other = record(ledger, clocking(None, badge="B"))
    assert sorted(held_badge_numbers(ledger)) == ["A", "B"]
    assert held_days(ledger, "A") == [today, tomorrow]
    assert held_days(ledger, "B") == [today]
    assert next_sequences(ledger) == []
    assert release_held(ledger, "A", 5, day=today) == 2
    assert release_held(ledger, "A", 6, day=today) == 0
    assert held_days(ledger, "A") == [tomorrow]
    assert release_held(ledger, "A", 6, day=tomorrow) == 1
    assert held_badge_numbers(ledger) == ["B"]
    assert next_sequences(ledger) == [held[0], next_day]
    assert state_of(ledger, other) is DeliveryState.HELD
    for sequence in [*held, next_day]:
        assert states_passed(ledger, sequence) == ["held", "recorded"]
    persons = [entry.clocking.person_id for entry in whole_entries(ledger)]
    assert persons == [5, 5, None, 6, None]
    check_sound(tmp_path)


def test_the_next_of_one_person_is_the_oldest_under_way(ledger: LedgerDatabase) -> None:
    first, _, second = (record(ledger, clocking(person)) for person in (1, 2, 1))
    for expected in (first, second):
        entry = next_of_person(ledger, 1)
        assert entry is not None
        assert entry.sequence == expected
        start_sending(ledger, expected)
        settle(ledger, expected, Confirmed(expected))
    assert next_of_person(ledger, 1) is None
    assert next_of_person(ledger, 3) is None


def test_only_ids_of_clockings_of_this_terminal_are_claimed(ledger: LedgerDatabase) -> None:
    for protime_id in (11, 12):
        sequence = record(ledger, clocking())
        start_sending(ledger, sequence)
        settle(ledger, sequence, Confirmed(protime_id))
    fresh = record(ledger, clocking())
    assert not_these(ledger, fresh, [10, 11, 12, 13]) == {11, 12}
    assert not_these(ledger, fresh, (one for one in (12,))) == {12}
    assert not_these(ledger, fresh, []) == set()


def test_waiting_counts_what_protime_may_not_have_and_names_the_oldest(ledger: LedgerDatabase) -> None:
    assert (waiting(ledger.connection).count, waiting(ledger.connection).oldest) == (0, None)
    first = record(ledger, clocking(1, at=later(1)))
    second = record(ledger, clocking(None, at=later(2)))
    third = record(ledger, clocking(2, at=later(3)))
    assert (waiting(ledger.connection).count, waiting(ledger.connection).oldest) == (3, later(1))
    start_sending(ledger, first)
    assert waiting(ledger.connection).count == 3
    settle(ledger, first, Confirmed(1))
    assert (waiting(ledger.connection).count, waiting(ledger.connection).oldest) == (2, later(2))
    undo(ledger, second, at=later(4))
    start_sending(ledger, third)
    settle(ledger, third, Refused("no"))
    assert (waiting(ledger.connection).count, waiting(ledger.connection).oldest) == (0, None)
    listed = [(entry.sequence, entry.state) for entry in whole_entries(ledger, settled=False)]
    assert listed == [(third, DeliveryState.REFUSED)]


def test_a_record_is_claimed_once_however_many_find_it(ledger: LedgerDatabase) -> None:
    first, second, third = (record(ledger, clocking(person)) for person in (1, 2, 3))
    for sequence in (first, second, third):
        assert start_sending(ledger, sequence)
    for sequence in (first, second):
        assert settle(ledger, sequence, InDoubt("time-out"))
    assert settle(ledger, first, Confirmed(7))
    assert not settle(ledger, second, Confirmed(7))
    assert state_of(ledger, second) is DeliveryState.UNKNOWN
    # An answer of the server's own that names a known id is taken, and told: the server counts both as one.
    assert settle(ledger, third, Confirmed(7))
    assert whole_entries(ledger)[2].explanation == f"Protime answered with the id of clocking {first}"


def test_who_may_have_a_record_of_that_minute_unclaimed(ledger: LedgerDatabase) -> None:
    ours = record(ledger, clocking(1))
    same, other_minute, other_kind = (
        record(ledger, one)
        for one in (
            clocking(2),
            clocking(3, at=later(1)),
            replace(clocking(4), kind=ClockingKind.ACTIVITY_END),
        )
    )
    entry = whole_entries(ledger)[0]
    assert not is_in_doubt_for(ledger, entry, 2)  # it was not sent
    for sequence in (ours, same, other_minute, other_kind):
        start_sending(ledger, sequence)
    assert is_in_doubt_for(ledger, entry, 2)
    assert not any(is_in_doubt_for(ledger, entry, person) for person in (1, 3, 4, 5))
    settle(ledger, same, InDoubt(""))
    assert is_in_doubt_for(ledger, entry, 2)
    settle(ledger, same, Ambiguous("", (7,)))
    assert is_in_doubt_for(ledger, entry, 2)
    assert for_operator(ledger.connection).ambiguous == 1
    assert resolve_as(ledger, same, 7, explanation="") is Resolved.DONE
    assert not is_in_doubt_for(ledger, entry, 2)
    assert for_operator(ledger.connection).ambiguous == 0
