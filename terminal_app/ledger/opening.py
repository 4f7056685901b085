"""Opens the ledger's file safely: makes, checks and migrates it, or salvages what is in a damaged one.

What each setting is for was measured (docs/durability.md): WAL with synchronous=FULL is one sync a commit and loses
nothing in a power cut; a WAL grown once and overwritten from then on halves that sync.
"""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from terminal_app.audit.verification import BrokenLink
from terminal_app.clocking.clean_text import clean_text
from terminal_app.ledger.aside import finish_replacement
from terminal_app.ledger.chain import check_tail
from terminal_app.ledger.connection import LedgerConnection, connect
from terminal_app.ledger.errors import ASIDE, LedgerDamaged, LedgerUnusable
from terminal_app.ledger.failures import AT_NEXT_START, SQLiteFailure, damaged, what_is_wrong
from terminal_app.ledger.files import MARK, sync_folder
from terminal_app.ledger.former_history import chain_former_history
from terminal_app.ledger.reserve import reserve
from terminal_app.ledger.rows import COLUMNS, text_of
from terminal_app.ledger.wal import grow_wal, wal_of

log = logging.getLogger(__name__)

APPLICATION_ID = 0x434C4B54
"""In the file's header, "CLKT": tells our file from a stranger's."""
_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID_AT = 68
_MIGRATIONS = Path(__file__).with_name("migrations")
_CHAIN_BEGINS = 2
"""The version whose migration brings what is there already into the audit chain."""
_MOST_VERSIONS = 1000
"""A schema version above that is no newer program's but damage."""


def open_or_salvage(path: Path) -> LedgerConnection:
    """The ledger at `path`, new or old, or a fresh one with what could be salvaged; with its lock held.

    Raises LedgerUnusable and LedgerDamaged, with cause and remedy.
    """
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
        raise LedgerDamaged(f"{path} is missing or empty, and {wal.name} beside it holds clockings. {AT_NEXT_START}")
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
