"""The received changes on the disk, until the courier has applied them to the roster.

    store = WebhookStore(folder)
    for change in store.pending(500):     # the newest of each record, oldest changeVersion first
        ...                               # apply
    store.done(changes)                   # what came meanwhile stays pending

One row a record: a repeat, or a delivery that was overtaken by a newer one, changes nothing. Both processes, receiver
and courier, write; one at a time, as with the ledger (docs/decisions/0002-two-writers.md).
"""

import json
import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from terminal_app.ledger.commit_lock import CommitLock, LockHeldByAnother, LockNotTaken
from terminal_app.webhook_receiver.collections import Received
from terminal_app.webhook_receiver.items import Change

log = logging.getLogger(__name__)

FILE_NAME = "webhooks.db"
LOCK_NAME = "webhooks.lock"
APPLICATION_ID = 0x434C4B57
"""In the file's header, "CLKW"."""
VERSION = 1
_BUSY_SECONDS = 2.0

_SCHEMA = """
CREATE TABLE record (
    collection TEXT NOT NULL,
    key INTEGER NOT NULL,
    version TEXT NOT NULL,            -- the newest that came; kept after it was applied, to know old ones
    sequence INTEGER NOT NULL,        -- of the arrival of that version
    is_gone INTEGER NOT NULL,
    data TEXT,                        -- JSON; null once it was applied: nothing personal is kept longer
    received_at TEXT NOT NULL,        -- UTC, ISO 8601
    PRIMARY KEY (collection, key)
) STRICT;
CREATE INDEX waiting ON record (version, sequence) WHERE data IS NOT NULL;
CREATE TABLE counter (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL) STRICT;
INSERT INTO counter VALUES (1, 0);
"""


_OF_PERSON = (
    f"(collection = '{Received.PEOPLE}' AND key = :person)"
    f" OR (collection = '{Received.CLOCKINGS}' AND json_extract(data, '$.person.id') = :person)"
)
"""What is about a person; a clocking that was applied has no data any more."""


