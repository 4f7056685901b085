"""Opening the ledger's file safely, and writing to it durably.

What each setting is for was measured (docs/durability.md): WAL with synchronous=FULL is one sync a commit and loses
nothing in a power cut; a WAL grown once and overwritten from then on halves that sync.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terminal_app.ledger.commit_lock import CommitLock
from terminal_app.ledger.errors import LedgerUnusable, NotRecorded
from terminal_app.ledger.rows import text_of

FILE_NAME = "ledger.db"
APPLICATION_ID = 0x434C4B54
"""In the file's header, "CLKT": tells our file from a stranger's."""
GROWN_WAL_BYTES = 4 * 1024 * 1024
_PAGE_BYTES = 4096
_FRAME_BYTES = _PAGE_BYTES + 24
_MIGRATIONS = Path(__file__).with_name("migrations")


class LedgerDatabase:
    """One process's connection to the ledger. Use it from the thread that opened it only."""

    def __init__(self, folder: Path) -> None:
        """Open, check and, if new, create `folder`/ledger.db.

        Raises LedgerUnusable, with cause and remedy, when this file cannot be trusted with clockings.
        """
        self.path = folder / FILE_NAME
        self.unreadable: set[int] = set()
        """The rows that were found to make no sense: told once, and passed over."""
        self._lock = _take_lock_file(folder)
        try:
            with self._lock.held():
                self.connection = _open(self.path)
        except BaseException:
            self._lock.close()
            raise

    def close(self) -> None:
        """Close the connection; the last one to leave empties the WAL."""
        with self._lock.held():
            self.connection.close()
        self._lock.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, and on the disk when the block is left.

        Raises NotRecorded when the disk refuses; then nothing of the block is kept.
        """
        with self._lock.held():
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self.connection
                except BaseException:
                    self.connection.rollback()
                    raise
                self.connection.execute("COMMIT")
            except sqlite3.Error as error:
                if self.connection.in_transaction:
                    self.connection.rollback()
                raise NotRecorded(f"not written to {self.path}: {error}. Is the disk full or failing?") from error

    def wal_bytes(self) -> int:
        """How much of the WAL file is in use or may be, in bytes: its size."""
        try:
            return self.path.with_name(self.path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def checkpoint(self) -> None:
        """Carry the WAL over into the file; for idle moments. A later one does the work of a failed one."""
        with self._lock.held():
            try:
                _checkpoint(self.connection)
            except sqlite3.Error as error:
                raise NotRecorded(f"no checkpoint of {self.path}: {error}. Is the disk full or failing?") from error


def _take_lock_file(folder: Path) -> CommitLock:
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise LedgerUnusable(f"the folder {folder} {what}. Create it, or change storage.folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LedgerUnusable(
            f"the folder {folder} cannot be written. Give this user the right, or change storage.folder."
        )
    try:
        return CommitLock(folder / "ledger.lock")
    except OSError as error:
        raise LedgerUnusable(
            f"the lock file in {folder} cannot be opened: {error.strerror}. Look at its owner and rights."
        ) from error


def _open(path: Path) -> sqlite3.Connection:
    created = not path.exists()
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    except sqlite3.Error as error:
        raise LedgerUnusable(f"{path} cannot be opened: {error}. Look at its owner and rights.") from error
    connection.text_factory = text_of
    try:
        _check_is_ours(connection, path)
        _set_up(connection, path)
        _migrate(connection, path)
        _grow_wal(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise LedgerUnusable(_in_words(path, error)) from error
    except BaseException:
        connection.close()
        raise
    if created:
        _sync_folder(path.parent)
    return connection


def _in_words(path: Path, error: sqlite3.DatabaseError) -> str:
    match error.sqlite_errorname:
        case "SQLITE_NOTADB":
            return f"{path} is not a ledger. Move it aside; a new one is made at the next start."
        case "SQLITE_CORRUPT":
            return f"{path} is damaged. Move it aside, keep it (its clockings may be readable), and start again."
        case "SQLITE_FULL":
            return f"{path} cannot be written: the disk is full. Make room."
        case "SQLITE_READONLY" | "SQLITE_READONLY_DIRECTORY" | "SQLITE_CANTOPEN":
            return f"{path} cannot be written. Look at its owner and rights."
        case _:
            return f"{path} cannot be used: {error}."


def _check_is_ours(connection: sqlite3.Connection, path: Path) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and application_id != APPLICATION_ID:
        raise LedgerUnusable(f"{path} is another program's database. Move it aside, or change storage.folder.")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise LedgerUnusable(
            f"{path} is damaged ({verdict}). Move it aside, keep it (its clockings may be readable), and start again."
        )


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    # Fetched and compared: a failing disk may leave the old mode unnoticed, and the next writes would succeed.
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise LedgerUnusable(f"{path} cannot use a write-ahead log (it stays in mode {mode}). Use a local ext4 disk.")
    connection.execute("PRAGMA synchronous = FULL")
    # Checkpoints are for idle moments, never between a badge and its answer.
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA foreign_keys = ON")


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    steps = sorted(_MIGRATIONS.glob("*.sql"))
    if version > len(steps):
        raise LedgerUnusable(
            f"{path} was written by a newer clocking-terminal (version {version}, this one knows {len(steps)}). "
            "Install the newer one again."
        )
    for number, step in enumerate(steps[version:], start=version + 1):
        connection.executescript(
            f"BEGIN; {step.read_text(encoding='utf-8')} PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {number}; COMMIT;"
        )


def _grow_wal(connection: sqlite3.Connection) -> None:
    """Make the WAL file GROWN_WAL_BYTES long, so that a commit overwrites it and changes no file-system metadata.

    Pages that a small cache spills are written to the WAL before any commit; a rollback gives up their content and
    leaves the file's length.
    """
    (cache,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute("PRAGMA cache_size = 16")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("CREATE TABLE growing (bytes BLOB)")
    connection.execute("INSERT INTO growing VALUES (zeroblob(?))", (GROWN_WAL_BYTES // _FRAME_BYTES * _PAGE_BYTES,))
    connection.execute("ROLLBACK")
    connection.execute(f"PRAGMA cache_size = {cache}")
    _checkpoint(connection)


def _checkpoint(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    # The first commit after a checkpoint begins the WAL anew, at the cost of a second sync: paid here, not at a badge.
    connection.execute("UPDATE wal_opener SET checkpoints = checkpoints + 1")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
