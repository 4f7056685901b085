"""What an operator decides about a clocking: done once, only where it may be, and kept in the chain."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Reason
from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Postponed, Refused
from terminal_app.ledger.agreement import disagreements
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.decisions import Edited, discard, edit, retry
from terminal_app.ledger.outbox import held_badge_numbers, next_of_each_person, release_held, settle, start_sending
from terminal_app.ledger.recording import record, undo
from tests.ledger.clockings import check_sound, clocking, damage_row, later, state_of, states_passed, whole_entries

REASON = Reason(9, "DOC", "Dokter")


def refused(ledger: LedgerDatabase, one: Clocking | None = None) -> int:
    sequence = record(ledger, one or clocking())
    start_sending(ledger, sequence)
    settle(ledger, sequence, Refused("Protime answered 400: closed"))
    return sequence


def with_reason() -> Clocking:
    return replace(clocking(), kind=ClockingKind.REASON, reason=REASON)


def content(ledger: LedgerDatabase, kind: str) -> dict[str, object]:
    (text,) = ledger.connection.execute(
        "SELECT content FROM event WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,)
    ).fetchone()
    return dict(json.loads(text))


def test_a_refused_one_is_sent_again(ledger: LedgerDatabase, tmp_path: Path) -> None:
    sequence = refused(ledger)
    assert retry(ledger, sequence, operator="hr")
    assert [entry.sequence for entry in next_of_each_person(ledger, most=9)] == [sequence]
    assert not retry(ledger, sequence, operator="hr")
    assert content(ledger, "moved") == {"explanation": "to be sent again", "operator": "hr"}
    check_sound(tmp_path)


def test_a_discarded_one_is_never_sent(ledger: LedgerDatabase, tmp_path: Path) -> None:
    sequence = refused(ledger)
    held = record(ledger, clocking(None, badge="77"))
    for one in (sequence, held):
        assert discard(ledger, one, operator="hr", reason="entered by hand")
        assert not discard(ledger, one, operator="hr", reason="entered by hand")
        assert not retry(ledger, one, operator="hr")
    assert next_of_each_person(ledger, most=9) == []
    assert release_held(ledger, "77", 7, day=clocking().wall_time.date) == 0
    assert [entry.explanation for entry in whole_entries(ledger)] == ["entered by hand"] * 2
    assert content(ledger, "moved") == {"explanation": "entered by hand", "operator": "hr"}
    check_sound(tmp_path)


@pytest.mark.parametrize("outcome", [None, Confirmed(7), InDoubt("?"), Postponed("later")], ids=str)
def test_what_is_under_way_or_delivered_is_not_decided_about(ledger: LedgerDatabase, outcome: object) -> None:
    former = clocking()
    sequence = record(ledger, former)
    if outcome is not None:
        start_sending(ledger, sequence)
        settle(ledger, sequence, outcome)  # type: ignore[arg-type]
    before = state_of(ledger, sequence)
    assert not retry(ledger, sequence, operator="hr")
    assert not discard(ledger, sequence, operator="hr", reason="no")
    assert edit(ledger, sequence, former, replace(former, person_id=9), operator="hr") is None
    assert state_of(ledger, sequence) is before
    assert not retry(ledger, 99, operator="hr")


def test_one_that_is_nobodys_and_came_back_in_doubt_is_no_dead_end(ledger: LedgerDatabase) -> None:
    """From a backup, the mirror or a damaged ledger: Protime cannot be asked before it is somebody's."""
    one = clocking(None, badge="4711")
    given, gone, badge_only = (record(ledger, replace(one, id=UUID(int=number))) for number in range(3))
    for sequence in (given, gone, badge_only):
        damage_row(ledger, sequence, state="unknown")
    former = replace(one, id=UUID(int=0))
    edited = edit(ledger, given, former, replace(former, person_id=7), operator="hr")
    assert edited == Edited(("person_id",), is_released=True)
    assert [(head.sequence, head.state) for head in next_of_each_person(ledger, most=9)] == [(given, "unknown")]
    assert not discard(ledger, given, operator="hr", reason="it may be under way now")
    assert discard(ledger, gone, operator="hr", reason="left")
    former = replace(one, id=UUID(int=2))
    edited = edit(ledger, badge_only, former, replace(former, badge_number="4712"), operator="hr")
    assert edited == Edited(("badge_number",), is_released=False)
    assert held_badge_numbers(ledger) == ["4712"]


