"""A day's clockings beside what Protime has of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ClockingKind, DeliveryState
from terminal_app.clocking.day_audit import DayNumbers, Known, compared
from terminal_app.clocking.matching import SentClocking, ServerRecord
from terminal_app.clocking.wall_time import MINUTES_A_DAY, WallTime
from tests.clocking.test_matching import record_of

DAY = date(2026, 1, 15)
CODE = "GATE-1"


def known(sequence: int, minute: int = 510, *, person_id: int = 1, state: str = "confirmed") -> Known:
    sent = SentClocking(ClockingKind.IN_OUT, WallTime(DAY, minute), CODE)
    one = DeliveryState(state)
    return Known(sequence, person_id, sent, one, 100 + sequence if one is DeliveryState.CONFIRMED else None)


def shown(one: Known, protime_id: int | None = None) -> ServerRecord:
    return record_of(one.sent, protime_id or 100 + one.sequence)


def numbers(ours: list[Known], *records: ServerRecord, claimed: frozenset[int] = frozenset()) -> DayNumbers:
    ids = {one.protime_id for one in ours if one.protime_id is not None}
    return compared(ours, {1: records}, ids | claimed, terminal_code=CODE).numbers


ONE = known(1)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([shown(ONE)], DayNumbers(clockings=1, as_sent=1)),
        ([], DayNumbers(clockings=1, missing=1)),
        ([replace(shown(ONE), is_deleted=True)], DayNumbers(clockings=1, deleted=1)),
        (
            [replace(shown(ONE), wall_time=WallTime(DAY, 511), original_wall_time=WallTime(DAY, 510))],
            DayNumbers(clockings=1, edited=1),
        ),
        ([replace(shown(ONE), wall_time=WallTime(DAY, 511))], DayNumbers(clockings=1, edited=1)),
        ([replace(shown(ONE), kind="Reason", reason_id=3)], DayNumbers(clockings=1, edited=1)),
        (
            [replace(shown(ONE), wall_time=WallTime(DAY - timedelta(days=1), 510 + MINUTES_A_DAY))],
            DayNumbers(clockings=1, as_sent=1),
        ),
        ([shown(ONE), shown(ONE, 7)], DayNumbers(clockings=1, as_sent=1, doubled=1)),
        ([shown(ONE), replace(shown(ONE, 7), is_deleted=True)], DayNumbers(clockings=1, as_sent=1)),
        ([shown(ONE), shown(known(2, 600), 7)], DayNumbers(clockings=1, as_sent=1, strangers=1)),
        (
            [shown(ONE), replace(shown(known(2, 600), 7), wall_time=WallTime(DAY + timedelta(days=1), 600))],
            DayNumbers(clockings=1, as_sent=1),
        ),
        ([shown(ONE), replace(shown(ONE, 7), terminal_code="GATE-2")], DayNumbers(clockings=1, as_sent=1)),
        (
            [shown(ONE), replace(shown(ONE, 7), terminal_code=None, has_terminal=False)],
            DayNumbers(clockings=1, as_sent=1),
        ),
    ],
)
def test_one_clocking_and_what_protime_has(records: list[ServerRecord], expected: DayNumbers) -> None:
    assert numbers([ONE], *records) == expected


def test_what_is_known_by_a_clocking_of_another_day_is_no_stranger() -> None:
    other = shown(known(2, 600), 7)
    assert numbers([ONE], shown(ONE), other, claimed=frozenset({7})).strangers == 0


@pytest.mark.parametrize("state", ["recorded", "unknown", "ambiguous", "refused"])
def test_a_record_that_an_undelivered_one_may_be_is_not_told(state: str) -> None:
    waiting = known(2, state=state)
    assert numbers([ONE, waiting], shown(ONE), shown(waiting, 7)) == DayNumbers(clockings=2, as_sent=1, undelivered=1)


@given(st.lists(st.sampled_from(["confirmed", "recorded", "refused"]), max_size=6), st.data())
def test_each_clocking_is_counted_once(states: list[str], data: st.DataObject) -> None:
    ours = [known(number, 500 + number, state=state) for number, state in enumerate(states, start=1)]
    records = [shown(one) for one in ours if one.state is DeliveryState.CONFIRMED and data.draw(st.booleans())]
    found = numbers(ours, *records)
    assert found.as_sent == len(records)
    counted = found.as_sent + found.edited + found.deleted + found.missing + found.undelivered
    assert counted == found.clockings == len(ours)
    assert found.is_well == (found.missing == 0)


def test_it_names_what_is_not_well() -> None:
    audit = compared([ONE], {1: [shown(ONE, 9), shown(known(2, 600), 7)]}, {101}, terminal_code=CODE)
    assert audit.missing == (1,)
    assert audit.unexplained == (7, 9)
    assert not audit.numbers.is_well
    assert "missing=1" in audit.numbers.in_words()
    assert "doubled=1 strangers=1" in audit.numbers.in_words()
