"""The roster's file: opened to write, or put anew in the place of what cannot be used. It can be fetched again."""

import logging
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from terminal_app.roster.schema import APPLICATION_ID, FILE_NAME, SCHEMA, VERSION

log = logging.getLogger(__name__)

_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})
_LARGEST_WAL_BYTES = 4 * 1024 * 1024
_CARRIED_OVER = (
    "person",
    "reason",
    "activity",
    "counter_definition",
    "balance",
    "day_clocking",
    "link",
    "read_back",
    "day_audit",
)
"""What an older file gives to the new one, so that the kiosk has names until the next reading is through."""


class RosterNotWritten(Exception):
    """The roster could not be written; what it held before is still there, or will be read again."""


def open_roster(path: Path) -> sqlite3.Connection:
    """The writer's connection; a foreign, older or damaged file is replaced. Raises RosterNotWritten."""
    try:
        if _is_sound(path):
            return _connected(path)
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise RosterNotWritten(f"{path} cannot be opened: {error}. Look at its owner and rights.") from error
    return new_roster(path)


def new_roster(path: Path) -> sqlite3.Connection:
    """Put a new roster in the place of whatever is there, at once for every reader. Raises RosterNotWritten.

    It has what an older roster of ours holds, and is empty otherwise.
    """
    fresh = path.with_name(f"{FILE_NAME}.new")
    try:
        fresh.unlink(missing_ok=True)
        fresh.touch(0o640)  # names and badge numbers: whoever starts it, others cannot read it
        with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
            header = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
            connection.executescript(f"BEGIN; {SCHEMA} {header} COMMIT;")
            _carry_over(connection, path)
        # What lies beside the old file would be played into the new one.
        for ending in ("-wal", "-shm", "-journal"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        fresh.replace(path)
        return _connected(path)
    except (sqlite3.Error, OSError) as error:
        raise RosterNotWritten(f"{path} cannot be made: {error}. Look at the folder's rights.") from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file itself is at fault."""
    return getattr(error, "sqlite_errorname", "") in _DAMAGED  # the module's own errors have none


def header_of(connection: sqlite3.Connection) -> tuple[int, int]:
    """Application id and version of a file."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application_id, version


def _is_sound(path: Path) -> bool:
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        if header_of(connection) != (APPLICATION_ID, VERSION):
            return False
        verdict: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        return verdict == "ok"


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    # Readers never wait in this mode; the last moments may be lost in a power cut, and can be fetched again.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA journal_size_limit = {_LARGEST_WAL_BYTES}")
    return connection


def _carry_over(connection: sqlite3.Connection, path: Path) -> None:
    """Copy what both files have, if the other is an older one of ours and sound; else nothing."""
    if not path.exists():
        return
    from sqlite_utils import Database  # noqa: PLC0415 # needed once for each new shape of the roster

    with suppress(sqlite3.Error), closing(sqlite3.connect(path, isolation_level=None)) as old:
        application_id, version = header_of(old)
        if application_id != APPLICATION_ID or not 0 < version < VERSION:
            return
        former, fresh = Database(old), Database(connection)
        for table in _CARRIED_OVER:
            known = former.table(table).columns_dict if former.table(table).exists() else {}
            names = ", ".join(name for name in fresh.table(table).columns_dict if name in known)
            if not names:
                continue
            try:
                fresh.table(table).insert_all(former.query(f"SELECT {names} FROM {table}"))  # noqa: S608 # our own names
            except sqlite3.Error as error:
                log.warning("roster-not-carried-over table=%s error=%s", table, type(error).__name__)