def test_an_edit_keeps_the_original_in_the_chain(ledger: LedgerDatabase, tmp_path: Path) -> None:
    former = with_reason()
    sequence = refused(ledger, former)
    new = replace(former, badge_number="0013961168", person_id=5, reason=Reason(11, "DOK", "Dokter"))
    assert edit(ledger, sequence, former, new, operator="hr") == Edited(("badge_number", "person_id", "reason"), False)
    (entry,) = whole_entries(ledger)
    assert entry.clocking == new
    assert entry.state is DeliveryState.REFUSED
    told = content(ledger, "edited")
    assert told["before"] == {"badge_number": "0600D507D0", "person_id": 1, "reason": '[9, "DOC", "Dokter"]'}
    assert told["operator"] == "hr"
    assert list(disagreements(ledger.connection)) == []
    assert edit(ledger, sequence, former, replace(former, person_id=6), operator="hr") is None
    check_sound(tmp_path)


def test_a_held_one_that_belongs_to_somebody_goes_out(ledger: LedgerDatabase, tmp_path: Path) -> None:
    former = clocking(None)
    sequence = record(ledger, former)
    assert edit(ledger, sequence, former, replace(former, person_id=5), operator="hr") == Edited(("person_id",), True)
    assert states_passed(ledger, sequence) == ["held", "recorded"]
    assert next_of_each_person(ledger, most=9)[0].clocking.person_id == 5
    assert list(disagreements(ledger.connection)) == []
    check_sound(tmp_path)


def test_when_and_where_it_was_read_cannot_be_edited(ledger: LedgerDatabase) -> None:
    former = clocking()
    sequence = refused(ledger, former)
    for new in (
        former,
        replace(former, reader="other"),
        replace(former, wall_time=former.wall_time._replace(minute=1)),
        replace(former, kind=ClockingKind.REASON, reason=REASON),
    ):
        with pytest.raises(ValueError, match="not to be changed"):
            edit(ledger, sequence, former, new, operator="hr")


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["record", "hold", "send", "confirm", "refuse", "doubt", "postpone", "undo", "retry", "discard"]
        ),
        st.integers(1, 4),
    ),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(DEEDS)
def test_whatever_happens_chain_and_clockings_agree(ledger: LedgerDatabase, deeds: list[tuple[str, int]]) -> None:
    """The ledger goes on growing from example to example."""
    before = ledger.rows("SELECT coalesce(max(sequence), 0) FROM clocking")[0][0]
    outcomes = {"confirm": Confirmed(1), "refuse": Refused("r"), "doubt": InDoubt("d"), "postpone": Postponed("p")}
    for deed, number in deeds:
        sequence = before + number
        known = ledger.rows("SELECT state FROM clocking WHERE sequence = ?", (sequence,))
        match deed:
            case "record":
                record(ledger, clocking(number))
            case "hold":
                record(ledger, clocking(None))
            case "send":
                start_sending(ledger, sequence)
            case "undo":
                undo(ledger, sequence, at=later(1))
            case "retry":
                retry(ledger, sequence, operator="o")
            case "discard":
                discard(ledger, sequence, operator="o", reason="r")
            case _ if known == [("sending",)]:
                settle(ledger, sequence, outcomes[deed])  # type: ignore[arg-type]
    assert list(disagreements(ledger.connection)) == []
    check_sound(ledger.path.parent)
