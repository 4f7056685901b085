"""Opening the ledger's file safely, and writing to it durably.

What each setting is for was measured (docs/durability.md): WAL with synchronous=FULL is one sync a commit and loses
nothing in a power cut; a WAL grown once and overwritten from then on halves that sync.
"""

import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from terminal_app.ledger.commit_lock import PATIENCE_SECONDS, CommitLock, LockNotTaken
from terminal_app.ledger.errors import ASIDE, LedgerUnusable, NotRecorded
from terminal_app.ledger.rows import COLUMNS, Row, text_of
from terminal_app.ledger.wal import checkpoint, grow_wal, holds_first_page, wal_of

log = logging.getLogger(__name__)

FILE_NAME = "ledger.db"
APPLICATION_ID = 0x434C4B54
"""In the file's header, "CLKT": tells our file from a stranger's."""
_MAGIC = b"SQLite format 3\0"
_MIGRATIONS = Path(__file__).with_name("migrations")
SQLiteFailure = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite's calls raise: where its message quotes a damaged file, even the message cannot be read."""
_DAMAGED = frozenset({"CORRUPT", "ERROR", "FORMAT", "MISMATCH", "CONSTRAINT"})
_FAULTS = {
    "NOTADB": f"is not a ledger. {ASIDE}; a new one is made at the next start.",
    "FULL": "cannot be written: the disk is full. Make room.",
    "READONLY": "cannot be written. Look at its owner and rights.",
    "CANTOPEN": "cannot be opened. It has to be a file; look at its owner and rights.",
    "BUSY": "is in use by another program. End that program; only clocking-terminal may open it.",
}
"""What is wrong and what to do, by the first word of SQLite's name of the error."""


