"""A file of each former version comes into this one, with all that it held."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.reading import entries, ledger_to_read, waiting
from tests.ledger.clockings import check_chain, check_sound, opened, states_passed, whole_entries

FORMER = Path(__file__).with_name("former")


@pytest.fixture
def of_version_1(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript((FORMER / "0001.sql").read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode = WAL")
    return tmp_path


def test_clockings_and_their_ways_are_in_the_chain(of_version_1: Path) -> None:
    with opened(of_version_1) as ledger:
        found = {entry.sequence: entry for entry in whole_entries(ledger)}
        assert [entry.state.value for entry in found.values()] == [
            *("confirmed", "refused", "held", "undone", "unknown", "recorded", "recorded")
        ]
        assert found[1].protime_id == 7001
        assert found[2].explanation == "person 2: the period is closed (L\u00e4den)"
        assert found[4].clocking.reason is not None
        assert [states_passed(ledger, sequence) for sequence in found] == [
            ["recorded", "sending", "confirmed"],
            ["recorded", "sending", "refused"],
            ["held"],
            ["recorded", "undone"],
            ["recorded", "sending", "unknown"],
            ["held", "recorded"],
            ["recorded"],
        ]
        check_chain(ledger)
    check_sound(of_version_1)


def test_what_the_former_version_told_is_told_once(of_version_1: Path) -> None:
    with opened(of_version_1):
        pass
    with opened(of_version_1) as ledger:
        tables = {name for (name,) in ledger.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        assert tables == {"anchor", "candidate", "clocking", "event", "wal_opener"}
        kinds = ledger.connection.execute("SELECT kind, count(*) FROM event WHERE kind <> 'anchor' GROUP BY kind")
        assert dict(kinds.fetchall()) == {"recorded": 7, "moved": 8}


def test_before_it_is_carried_over_it_can_be_read(of_version_1: Path) -> None:
    before = (of_version_1 / FILE_NAME).read_bytes()
    with ledger_to_read(of_version_1) as connection:
        assert waiting(connection).count == 4
        assert [entry.sequence for entry in entries(connection, settled=True)] == [1, 2, 3, 4, 5, 6, 7]
    assert (of_version_1 / FILE_NAME).read_bytes() == before


def test_a_migration_that_fails_changes_nothing_and_what_waits_is_salvaged(of_version_1: Path) -> None:
    with closing(sqlite3.connect(of_version_1 / FILE_NAME)) as connection:
        connection.execute("CREATE TABLE former_history (a)")
    before = (of_version_1 / FILE_NAME).read_bytes()
    with opened(of_version_1) as ledger:
        assert {entry.sequence for entry in whole_entries(ledger)} >= {2, 3, 5, 6, 7}
        check_chain(ledger)
    (kept,) = of_version_1.glob("ledger-damaged-*.db")
    assert kept.read_bytes() == before
