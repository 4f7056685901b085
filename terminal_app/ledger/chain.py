"""The audit chain in the ledger: every event is joined to the one before, in the transaction of what it tells of.

Whoever writes holds the ledger's lock, so the last event is the last one for everybody.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from terminal_app.audit.event import (
    NOTHING_BEFORE,
    SALT_BYTES,
    Event,
    EventKind,
    Head,
    columns_of,
    day_of,
    digest_of,
    hash_of_head,
)
from terminal_app.audit.receipt import receipt_of
from terminal_app.audit.verification import BrokenLink, ChainCheck
from terminal_app.ledger.connection import LedgerConnection

_COLUMNS = "id, kind, at, sequence, former, state, note, digest, hash, salt, content"
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 # constants
_LAST = "SELECT id, at, hash FROM event ORDER BY id DESC LIMIT 1"
_PIECE = f"SELECT {_COLUMNS} FROM event WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 # constants
_EVENTS_AT_A_TIME = 1000
Told = tuple[str, str, int | None, str | None, str | None, str | None]
"""Of an event: kind, at, sequence, former, state, note."""
TAIL_EVENTS = 100
"""Looked at by both processes at each start; the whole chain by `audit verify`."""


def append(
    connection: LedgerConnection,
    kind: EventKind,
    *,
    at: datetime | None = None,
    sequence: int | None = None,
    former: str | None = None,
    state: str | None = None,
    note: str | None = None,
    content: Mapping[str, object] | None = None,
) -> None:
    """Write an event, within a transaction; before the first one of a day (UTC) an anchor.

    What is personal belongs in `content` and nowhere else: the rest can never be erased. `at` is now unless given.
    """
    moment = (at or datetime.now(UTC)).isoformat(timespec="microseconds")
    told = (kind.value, moment, sequence, former, state, note)
    append_text(connection, told, columns_of(content) if content else None)


def append_text(connection: LedgerConnection, told: Told, content: str | None) -> None:
    """The same, where the content is canonical JSON already."""
    number, before, previous = connection.last_event or connection.execute(_LAST).fetchone() or (0, "", NOTHING_BEFORE)
    if not isinstance(before, str) or not isinstance(previous, bytes):
        before, previous = "", NOTHING_BEFORE  # damaged: the chain is broken there, and clockings come first
    at = told[1]
    if day_of(before) != day_of(at):
        number += 1
        previous = _insert(connection, previous, (number, EventKind.ANCHOR.value, at, None, None, None, None, None))
        connection.new_anchors.append((number, previous))
    salt = digest = None
    if content is not None:
        salt = os.urandom(SALT_BYTES)
        digest = digest_of(salt, content)
    own = _insert(connection, previous, (number + 1, *told, digest), salt, content)
    connection.last_event = (number + 1, at, own)


def _insert(
    connection: LedgerConnection, previous: bytes, head: Head, salt: bytes | None = None, content: str | None = None
) -> bytes:
    own = hash_of_head(previous, head)
    connection.execute(_INSERT, (*head, own, salt, content))
    return own


def events(connection: sqlite3.Connection) -> Iterator[Event]:
    """The whole chain, oldest first, to the last event that there is when it is reached.

    Read in pieces, so that the write-ahead log can be carried over meanwhile. Raises BrokenLink for a damaged row.
    """
    after = -(2**63)
    while rows := connection.execute(_PIECE, (after, _EVENTS_AT_A_TIME)).fetchall():
        for row in rows:
            yield _event(row)
        if rows[-1][0] <= after:
            raise BrokenLink("its row is damaged", event=rows[-1][0])
        after = rows[-1][0]


def events_of(connection: sqlite3.Connection, sequence: int) -> list[Event]:
    """What happened to one clocking, oldest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM event WHERE sequence = ? ORDER BY id", (sequence,))  # noqa: S608 # constants
    return [_event(row) for row in rows]


def receipt_of_clocking(connection: sqlite3.Connection, sequence: int) -> str | None:
    """The receipt code of a clocking; None when there is no such clocking."""
    row = connection.execute(
        "SELECT hash FROM event WHERE sequence = ? AND kind = 'recorded' ORDER BY id LIMIT 1", (sequence,)
    ).fetchone()
    return None if row is None else receipt_of(row[0])


def check_tail(connection: sqlite3.Connection) -> None:
    """Raises BrokenLink when one of the latest TAIL_EVENTS does not fit the one before."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM event ORDER BY id DESC LIMIT ?",  # noqa: S608 # constants
        (TAIL_EVENTS + 1,),
    ).fetchall()
    found = [_event(row) for row in reversed(rows)]
    check = ChainCheck(found.pop(0) if len(found) > TAIL_EVENTS else None)
    for event in found:
        check.take(event)
    check.finish()


def _event(row: tuple[Any, ...]) -> Event:
    if not (isinstance(row[1], str) and isinstance(row[2], str) and isinstance(row[8], bytes)):
        raise BrokenLink("its row is damaged", event=row[0])
    return Event(*row)
