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
    columns_of,
    day_of,
    digest_of,
    hash_of,
)
from terminal_app.audit.receipt import receipt_of
from terminal_app.audit.verification import BrokenLink, ChainCheck

_COLUMNS = "id, kind, at, sequence, former, state, note, digest, hash, salt, content"
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 # constants
_LAST = "SELECT id, at, hash FROM event ORDER BY id DESC LIMIT 1"
_PIECE = f"SELECT {_COLUMNS} FROM event WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 # constants
_EVENTS_AT_A_TIME = 1000
TAIL_EVENTS = 100
"""Looked at by both processes at each start; the whole chain by `audit verify`."""


class LedgerConnection(sqlite3.Connection):
    """A connection that remembers what the transaction under way has put into the chain."""

    new_anchors: list[tuple[int, bytes]]
    """Number and hash of each anchor, for the log."""
    last_event: tuple[int, str, bytes] | None
    """Number, time and hash; None: the file has to be asked, for others write too."""

    def forget_transaction(self) -> None:
        """None is under way any more."""
        self.new_anchors = []
        self.last_event = None


def append(
    connection: sqlite3.Connection,
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
    known = connection.last_event if isinstance(connection, LedgerConnection) else None
    number, before, previous = known or connection.execute(_LAST).fetchone() or (0, "", NOTHING_BEFORE)
    if not isinstance(before, str) or not isinstance(previous, bytes):
        before, previous = "", NOTHING_BEFORE  # damaged: the chain is broken there, and clockings come first
    if day_of(before) != day_of(moment):
        number += 1
        previous = _insert(
            connection, previous, Event(number, EventKind.ANCHOR, moment, None, None, None, None, None, b"")
        )
        if isinstance(connection, LedgerConnection):
            connection.new_anchors.append((number, previous))
    text = columns_of(content) if content else None
    salt = os.urandom(SALT_BYTES) if text is not None else None
    digest = digest_of(salt, text) if salt is not None and text is not None else None
    event = Event(number + 1, kind, moment, sequence, former, state, note, digest, b"", salt, text)
    own = _insert(connection, previous, event)
    if isinstance(connection, LedgerConnection):
        connection.last_event = (event.id, moment, own)


def _insert(connection: sqlite3.Connection, previous: bytes, event: Event) -> bytes:
    own = hash_of(previous, event)
    connection.execute(
        _INSERT,
        (
            event.id,
            str(event.kind),
            event.at,
            event.sequence,
            event.former,
            event.state,
            event.note,
            event.digest,
            own,
            event.salt,
            event.content,
        ),
    )
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
