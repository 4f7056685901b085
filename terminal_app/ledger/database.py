"""One process's connection to the ledger: transactions under the lock, durable when they end."""

import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from terminal_app.ledger import files
from terminal_app.ledger.commit_lock import PATIENCE_SECONDS, CommitLock, LockNotTaken
from terminal_app.ledger.connection import LedgerConnection
from terminal_app.ledger.errors import DiskFull, LedgerUnusable, NotRecorded
from terminal_app.ledger.failures import SQLiteFailure, kind_of, what_is_wrong
from terminal_app.ledger.files import BUILDING
from terminal_app.ledger.opening import mark_damaged, open_or_salvage
from terminal_app.ledger.reserve import give_up_some, reserve
from terminal_app.ledger.rows import Row
from terminal_app.ledger.wal import checkpoint, wipe_wal

log = logging.getLogger(__name__)

FILE_NAME = files.FILE_NAME
_CONNECTION_IS_WELL = frozenset({"FULL", "BUSY", "LOCKED", "CONSTRAINT", "INTERRUPT"})
"""After any other error it is closed, opened and checked anew: the kernel may have dropped what it had."""
_NUMBER_IS_TAKEN = "event.id"
"""In SQLite's message when the event after the last one is there already: the numbers on the last page are damaged."""
_SALVAGE_SECONDS = 600.0