class LedgerDatabase:
    """One process's connection to the ledger. Use it from the thread that opened it only."""

    def __init__(self, folder: Path, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Open, check and, if new, create `folder`/ledger.db; wait for another process at most `patience_seconds`.

        Raises LedgerUnusable, with cause and remedy, when this file cannot be trusted with clockings, as far as its
        header, its tables and its latest rows tell: however large it is, others wait for the lock only a moment. The
        courier looks at the rest (courier/ledger_check.py).
        """
        self.path = folder / FILE_NAME
        self.unreadable: set[int] = set()
        """The rows that were found to make no sense: told once, and passed over."""
        self._is_shared = False
        self._lock = _take_lock_file(folder, patience_seconds)
        try:
            with self._lock.held():
                self.connection = _open(self.path)
        except LockNotTaken as error:
            self._lock.close()
            raise LedgerUnusable(f"{self.path} cannot be opened: {error}") from error
        except BaseException:
            self._lock.close()
            raise

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
        try:
            return self.connection.execute(question, values).fetchall()
        except SQLiteFailure as error:
            raise LedgerUnusable(what_is_wrong(self.path, error)) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
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
                try:
                    yield self.connection
                except BaseException:
                    self.connection.rollback()
                    raise
                self.connection.execute("COMMIT")
            except SQLiteFailure as error:
                if self.connection.in_transaction:
                    self.connection.rollback()
                raise self._not_written(error) from error

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
        return NotRecorded(f"not written to {self.path}: {error}. Is the disk full or failing?")

    @contextmanager
    def _held(self) -> Iterator[None]:
        try:
            with self._lock.held():
                yield
        except LockNotTaken as error:
            raise NotRecorded(f"not written to {self.path}: {error}") from error

    def checkpoint(self) -> None:
        """Carry the WAL over into the file; for idle moments. A later one does the work of a failed one."""
        with self._held():
            try:
                checkpoint(self.connection)
            except SQLiteFailure as error:
                raise NotRecorded(f"no checkpoint of {self.path}: {error}. Is the disk full or failing?") from error


def _take_lock_file(folder: Path, patience_seconds: float) -> CommitLock:
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
        raise LedgerUnusable(f"the folder {folder} {what}. Create it, or change storage.folder.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LedgerUnusable(
            f"the folder {folder} cannot be written. Give this user the right, or change storage.folder."
        )
    try:
        return CommitLock(folder / "ledger.lock", patience_seconds=patience_seconds)
    except OSError as error:
        raise LedgerUnusable(
            f"the lock file in {folder} cannot be opened: {error.strerror}. Look at its owner and rights."
        ) from error


def _open(path: Path) -> sqlite3.Connection:
    created = not path.exists()
    try:
        _look_before_sqlite_does(path)
        if created:
            path.touch(0o640)  # badge numbers: whoever starts it, others cannot read it
        connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    except sqlite3.Error as error:
        raise LedgerUnusable(what_is_wrong(path, error)) from error
    except OSError as error:
        raise LedgerUnusable(f"{path} cannot be made: {error.strerror}. Is the disk full, or read-only?") from error
    connection.text_factory = text_of
    try:
        _check_is_ours(connection, path)
        _set_up(connection, path)
        _migrate(connection, path)
        _check_schema(connection, path)
        _read_latest(connection)
        grow_wal(connection, path)
        if created:
            _sync_folder(path.parent)
    except SQLiteFailure as error:
        connection.close()
        raise LedgerUnusable(what_is_wrong(path, error)) from error
    except OSError as error:
        connection.close()
        raise LedgerUnusable(f"{path} cannot be opened: {error.strerror}. Look at the disk (dmesg).") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _look_before_sqlite_does(path: Path) -> None:
    """What opening the file would change for ever: a log without its file is thrown away, a damaged file written to."""
    wal = wal_of(path)
    if (not path.exists() or (path.is_file() and path.stat().st_size == 0)) and wal.exists() and wal.stat().st_size > 0:
        raise LedgerUnusable(
            f"{path} is missing or empty, and {wal.name} beside it holds clockings. Put {path.name} back where it was"
            f" taken from; or move every {path.name}* aside, keep them, and start again."
        )
    if path.is_file():
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
        if start not in (b"", _MAGIC) and not holds_first_page(path):
            raise LedgerUnusable(f"{path} {_FAULTS['NOTADB']}")


def what_is_wrong(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> str:
    """Cause and remedy, for the operator."""
    name = "SQLITE_CORRUPT" if isinstance(error, UnicodeDecodeError) else getattr(error, "sqlite_errorname", "")
    kind = name.removeprefix("SQLITE_").partition("_")[0]
    if kind in _DAMAGED:
        return damaged(path)
    known = _FAULTS.get(kind, f"cannot be used: {error}. Look at the disk (dmesg), and at the file's owner and rights.")
    return f"{path} {known}"


def damaged(path: Path, how: str = "") -> str:
    """What to say of a damaged file."""
    detail = f" ({how})" if how else ""
    return f"{path} is damaged{detail}. {ASIDE}, keep them (clockings may be readable), and start again."


def _check_is_ours(connection: sqlite3.Connection, path: Path) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and application_id != APPLICATION_ID:
        raise LedgerUnusable(f"{path} is another program's database. {ASIDE}, or change storage.folder.")


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    # Fetched and compared: a failing disk may leave the old mode unnoticed, and the next writes would succeed.
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise LedgerUnusable(f"{path} cannot use a write-ahead log (it stays in mode {mode}). Use a local ext4 disk.")
    connection.execute("PRAGMA synchronous = FULL")
    # Checkpoints are for idle moments, never between a badge and its answer.
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("PRAGMA foreign_keys = ON")


def check_version(version: int, path: Path) -> None:
    """Raises LedgerUnusable for a schema that this program does not know yet."""
    known = len(list(_MIGRATIONS.glob("*.sql")))
    if version > known:
        raise LedgerUnusable(
            f"{path} was written by a newer clocking-terminal (version {version}, this one knows {known})."
            " Install the newer one again."
        )


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    steps = sorted(_MIGRATIONS.glob("*.sql"))
    check_version(version, path)
    for number, step in enumerate(steps[version:], start=version + 1):
        connection.executescript(
            f"BEGIN; {step.read_text(encoding='utf-8')} PRAGMA application_id = {APPLICATION_ID}; "
            f"PRAGMA user_version = {number}; COMMIT;"
        )


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """That all tables and indexes are as the migrations make them; there may be others beside them."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        _migrate(model, path)
        if not _schema(model) <= _schema(connection):
            raise LedgerUnusable(damaged(path, "its tables are not those of a ledger"))


def _read_latest(connection: sqlite3.Connection) -> None:
    under_way = "state IN ('recorded', 'sending', 'unknown', 'held')"
    for question in (
        f"SELECT {COLUMNS} FROM clocking ORDER BY sequence DESC LIMIT 100",  # noqa: S608 # constants
        f"SELECT sequence FROM clocking INDEXED BY outbox WHERE {under_way} LIMIT 100",  # noqa: S608 # constants
        "SELECT * FROM history ORDER BY id DESC LIMIT 100",
    ):
        connection.execute(question).fetchall()


def _schema(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return set(connection.execute("SELECT name, tbl_name, sql FROM sqlite_schema"))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
