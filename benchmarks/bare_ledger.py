"""A floor: the ledger's own tables and indexes in a file that nobody but sqlite3 looks after.

What it writes for a clocking is what the ledger writes: the row, and the row of the event that tells of it. Nothing is
looked at before, nothing is hashed.
"""

import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from benchmarks.site import RosterPerson
from terminal_app.clocking.clocking import Clocking, ClockingKind, Moment
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger import opening
from terminal_app.ledger.rows import RECORDED_COLUMNS, seal_and_content, values_of
from terminal_app.timekeeping.clock import uuid7

_INSERT = (
    f"INSERT INTO clocking ({RECORDED_COLUMNS}, state, seal) VALUES"  # our own
    f" ({', '.join('?' * (len(RECORDED_COLUMNS.split(', ')) + 2))})"
)
_INSERT_EVENT = (
    "INSERT INTO event (kind, at, sequence, state, digest, hash, salt, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_SCHEMA = sorted(Path(opening.__file__).with_name("migrations").glob("*.sql"))


class BareLedger:
    """WAL + FULL, one clocking a transaction, no checkpoint; the WAL grows as SQLite lets it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA wal_autocheckpoint = 0")
        for step in _SCHEMA:
            self._connection.executescript(step.read_text(encoding="utf-8"))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def insert(self, row: Sequence[object], event: Sequence[object]) -> None:
        """Both, durable."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(_INSERT, row)
        self._connection.execute(_INSERT_EVENT, event)
        self._connection.execute("COMMIT")


def clocking_of(who: RosterPerson, *, ago: timedelta = timedelta(0)) -> Clocking:
    """An in/out as the kiosk would make it."""
    instant = datetime.now(UTC) - ago
    return Clocking(
        id=uuid7(instant),
        badge_number=who.badge_number,
        person_id=who.id,
        kind=ClockingKind.IN_OUT,
        moment=Moment(instant, time.monotonic_ns(), time.monotonic_ns(), str(UUID(int=0))),
        wall_time=WallTime(instant.date(), instant.hour * 60 + instant.minute),
        reader="reader",
    )


def rows_of(clocking: Clocking, sequence: int) -> tuple[Sequence[object], Sequence[object]]:
    """What both insert, as `BareLedger.insert` wants it."""
    values = values_of(clocking)
    seal, content = seal_and_content(values)
    at = clocking.moment.instant.isoformat(timespec="microseconds")
    event = ("recorded", at, sequence, "recorded", bytes(32), bytes(32), bytes(16), content)
    return (*values.values(), "recorded", seal), event
