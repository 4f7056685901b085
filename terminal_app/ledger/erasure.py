"""Erasing clockings so that their bytes are gone from the file; the audit chain goes on holding.

SQLite overwrites what is deleted (`secure_delete`), but where a page was split or merged before, copies of rows may lie
in the unused part of a page nearby. So the rows around are taken out and put back: the pages that this empties are
overwritten whole. docs/decisions/0005-erasing.md has what was tried.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from terminal_app.audit.event import EventKind
from terminal_app.audit.verification import listed
from terminal_app.ledger.chain import append
from terminal_app.ledger.database import LedgerDatabase

_AROUND = 150
"""Rows on either side that are put back: some five pages, further than a split or merge moves a row."""
_MOST_ROWS_TO_INDEX = 200_000
"""The index is made anew under the lock; beyond that it takes longer than whoever badges should wait."""
SETTLED_STATES = ("confirmed", "undone", "discarded")
"""Of clockings that will never be sent (again)."""


def settled_before(ledger: LedgerDatabase, day: str, *, most: int) -> list[int]:
    """The oldest clockings of before `day` (local, ISO 8601) that are settled, by number.

    Those of a person of whom others still wait are left: to recognise these among Protime's records it must be known
    which records are the former's. Raises LedgerUnusable.
    """
    rows = ledger.rows(
        "SELECT sequence FROM clocking WHERE date < ? AND state IN (?, ?, ?)"
        " AND NOT EXISTS (SELECT 1 FROM clocking AS other WHERE other.person_id = clocking.person_id"
        " AND other.state IN ('recorded', 'sending', 'unknown', 'held', 'ambiguous')) ORDER BY sequence LIMIT ?",
        (day, *SETTLED_STATES, most),
    )
    return [sequence for (sequence,) in rows]


def suppressed_before(ledger: LedgerDatabase, day: str, *, most: int) -> list[int]:
    """The oldest events of before `day` (UTC, ISO 8601) that tell of a suppressed read, and still have a content."""
    rows = ledger.rows(
        "SELECT id FROM event WHERE kind = 'suppressed' AND content IS NOT NULL AND at < ? ORDER BY id LIMIT ?",
        (day, most),
    )
    return [number for (number,) in rows]


def erase(ledger: LedgerDatabase, sequences: Iterable[int], *, why: str, events: Iterable[int] = ()) -> None:
    """Erase clockings, whatever their state, and the contents of all that the chain tells of them; in one transaction.

    `events` are others whose contents go too. `why` is one word for the chain. Few at a time: everybody else waits.
    Raises NotRecorded.
    """
    chosen = json.dumps(sorted(set(sequences)))
    with ledger.transaction() as connection:
        found = connection.execute(
            "SELECT id FROM event WHERE content IS NOT NULL AND (sequence IN (SELECT value FROM json_each(?))"
            " OR id IN (SELECT value FROM json_each(?))) ORDER BY id",
            (chosen, json.dumps(list(events))),
        ).fetchall()
        numbers = [number for (number,) in found]
        for table in ("clocking", "candidate"):
            connection.execute(f"DELETE FROM {table} WHERE sequence IN (SELECT value FROM json_each(?))", (chosen,))  # noqa: S608 # constants
        connection.execute(
            "UPDATE event SET content = NULL, salt = NULL WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(numbers),),
        )
        append(connection, EventKind.ERASED, note=f"{why} {listed(numbers)}")
        for first, last in _windows(json.loads(chosen)):
            _put_back(connection, "clocking", "sequence", first, last)
        for first, last in _windows(numbers):
            _put_back(connection, "event", "id", first, last)


def finish_erasing(ledger: LedgerDatabase) -> bool:
    """After the last of some: the indexes and the write-ahead log, too, keep nothing; False when that must wait.

    Raises NotRecorded.
    """
    ((rows,),) = ledger.rows("SELECT count(*) FROM clocking")
    is_small = rows <= _MOST_ROWS_TO_INDEX
    if is_small:
        with ledger.transaction() as connection:
            connection.execute("REINDEX clocking")
    return ledger.wipe_log() and is_small


def _windows(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The numbers with those around them, as ranges that do not meet."""
    start = end = None
    for number in numbers:
        if start is None or end is None or number - _AROUND > end:
            if start is not None and end is not None:
                yield start, end
            start = number - _AROUND
        end = number + _AROUND
    if start is not None and end is not None:
        yield start, end


def _put_back(connection: sqlite3.Connection, table: str, key: str, first: int, last: int) -> None:
    values = (first, last)
    rows = connection.execute(f"SELECT * FROM {table} WHERE {key} BETWEEN ? AND ?", values).fetchall()  # noqa: S608 # our names
    connection.execute(f"DELETE FROM {table} WHERE {key} BETWEEN ? AND ?", values)  # noqa: S608 # our names
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 # our names
