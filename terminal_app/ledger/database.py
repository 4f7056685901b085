"""Opening the ledger's file safely, and writing to it durably.

What each setting is for was measured (docs/durability.md): WAL with synchronous=FULL is one sync a commit and loses
nothing in a power cut; a WAL grown once and overwritten from then on halves that sync.
"""

import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from terminal_app.audit.verification import BrokenLink
from terminal_app.clocking.clean_text import clean_text
from terminal_app.ledger import files
from terminal_app.ledger.aside import finish_replacement
from terminal_app.ledger.chain import check_tail
from terminal_app.ledger.commit_lock import PATIENCE_SECONDS, CommitLock, LockNotTaken
from terminal_app.ledger.connection import LedgerConnection, connect
from terminal_app.ledger.errors import ASIDE, DiskFull, LedgerDamaged, LedgerUnusable, NotRecorded
from terminal_app.ledger.files import BUILDING, MARK, sync_folder
from terminal_app.ledger.former_history import chain_former_history
from terminal_app.ledger.reserve import give_up_some, reserve
from terminal_app.ledger.rows import COLUMNS, Row, text_of
from terminal_app.ledger.wal import checkpoint, grow_wal, wal_of, wipe_wal

log = logging.getLogger(__name__)

FILE_NAME = files.FILE_NAME
APPLICATION_ID = 0x434C4B54
"""In the file's header, "CLKT": tells our file from a stranger's."""
_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID_AT = 68
_AT_NEXT_START = "Start the kiosk or the courier anew: it keeps the file aside and salvages its clockings."
_MIGRATIONS = Path(__file__).with_name("migrations")
_CHAIN_BEGINS = 2
"""The version whose migration brings what is there already into the audit chain."""
SQLiteFailure = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite's calls raise: where its message quotes a damaged file, even the message cannot be read."""
_DAMAGED = frozenset({"CORRUPT", "ERROR", "FORMAT", "MISMATCH", "CONSTRAINT", "NOTADB"})
_CONNECTION_IS_WELL = frozenset({"FULL", "BUSY", "LOCKED", "CONSTRAINT", "INTERRUPT"})
"""After any other error it is closed, opened and checked anew: the kernel may have dropped what it had."""
_NUMBER_IS_TAKEN = "event.id"
"""In SQLite's message when the event after the last one is there already: the numbers on the last page are damaged."""
_MOST_VERSIONS = 1000
"""A schema version above that is no newer program's but damage."""
_SALVAGE_SECONDS = 600.0
_FAULTS = {
    "FULL": "cannot be written: the disk is full. Make room.",
    "READONLY": "cannot be written. Look at its owner and rights.",
    "CANTOPEN": "cannot be opened. It has to be a file; look at its owner and rights.",
    "BUSY": "is in use by another program. End that program; only clocking-terminal may open it.",
}
"""What is wrong and what to do, by the first word of SQLite's name of the error."""


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
        self.connection = _open_or_salvage(self.path)
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
        kind = _kind(error) if isinstance(error, SQLiteFailure) else ""
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
        if _kind(error) == "FULL":
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


def _open_or_salvage(path: Path) -> LedgerConnection:
    mark = path.parent / MARK
    try:
        finish_replacement(path.parent)
        if mark.exists():
            raise damaged(path, clean_text(mark.read_text(encoding="utf-8", errors="replace"), 500))
        return _open(path)
    except OSError as error:
        raise LedgerUnusable(f"{path} cannot be used: {error.strerror}. Look at the disk (dmesg).") from error
    except LedgerDamaged as damage:
        from terminal_app.ledger.salvage import salvage  # noqa: PLC0415 # seldom needed

        _refuse_if_a_strangers(path)
        log.error("ledger-damaged %s", damage)
        try:
            salvage(path.parent, str(damage))
        except (OSError, *SQLiteFailure) as error:
            if not mark.exists():
                raise LedgerDamaged(f"{damage} It could not be salvaged: {error}. Is the disk full?") from error
            # Damaged somewhere deep: it takes clockings all the same, and the next start tries again.
            log.error("ledger-not-salvaged %s", error)
            return _open(path)
        mark.unlink(missing_ok=True)
        return _open(path)


def mark_damaged(folder: Path, how: str) -> None:
    """Have the next start salvage the ledger, whatever it then looks like."""
    try:
        (folder / MARK).write_text(how, encoding="utf-8")
    except OSError as error:
        log.error("ledger-not-marked %s", error.strerror)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        file = os.stat(path)  # noqa: PTH116 # a third of the time of Path.stat, and every recording asks
    except OSError:
        return None
    return file.st_dev, file.st_ino


def _open(path: Path) -> LedgerConnection:
    created = not path.exists()
    try:
        _look_before_sqlite_does(path)
        if created:
            path.touch(0o640)  # badge numbers: whoever starts it, others cannot read it
        connection = connect(path)
    except sqlite3.Error as error:
        raise what_is_wrong(path, error) from error
    except OSError as error:
        raise LedgerUnusable(f"{path} cannot be made: {error.strerror}. Is the disk full, or read-only?") from error
    connection.text_factory = text_of
    try:
        _check_is_ours(connection, path)
        _set_up(connection, path)
        migrate(connection, path)
        _check_schema(connection, path)
        _read_latest(connection)
        grow_wal(connection, path)
        if created:
            sync_folder(path.parent)
    except SQLiteFailure as error:
        connection.close()
        raise what_is_wrong(path, error) from error
    except OSError as error:
        connection.close()
        raise LedgerUnusable(f"{path} cannot be opened: {error.strerror}. Look at the disk (dmesg).") from error
    except BaseException:
        connection.close()
        raise
    reserve(path.parent)
    return connection