class StoreUnusable(Exception):
    """The file of received changes cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Pending(Change):
    """A change that is to be applied."""

    sequence: int
    """Of its arrival: what `done` knows it by."""


class WebhookStore:
    """`folder`/webhooks.db. Use it from the thread that opened it only."""

    def __init__(self, folder: Path) -> None:
        """Open, and make if new. Raises StoreUnusable."""
        self.path = folder / FILE_NAME
        try:
            self._lock = CommitLock(folder / LOCK_NAME)
        except OSError as error:
            raise StoreUnusable(f"{folder / LOCK_NAME} cannot be written: {error.strerror}") from error
        try:
            with self._lock.held():
                self._connection = _opened(self.path)
        except (sqlite3.Error, OSError, LockNotTaken) as error:
            self._lock.close()
            raise self._unusable(error) from error
        except StoreUnusable:
            self._lock.close()
            raise

    def close(self) -> None:
        """Let go of the file. Raises StoreUnusable when another process never lets go of the lock."""
        try:
            with self._lock.held():
                self._connection.close()
        except LockNotTaken as error:
            raise self._unusable(error) from error
        self._lock.close()

    def accept(self, changes: Iterable[Change]) -> int:
        """Keep changes; on the disk when this returns. How many were new. Raises StoreUnusable: then none is kept."""
        with self._transaction() as connection:
            return sum(self._accept(connection, change) for change in changes)

    def pending(self, most: int = 500, *, but_of: Iterable[Received] = ()) -> list[Pending]:
        """What is to be applied: the newest change of each record, in the order of `changeVersion`.

        Those of the collections `but_of` go on waiting. What cannot be read is not waited for any more: it is logged.
        Raises StoreUnusable.
        """
        question = (
            "SELECT collection, key, version, is_gone, data, sequence FROM record WHERE data IS NOT NULL"
            " AND collection NOT IN (SELECT value FROM json_each(?)) ORDER BY version, sequence LIMIT ?"
        )
        try:
            rows = self._connection.execute(question, (json.dumps(list(but_of)), most)).fetchall()
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        found, broken = [], []
        for row in rows:
            try:
                found.append(_pending(row))
            except (ValueError, TypeError, RecursionError):
                broken.append((row[0], row[1], row[5]))
        if broken:
            log.warning("webhook-records-set-aside records=%d; they cannot be read", len(broken))
            self._forget(broken)
        return found

    def done(self, changes: Iterable[Pending]) -> None:
        """These were applied; a newer change of the same record stays pending. Raises StoreUnusable.

        Of clockings, of which there are ever more, only the latest is remembered: the roster knows their versions.
        """
        self._forget([(one.collection.value, one.key, one.sequence) for one in changes])

    def _forget(self, keys: Iterable[tuple[str, int, int]]) -> None:
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE record SET data = NULL WHERE collection = ? AND key = ? AND sequence = ?", keys
            )
            connection.execute(
                "DELETE FROM record WHERE collection = ?1 AND data IS NULL AND sequence <"
                " (SELECT max(sequence) FROM record WHERE collection = ?1 AND data IS NULL)",
                (Received.CLOCKINGS.value,),
            )

    def rows_of_person(self, person_id: int) -> list[dict[str, object]]:
        """What is kept of a person, by the names of the columns. Raises StoreUnusable."""
        try:
            found = self._connection.execute(
                "SELECT collection, version, is_gone, data, received_at FROM record"  # noqa: S608 # constant
                f" WHERE {_OF_PERSON} ORDER BY collection, key",
                {"person": person_id},
            )
            names = [column for column, *_ in found.description]
            return [dict(zip(names, row, strict=True)) for row in found]
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def erase_person(self, person_id: int) -> None:
        """Erase what is kept of a person, down to the bytes. Raises StoreUnusable."""
        with self._transaction() as connection:
            connection.execute(f"DELETE FROM record WHERE {_OF_PERSON}", {"person": person_id})  # noqa: S608 # constant
        try:
            with self._lock.held():
                self._connection.execute("VACUUM")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except (sqlite3.Error, LockHeldByAnother) as error:
            raise self._unusable(error) from error

    def _accept(self, connection: sqlite3.Connection, change: Change) -> int:
        (sequence,) = connection.execute("UPDATE counter SET sequence = sequence + 1 RETURNING sequence").fetchone()
        done = connection.execute(
            # Without a version nothing can be said about the order: then the last one to come counts.
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (collection, key) DO UPDATE SET"
            " version = max(version, excluded.version), sequence = excluded.sequence, is_gone = excluded.is_gone,"
            " data = excluded.data, received_at = excluded.received_at"
            " WHERE excluded.version > record.version OR excluded.version = ''",
            (
                change.collection.value,
                change.key,
                change.version,
                sequence,
                change.is_gone,
                json.dumps({} if change.is_gone else dict(change.data)),
                datetime.now(UTC).isoformat(timespec="seconds"),
            ),
        )
        return done.rowcount

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock.held():
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._connection.execute("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.rollback()
                    raise
        except (sqlite3.Error, LockNotTaken) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> StoreUnusable:
        cause = "another process holds its lock" if isinstance(error, LockHeldByAnother) else type(error).__name__
        name = getattr(error, "sqlite_errorname", None)
        return StoreUnusable(
            f"{self.path} cannot be used ({name or cause}). Look at the disk, the owner and the rights; what it holds"
            " can be fetched again, so a damaged one may be moved aside, with its -wal and -shm."
        )


def _opened(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))  # names and badges: for its owner only
    connection = sqlite3.connect(path, isolation_level=None, timeout=_BUSY_SECONDS)
    try:
        header = tuple(
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if header == (0, 0) and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            marks = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
            connection.executescript(f"BEGIN; {_SCHEMA} {marks} COMMIT;")
        elif header != (APPLICATION_ID, VERSION):
            _refuse(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse(path: Path) -> NoReturn:
    raise StoreUnusable(f"{path} is another program's, or of another version. Move it aside, with its -wal and -shm.")


def _pending(row: tuple[Any, ...]) -> Pending:
    collection, key, version, is_gone, data, sequence = row
    fields = json.loads(data)
    if not isinstance(fields, dict):
        raise TypeError("the data are no object")
    return Pending(Received(collection), key, version, bool(is_gone), fields, sequence)
