"""A fresh ledger that is filled with clockings of another one: of a damaged one, of a backup, of the mirror."""

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from uuid import uuid4

from terminal_app.audit.event import EventKind
from terminal_app.clocking.clocking import ClockingKind, DeliveryState
from terminal_app.clocking.doubtful_time import TimeSettled
from terminal_app.ledger.chain import append
from terminal_app.ledger.connection import connect
from terminal_app.ledger.erased import Erased
from terminal_app.ledger.files import sync_file
from terminal_app.ledger.opening import migrate
from terminal_app.ledger.reading import ledger_to_read
from terminal_app.ledger.rows import COLUMNS, RECORDED_COLUMNS, LedgerEntry, Value, Values, entry_of, instant_of

_NAMES = COLUMNS.split(", ")
_MAYBE_SENT = frozenset({DeliveryState.RECORDED, DeliveryState.SENDING, DeliveryState.HELD})
_ASKED_FIRST = "Protime is asked first"
_ASKED_LATER = "Protime is asked once somebody in service has the badge"
_COMPARE = "look in Protime before you have it sent"
_PROGRESS = [
    state.value
    for state in (
        DeliveryState.HELD,
        DeliveryState.RECORDED,
        DeliveryState.SENDING,
        DeliveryState.REFUSED,
        DeliveryState.AMBIGUOUS,
        DeliveryState.UNKNOWN,
    )
]
"""The ends come after all of these, and nothing comes after an end."""


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
        self._erased = Erased(self._connection)
        self._without_number: list[Values] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def note(self, text: str) -> None:
        """Have the chain tell where this ledger comes from; nothing personal, ASCII."""
        append(self._connection, EventKind.NOTED, note=text)

    def has_erased(self, values: Values) -> bool:
        """Whether it had the clocking of a row, and has erased it."""
        return values["id"] not in self.sequences and self._erased.has(values)

    def put(self, values: Values, *, in_doubt: str | None = None, replace: bool = False) -> bool:
        """Take a row over, with its local number if that is free; whether it made sense and is in now.

        `in_doubt` says why it may have been sent without this row telling so: then Protime is asked before anything is
        sent, and an operator where Protime cannot be: it was refused, or its minute is not known. An id that is in
        already stands, unless it is to be replaced by a row of the same clocking.
        """
        entry = entry_of(tuple(values.get(name) for name in _NAMES))
        if not isinstance(entry, LedgerEntry):
            return False
        row = {name: value for name, value in values.items() if name in self._columns} | _doubt(entry, in_doubt)
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
        at = None
        self._taken.add(sequence)
        with suppress(ValueError, TypeError):
            at = instant_of(str(row.get("raw_instant") or row["instant"]))
        append(
            self._connection,
            EventKind.RECORDED,
            at=at,  # as its first event had it: the mirror's line is told by that
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


def _doubt(entry: LedgerEntry, in_doubt: str | None) -> dict[str, Value]:
    """What is otherwise about a clocking that may have been sent; nothing where that is known."""
    state = entry.state
    if in_doubt and state is DeliveryState.REFUSED:
        return {"explanation": f"{entry.explanation or 'refused'} ({in_doubt}; {_COMPARE})"}
    if in_doubt and entry.waits_for_time and state is DeliveryState.RECORDED:
        # It may have been corrected and sent since: under the minute of this row Protime would not be seen to have it.
        return {
            "state": DeliveryState.REFUSED.value,
            "time_settled": TimeSettled.ASKED.value,
            "explanation": f"{in_doubt}, with another minute, for its own was in doubt; {_COMPARE}",
        }
    if state is DeliveryState.AMBIGUOUS:  # the records that may be it are not carried along
        why = in_doubt or "it was to be decided which of Protime's records it is"
    elif state is DeliveryState.SENDING:
        why = in_doubt or "the terminal stopped while sending"
    elif in_doubt and state in _MAYBE_SENT:
        why = in_doubt
    else:
        return {}
    asked = _ASKED_FIRST if entry.clocking.person_id is not None else _ASKED_LATER
    return {"state": DeliveryState.UNKNOWN.value, "explanation": f"{why}; {asked}"}


def progress_of(values: Values) -> int:
    """How far a row says that its clocking has come: of two copies of a row the further one is the newer."""
    with suppress(ValueError):
        return _PROGRESS.index(str(values.get("state")))
    return len(_PROGRESS)


def _id_of(row: Values) -> bytes:
    key = row["id"]
    return key if isinstance(key, bytes) else b""
