"""Clockings to put into a ledger, and what must hold of any ledger."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from terminal_app.audit.verification import ChainCheck
from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Moment
from terminal_app.clocking.delivery_state import may_come_from
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.ledger.chain import events
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.reading import entries
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.timekeeping.clock import uuid7

MORNING = datetime(2026, 7, 1, 6, 1, 2, 345678, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Brussels")


def clocking(person_id: int | None = 1, *, at: datetime = MORNING, badge: str = "0600D507D0") -> Clocking:
    """An in/out; of nobody known where `person_id` is None."""
    moment = Moment(at, 123, 456, "3f1c5f0e-0000-4000-8000-000000000000")
    return Clocking(uuid7(at), badge, person_id, ClockingKind.IN_OUT, moment, wall_time_of(at, ZONE), "front door")


def later(minutes: int) -> datetime:
    return MORNING + timedelta(minutes=minutes)


def with_id(number: int) -> Clocking:
    return replace(clocking(person_id=number % 7 + 1), id=UUID(int=number))


@contextmanager
def opened(folder: Path) -> Iterator[LedgerDatabase]:
    ledger = LedgerDatabase(folder)
    try:
        yield ledger
    finally:
        ledger.close()


def whole_entries(ledger: LedgerDatabase, *, settled: bool = True) -> list[LedgerEntry]:
    """The entries of a ledger whose rows all make sense."""
    found = list(entries(ledger.connection, settled=settled))
    whole = [entry for entry in found if isinstance(entry, LedgerEntry)]
    assert len(whole) == len(found)
    return whole


def damage_row(ledger: LedgerDatabase, sequence: int, **values: object) -> None:
    """As a bad card does it; by column."""
    with ledger.transaction() as connection:
        for column, value in values.items():
            connection.execute(f"UPDATE clocking SET {column} = ? WHERE sequence = ?", (value, sequence))


def state_of(ledger: LedgerDatabase, sequence: int) -> DeliveryState:
    (state,) = ledger.connection.execute("SELECT state FROM clocking WHERE sequence = ?", (sequence,)).fetchone()
    return DeliveryState(state)


def states_passed(ledger: LedgerDatabase, sequence: int) -> list[str]:
    """The states that the events tell of, from the recording on."""
    rows = ledger.connection.execute(
        "SELECT state FROM event WHERE sequence = ? AND state IS NOT NULL ORDER BY id", (sequence,)
    ).fetchall()
    return [state for (state,) in rows]


def check_chain(ledger: LedgerDatabase) -> None:
    """Raises BrokenLink."""
    check = ChainCheck()
    for event in events(ledger.connection):
        check.take(event)
    check.finish()


def check_sound(folder: Path) -> None:
    """The file is whole, and its chain holds, and every clocking went a way that the delivery rules allow."""
    with opened(folder) as ledger:
        assert ledger.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert ledger.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        check_chain(ledger)
        for (sequence,) in ledger.connection.execute("SELECT sequence FROM clocking").fetchall():
            passed = [DeliveryState(state) for state in states_passed(ledger, sequence)]
            assert all(former in may_come_from(state) for former, state in itertools.pairwise(passed))
            assert passed[-1] is state_of(ledger, sequence)
            (attempts,) = ledger.connection.execute(
                "SELECT attempts FROM clocking WHERE sequence = ?", (sequence,)
            ).fetchone()
            assert attempts == passed.count(DeliveryState.SENDING)


def recorded_ids(folder: Path) -> set[int]:
    """The ids (as numbers) of every clocking in the file, read by SQLite alone."""
    connection = sqlite3.connect(folder / FILE_NAME)
    try:
        return {int.from_bytes(key) for (key,) in connection.execute("SELECT id FROM clocking")}
    finally:
        connection.close()