class LedgerDatabase:
    """One process's connection to the ledger. Use it from the thread that opened it only."""

    def __init__(self, folder: Path, *, patience_seconds: float = PATIENCE_SECONDS, gives_way: bool = False) -> None:
        """Open, check and, if new, create `folder`/ledger.db; wait for another process at most `patience_seconds`.

        Raises LedgerUnusable, with cause and remedy, when this file cannot be trusted with clockings, as far as its
        header, its tables and its latest rows tell: however large it is, others wait for the lock only a moment. The
        courier looks at the rest (courier/ledger_check.py).
        """
        self.path = folder / FILE_NAME
        self._name = os.fspath(self.path)
        self.unreadable: set[int] = set()
        """The rows that were found to make no sense: told once, and passed over."""
        self.told_not_recorded: set[bytes] = set()
        """Ids of clockings whose commit failed, as their guests were told; one may be in the file all the same."""
        self._is_shared = False
        self._must_reopen = False
        self._lock = _take_lock_file(folder, patience_seconds, gives_way=gives_way)
        try:
            self._wait_for_a_salvage()
            with self._lock.held():
                self._open()
        except LockNotTaken as error:
            self._lock.close()
            raise LedgerUnusable(f"{self.path} cannot be opened: {error}") from error
        except BaseException:
            self._lock.close()
            raise

    def _open(self) -> None:
        self.connection = open_or_salvage(self.path)
        self._file = _identity(self._name)
        self._must_reopen = False

    def _wait_for_a_salvage(self) -> None:
        """Another process that salvages holds the lock for longer than a commit takes."""
        end = time.monotonic() + _SALVAGE_SECONDS
        while time.monotonic() < end:
            try:
                with self._lock.held():
                    return
            except LockNotTaken:
                if not (self.path.parent / BUILDING).exists():
                    raise

    def suspect(self, error: Exception) -> None:
        """A reading has failed: the next use of the file opens and checks it anew, if `error` gives cause."""
        kind = kind_of(error) if isinstance(error, SQLiteFailure) else ""
        is_damaged = kind in {"CORRUPT", "NOTADB"} or _NUMBER_IS_TAKEN in str(error)
        if is_damaged:
            mark_damaged(self.path.parent, f"SQLite says: {kind}")
        self._must_reopen |= is_damaged or kind not in _CONNECTION_IS_WELL

    def close(self) -> None:
        """Close the connection; the last one to leave empties the WAL."""
        try:
            with self._lock.held():
                self.connection.close()
        except LockNotTaken:
            log.warning("ledger-left-open: its lock is held; the end of this process closes it")
        self._lock.close()

    def rows(self, question: str, values: Sequence[object] = ()) -> list[Row]:
        """The answer to a question, whole. Raises LedgerUnusable when the file cannot be read."""
        if self._must_reopen:
            self._reopen_to_read()
        try:
            return self.connection.execute(question, values).fetchall()
        except SQLiteFailure as error:
            self.suspect(error)
            raise what_is_wrong(self.path, error) from error

    def _reopen_to_read(self) -> None:
        try:
            with self._held():
                pass
        except NotRecorded as error:
            raise LedgerUnusable(str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[LedgerConnection]:
        """All or nothing, and on the disk when the block is left.

        Raises NotRecorded when the disk refuses, or another process holds the ledger for longer than a commit can take;
        then nothing of the block is kept. Within `together` it is a part of that one.
        """
        if self._is_shared:
            if not self.connection.in_transaction:  # some failures end it, and writes would go out one by one
                raise NotRecorded(f"not written to {self.path}: what it was to be written with has failed")
            yield self.connection
            return
        with self._held():
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                self.connection.last_event = None
                try:
                    yield self.connection
                except BaseException:
                    self.connection.rollback()
                    raise
                self.connection.execute("COMMIT")
                anchors = self.connection.new_anchors
            except SQLiteFailure as error:
                with suppress(sqlite3.Error):  # nothing works any more: it is opened anew
                    if self.connection.in_transaction:
                        self.connection.rollback()
                raise self._not_written(error) from error
            finally:
                self.connection.forget_transaction()
        for number, own in anchors:
            # Whoever re-writes the chain later cannot re-write the log that went elsewhere.
            log.info("audit-anchor event=%d hash=%s", number, own.hex())

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction, and one sync, for every `transaction` within the block: all of them or none.

        Raises NotRecorded as `transaction` does. Everybody else waits as long as the block lasts: keep it short.
        """
        with self.transaction():
            self._is_shared = True
            try:
                yield
            finally:
                self._is_shared = False

    def _not_written(self, error: sqlite3.Error | UnicodeDecodeError) -> NotRecorded:
        text = f"not written to {self.path}: {error}. Is the disk full or failing?"
        if kind_of(error) == "FULL":
            return DiskFull(text, has_made_room=give_up_some(self.path.parent))
        self.suspect(error)
        return NotRecorded(text)

    @contextmanager
    def _held(self) -> Iterator[None]:
        try:
            with self._lock.held():
                if self._must_reopen or _identity(self._name) != self._file:
                    self._reopen()
                yield
        except LockNotTaken as error:
            raise NotRecorded(f"not written to {self.path}: {error}") from error

    def _reopen(self) -> None:
        """After an error, or when another process has put a salvaged ledger in the place of a damaged one."""
        self._must_reopen = True  # until it has succeeded
        log.warning("ledger-reopened")
        try:
            self.connection.close()
            self._open()
        except (LedgerUnusable, OSError, *SQLiteFailure) as error:
            raise NotRecorded(f"not written to {self.path}: {error}") from error

    def checkpoint(self) -> None:
        """Carry the WAL over into the file; for idle moments. A later one does the work of a failed one."""
        with self._held():
            reserve(self.path.parent)
            try:
                checkpoint(self.connection)
            except SQLiteFailure as error:
                raise self._not_written(error) from error

    def wipe_log(self) -> bool:
        """Carry the WAL over and overwrite it: what was erased from the file is not left there. False: not now.

        For moments in which nobody badges: it takes as long as a checkpoint. Raises NotRecorded.
        """
        with self._held():
            try:
                return wipe_wal(self.connection, self.path)
            except SQLiteFailure as error:
                raise NotRecorded(f"the log of {self.path} was not wiped: {error}") from error


def _take_lock_file(folder: Path, patience_seconds: float, *, gives_way: bool) -> CommitLock:
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise LedgerUnusable(f"the folder {folder} {what}. Create it, or change storage.folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LedgerUnusable(
            f"the folder {folder} cannot be written. Give this user the right, or change storage.folder."
        )
    try:
        return CommitLock(folder / "ledger.lock", patience_seconds=patience_seconds, gives_way=gives_way)
    except OSError as error:
        raise LedgerUnusable(
            f"the lock file in {folder} cannot be opened: {error.strerror}. Look at its owner and rights."
        ) from error


def _identity(path: str) -> tuple[int, int] | None:
    try:
        file = os.stat(path)  # noqa: PTH116 # a third of the time of Path.stat, and every recording asks
    except OSError:
        return None
    return file.st_dev, file.st_ino
