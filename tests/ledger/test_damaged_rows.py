"""One row that makes no sense is one clocking that needs a person, and nothing more."""

import logging
from datetime import date, timedelta
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import Moment
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import held_days, next_of_each_person, next_of_person
from terminal_app.ledger.reading import entries, ledger_to_read, waiting
from terminal_app.ledger.recording import in_outs_before, record
from terminal_app.ledger.rows import LedgerEntry, UnreadableEntry
from tests.ledger.clockings import clocking, damage_row, later, opened

NOT_TEXT = b"2026-\xff\xfe"
DAMAGES: list[dict[str, object]] = [
    {"time_state": "fine"},
    {"time_state": "trusted", "time_error_us": -1},
    {"time_settled": "perhaps"},
    {"raw_instant": "2026-11-24T21:39:51+00:00", "raw_date": "July", "raw_minute": 1},
    {"true_instant": "x"},
    {"true_error_us": 2**63 - 1},
    {"instant": "2026-11-24T21:39:51.909052+00[00"},
    {"instant": "2026-11-24T21:39:51"},
    {"instant": "0001-01-01T00:00:00+01:00"},
    {"date": "2026-1x-15"},
    {"kind": "Reason", "reason": "[" * 100_000},
    {"kind": "Reason", "reason": '{"id": 1}'},
    {"kind": "Reason", "reason": None},
    {"kind": "Activity", "activity_levels": "[[2, 3]]"},
    {"kind": "Activity", "activity_levels": "7"},
    {"id": b"short"},
]


def sequences(ledger: LedgerDatabase) -> list[int]:
    return [entry.sequence for entry in next_of_each_person(ledger, most=100)]


@pytest.mark.parametrize("damage", DAMAGES, ids=str)
def test_it_holds_nobody_up_and_is_told_once(
    ledger: LedgerDatabase, damage: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bad, following, of_another = record(ledger, clocking(1)), record(ledger, clocking(1)), record(ledger, clocking(2))
    damage_row(ledger, bad, **damage)
    for _ in range(2):
        assert sequences(ledger) == [following, of_another]
        assert (entry := next_of_person(ledger, 1)) is not None
        assert entry.sequence == following
    assert [one.levelname for one in caplog.records] == ["ERROR"]
    assert f"clocking-unreadable sequence={bad};" in caplog.text
    first, *others = entries(ledger.connection, settled=False)
    assert first == UnreadableEntry(bad, clocking().badge_number)
    assert all(isinstance(one, LedgerEntry) for one in others)


def test_many_of_one_person_hold_nobody_up(ledger: LedgerDatabase) -> None:
    for _ in range(20):
        damage_row(ledger, record(ledger, clocking(1)), instant="")
    last = record(ledger, clocking(1))
    assert sequences(ledger) == [last]
    damage_row(ledger, last, instant="")
    assert next_of_person(ledger, 1) is None


def test_bytes_that_are_no_text_hide_no_other_row(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        bad, good = record(ledger, clocking(1)), record(ledger, clocking(2))
        damage_row(ledger, bad, date="2026-canary")
    path = tmp_path / "ledger.db"
    path.write_bytes(path.read_bytes().replace(b"2026-canary", NOT_TEXT + b"nary"))
    with ledger_to_read(tmp_path) as connection:
        first, second = entries(connection, settled=False)
    assert (type(first), first.sequence) == (UnreadableEntry, bad)
    assert (type(second), second.sequence) == (LedgerEntry, good)


def test_what_waits_is_counted_and_as_old_as_the_oldest_that_can_be_read(ledger: LedgerDatabase) -> None:
    first, second = record(ledger, clocking(1)), record(ledger, clocking(2, at=later(5)))
    damage_row(ledger, first, instant="x")
    assert (waiting(ledger.connection).count, waiting(ledger.connection).oldest) == (2, later(5))
    damage_row(ledger, second, instant="x")
    assert (waiting(ledger.connection).count, waiting(ledger.connection).oldest) == (2, None)


def test_the_proposal_and_the_days_of_a_held_badge_do_without_it(ledger: LedgerDatabase) -> None:
    bad, _ = record(ledger, clocking(1)), record(ledger, clocking(1, at=later(5)))
    damage_row(ledger, bad, instant="9")
    badge = clocking().badge_number
    now = Moment(later(9), 1, 1, "later-boot")
    assert [one.instant for one in in_outs_before(ledger, badge, now, timedelta(days=1))] == [later(5)]
    held, _ = record(ledger, clocking(None, badge="7")), record(ledger, clocking(None, badge="7"))
    damage_row(ledger, held, date="July")
    assert held_days(ledger, "7") == [date(2026, 7, 1)]
