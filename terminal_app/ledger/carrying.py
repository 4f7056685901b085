"""A fresh ledger that is filled with clockings of another one: of a damaged one, of a backup, of the mirror."""

import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from uuid import uuid4

from terminal_app.audit.event import EventKind
from terminal_app.clocking.clocking import ClockingKind, DeliveryState
from terminal_app.ledger.chain import append
from terminal_app.ledger.connection import connect
from terminal_app.ledger.database import migrate
from terminal_app.ledger.files import sync_file
from terminal_app.ledger.reading import ledger_to_read
from terminal_app.ledger.record_scan import Value
from terminal_app.ledger.rows import COLUMNS, RECORDED_COLUMNS, LedgerEntry, entry_of

Values = Mapping[str, Value]
"""A row of the table `clocking`, by column; of an older version some are missing."""

_NAMES = COLUMNS.split(", ")
_MAYBE_SENT = frozenset({DeliveryState.RECORDED, DeliveryState.SENDING, DeliveryState.HELD})
_PROGRESS = [state.value for state in (DeliveryState.HELD, DeliveryState.RECORDED, DeliveryState.SENDING)]


class FreshLedger:
    """A ledger being built beside the one in use, which is not touched. Each clocking comes into it once."""

    def __init__(self, path: Path, *, base: Path | None = None) -> None:
        """Begin at `path`, where nothing may be: with nothing, or with all that the ledger in the folder `base` has.

        Raises LedgerUnusable for the base, sqlite3.Error and OSError when the disk refuses.
        """
        self.path = path
        path.touch(0o640)
        self._connection = connect(path)
        if base is not None:
            with ledger_to_read(base) as source:
                source.backup(self._connection)
            self._connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        # Nobody else has it, and it counts only once it is whole and synced: neither journal nor syncs before that.
        self._connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;"
        )
        migrate(self._connection, path)
        self._columns = {name for _, name, *_ in self._connection.execute("PRAGMA table_info(clocking)")}
        self._connection.execute("BEGIN")
        self.sequences: dict[bytes, int] = dict(self._connection.execute("SELECT id, sequence FROM clocking"))
        """What is in it: the local number of each id."""
        self._taken = set(self.sequences.values())
        self._without_number: list[Values] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def put(self, values: Values, *, in_doubt: str | None = None, replace: bool = False) -> bool:
        """Take a row over, with its local number if that is free; whether it made sense and is in now.

        `in_doubt` says why it may have been sent without this row telling so: then Protime is asked before anything is
        sent. An id that is in already stands, unless it is to be replaced by a row of the same clocking.
        """
        entry = entry_of(tuple(values.get(name) for name in _NAMES))
        if not isinstance(entry, LedgerEntry):
            return False
        row = {name: value for name, value in values.items() if name in self._columns}
        if entry.state is DeliveryState.SENDING or (in_doubt and entry.state in _MAYBE_SENT):
            row |= {
                "state": DeliveryState.UNKNOWN.value,
                "explanation": in_doubt or "the terminal stopped while sending",
            }
        key = entry.clocking.id.bytes
        if key in self.sequences:
            if not replace:
                return True
            row["sequence"] = self.sequences[key]
            self._connection.execute("DELETE FROM clocking WHERE sequence = ?", (row["sequence"],))
        elif entry.sequence in self._taken:
            self._without_number.append(row)
            self.sequences[key] = 0
            return True
        return self._insert(key, row)

    def _insert(self, key: bytes, row: dict[str, Value]) -> bool:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        try:
            inserted = self._connection.execute(f"INSERT INTO clocking ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608 # columns of the table
        except (sqlite3.IntegrityError, OverflowError):  # a row that the table forbids: it is damaged
            return False
        sequence = self.sequences[key] = inserted.lastrowid or 0
        self._taken.add(sequence)
        append(
            self._connection,
            EventKind.RECORDED,
            sequence=sequence,
            state=str(row["state"]),
            note="carried over",
            content={name: row.get(name) for name in RECORDED_COLUMNS.split(", ")},
        )
        return True

    def finish(self, *, beyond: int = 0, why: str = "") -> None:
        """Make it whole and synced. The next local number will be higher than `beyond`, which `why` explains.

        Those whose number was taken get the next ones, in the order in which they were clocked.
        """
        highest = max(self._taken, default=0)
        for number, row in enumerate(sorted(self._without_number, key=_id_of), start=highest + 1):
            self._insert(_id_of(row), {**row, "sequence": number})
        if beyond > max(self._taken, default=0):
            self._leave_a_mark(beyond, why)
        self._connection.execute("COMMIT")
        self._connection.close()
        sync_file(self.path)

    def _leave_a_mark(self, sequence: int, why: str) -> None:
        """A row that was never anybody's: taken back, with the number up to which others may have been lost."""
        now = datetime.now(UTC)
        self._insert(
            key := uuid4().bytes,
            {
                "sequence": sequence,
                "id": key,
                "badge_number": "",
                "kind": ClockingKind.IN_OUT.value,
                "instant": now.isoformat(timespec="microseconds"),
                "monotonic_ns": 0,
                "boottime_ns": 0,
                "boot_id": "",
                "date": now.date().isoformat(),
                "minute": now.hour * 60 + now.minute,
                "reader": "",
                "state": DeliveryState.UNDONE.value,
                "explanation": why,
            },
        )


def progress_of(values: Values) -> int:
    """How far a row says that its clocking has come: of two copies of a row the further one is the newer."""
    with suppress(ValueError):
        return _PROGRESS.index(str(values.get("state")))
    return len(_PROGRESS)


def _id_of(row: Values) -> bytes:
    key = row["id"]
    return key if isinstance(key, bytes) else b""