def _look_before_sqlite_does(path: Path) -> None:
    """What opening the file would change for ever: a log without its file is thrown away, a damaged file written to."""
    wal = wal_of(path)
    is_empty = not path.exists() or (path.is_file() and path.stat().st_size == 0)
    if is_empty and wal.exists() and wal.stat().st_size > 0:
        raise LedgerDamaged(f"{path} is missing or empty, and {wal.name} beside it holds clockings. {_AT_NEXT_START}")
    if path.is_file() and not is_empty:
        with path.open("rb") as file:
            start = file.read(len(_MAGIC))
        if start != _MAGIC and not _first_page_is_in(wal):
            raise damaged(path, "its beginning is not that of a database")


def _first_page_is_in(wal: Path) -> bool:
    """Then SQLite reads it from there: a cut in the middle of a checkpoint may spoil it in the file."""
    from terminal_app.ledger.page_images import page_images  # noqa: PLC0415 # seldom needed

    return wal.exists() and 1 in page_images(b"", wal.read_bytes()).newer


def _refuse_if_a_strangers(path: Path) -> None:
    """Raises LedgerUnusable unless there is something of a ledger in the file, or nothing at all."""
    from terminal_app.ledger.salvage import has_clockings  # noqa: PLC0415 # seldom needed

    if not _is_blank_or_ours(path) and not has_clockings(path.parent):
        raise LedgerUnusable(f"{path} is not a ledger. {ASIDE}; a new one is made at the next start.")


def _is_blank_or_ours(path: Path) -> bool:
    if not path.exists():
        return True
    with path.open("rb") as file:
        start = file.read(1 << 20)
    ours = start[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4] == APPLICATION_ID.to_bytes(4, "big")
    return ours or b"CREATE TABLE clocking (" in start or not start.strip(b"\0")


def what_is_wrong(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> LedgerUnusable:
    """Cause and remedy, for the operator."""
    kind = _kind(error)
    if kind in _DAMAGED:
        return damaged(path)
    known = _FAULTS.get(kind, f"cannot be used: {error}. Look at the disk (dmesg), and at the file's owner and rights.")
    return LedgerUnusable(f"{path} {known}")


def _kind(error: sqlite3.Error | UnicodeDecodeError) -> str:
    """The first word of SQLite's name of the error."""
    name = "SQLITE_CORRUPT" if isinstance(error, UnicodeDecodeError) else getattr(error, "sqlite_errorname", "")
    return name.removeprefix("SQLITE_").partition("_")[0]


def damaged(path: Path, how: str = "") -> LedgerDamaged:
    """What to say of a damaged file."""
    detail = f" ({how})" if how else ""
    return LedgerDamaged(f"{path} is damaged{detail}. {_AT_NEXT_START}")


def _check_is_ours(connection: sqlite3.Connection, path: Path) -> None:
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and application_id != APPLICATION_ID:
        if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'wal_opener'").fetchone():
            raise damaged(path, "its header has changed")
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
    # What is erased is gone from the file, and not only out of sight.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")


def newest_version() -> int:
    """The schema that this program writes."""
    return len(list(_MIGRATIONS.glob("*.sql")))


def check_version(version: int, path: Path) -> None:
    """Raises LedgerUnusable for a schema that this program does not know yet."""
    known = newest_version()
    if not 0 <= version <= _MOST_VERSIONS:
        raise damaged(path, "its version makes no sense")
    if version > known:
        raise LedgerUnusable(
            f"{path} was written by a newer clocking-terminal (version {version}, this one knows {known})."
            " Install the newer one again."
        )


def migrate(connection: LedgerConnection, path: Path) -> None:
    """Bring the tables to the version of this program. Raises LedgerUnusable for those of a newer one."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    steps = sorted(_MIGRATIONS.glob("*.sql"))
    check_version(version, path)
    for number, step in enumerate(steps[version:], start=version + 1):
        connection.executescript(f"BEGIN IMMEDIATE; {step.read_text(encoding='utf-8')}")
        if number == _CHAIN_BEGINS:
            chain_former_history(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """That all tables and indexes are as the migrations make them; there may be others beside them."""
    with closing(connect(":memory:")) as model:
        migrate(model, path)
        if not _schema(model) <= _schema(connection):
            raise damaged(path, "its tables are not those of a ledger")


def _read_latest(connection: sqlite3.Connection) -> None:
    under_way = "state IN ('recorded', 'sending', 'unknown', 'held')"
    for question in (
        f"SELECT {COLUMNS} FROM clocking ORDER BY sequence DESC LIMIT 100",  # noqa: S608 # constants
        f"SELECT sequence FROM clocking INDEXED BY outbox WHERE {under_way} LIMIT 100",  # noqa: S608 # constants
    ):
        connection.execute(question).fetchall()
    try:
        check_tail(connection)
    except BrokenLink as error:
        # Somebody has to look, and whoever badges meanwhile comes first.
        log.error("audit-broken event=%s %s; `clocking-terminal audit verify` looks at all of it", error.event, error)


def _schema(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return set(connection.execute("SELECT name, tbl_name, sql FROM sqlite_schema"))
