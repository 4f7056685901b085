"""A floor: the ledger's own tables and indexes in a file that nobody but sqlite3 looks after."""

import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from benchmarks.site import RosterPerson
from terminal_app.clocking.clocking import Clocking, ClockingKind, Moment
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger import database
from terminal_app.ledger.rows import sealed_values_of
from terminal_app.timekeeping.clock import uuid7

_INSERT = (
    "INSERT INTO clocking (id, badge_number, person_id, kind, reason, activity_levels, instant, monotonic_ns,"
    " boottime_ns, boot_id, date, minute, reader, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SCHEMA = sorted(Path(database.__file__).with_name("migrations").glob("*.sql"))


class BareLedger:
    """WAL + FULL, one insert a transaction, no checkpoint; the WAL grows as SQLite lets it."""

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

    def insert(self, row: Sequence[object]) -> None:
        """One durable row."""
        self._connection.execute(_INSERT, row)


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


def row_of(clocking: Clocking) -> tuple[object, ...]:
    """What both insert."""
    return (*sealed_values_of(clocking), "recorded")
