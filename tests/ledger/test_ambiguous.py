"""The state `ambiguous` in a file that was made before there was one."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import Ambiguous, InDoubt
from terminal_app.ledger import opening
from terminal_app.ledger.errors import NotRecorded
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.look_up import candidates_of
from terminal_app.ledger.opening import APPLICATION_ID
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.reading import for_operator
from terminal_app.ledger.recording import record
from tests.ledger.clockings import check_sound, clocking, opened, state_of

FIRST = Path(opening.__file__).with_name("migrations") / "0001_clockings.sql"
STATES = ("recorded", "unknown", "confirmed", "refused", "held", "undone")


def make_first_version(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(FIRST.read_text(encoding="utf-8"))
        connection.executescript(f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = 1;")
        for sequence, state in enumerate(STATES, start=1):
            connection.execute(
                "INSERT INTO clocking VALUES (?, ?, '1', 1, 'InOut', NULL, NULL,"
                " '2026-01-15T07:30:00.000000+00:00', 1, 1, 'boot', '2026-01-15', 510, 'door', ?, 0, NULL, NULL)",
                (sequence, bytes(16), state),
            )


def test_a_ledger_of_the_first_version_keeps_all_and_takes_the_new_state(tmp_path: Path) -> None:
    make_first_version(tmp_path)
    with opened(tmp_path) as ledger:
        assert [state_of(ledger, sequence).value for sequence in range(1, 7)] == list(STATES)
        assert settle(ledger, 2, Ambiguous("one of two", (7, 8)))
        assert state_of(ledger, 2) is DeliveryState.AMBIGUOUS
        assert candidates_of(ledger.connection, 2) == [7, 8]
        assert (for_operator(ledger.connection).ambiguous, for_operator(ledger.connection).refused) == (1, 1)
        with pytest.raises(NotRecorded, match="CHECK"), ledger.transaction() as connection:
            connection.execute("UPDATE clocking SET state = 'nonsense' WHERE sequence = 1")
    with opened(tmp_path) as ledger:
        assert state_of(ledger, 2) is DeliveryState.AMBIGUOUS
        assert ledger.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_process_that_has_the_file_open_already_takes_the_new_state_too(tmp_path: Path) -> None:
    with opened(tmp_path) as kiosk, opened(tmp_path) as courier:
        sequence = record(kiosk, clocking())
        assert start_sending(courier, sequence)
        assert settle(courier, sequence, InDoubt("time-out"))
        assert settle(courier, sequence, Ambiguous("one", (7,)))
        assert state_of(kiosk, sequence) is DeliveryState.AMBIGUOUS
    check_sound(tmp_path)
