"""The ledger's write-ahead log: grown once and overwritten from then on, carried over in idle moments."""

import sqlite3
from pathlib import Path

GROWN_WAL_BYTES = 4 * 1024 * 1024
_FRAME_HEADER_BYTES = 24
_SMALL_CACHE_PAGES = 16


def wal_of(path: Path) -> Path:
    """The log of the database at `path`."""
    return path.with_name(path.name + "-wal")


def grow_wal(connection: sqlite3.Connection, path: Path) -> None:
    """Make the log GROWN_WAL_BYTES long, so that a commit overwrites it and changes no file-system metadata.

    Pages that a small cache spills are written to the log before any commit; a rollback gives up their content and
    leaves the file's length. On a disk without that room the log stays as it is: clockings come first.
    """
    # What is in the log goes into the file first: it would grow beyond that otherwise.
    checkpoint(connection)
    if wal_of(path).stat().st_size < GROWN_WAL_BYTES:
        (cache,) = connection.execute("PRAGMA cache_size").fetchone()
        connection.execute(f"PRAGMA cache_size = {_SMALL_CACHE_PAGES}")
        try:
            _write_and_roll_back(connection)
        except sqlite3.OperationalError:
            # The room that was taken until the disk was full is given back.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA cache_size = {cache}")
        checkpoint(connection)


def checkpoint(connection: sqlite3.Connection) -> None:
    """Carry the log over into the file, and begin it anew."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    # The first commit after a checkpoint begins the WAL anew, at the cost of a second sync: paid here, not at a badge.
    connection.execute("UPDATE wal_opener SET checkpoints = checkpoints + 1")


def wipe_wal(connection: sqlite3.Connection, path: Path) -> bool:
    """Carry the log over, give its bytes up, and grow a new one of zeros; False when somebody is reading from it."""
    (timeout,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute("PRAGMA busy_timeout = 50")
    try:
        (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {timeout}")
    if is_busy:
        return False
    grow_wal(connection, path)
    return True


def _write_and_roll_back(connection: sqlite3.Connection) -> None:
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("CREATE TABLE growing (bytes BLOB)")
        # As many pages more as stay in the cache: they are never written to the log.
        size = (GROWN_WAL_BYTES // (page + _FRAME_HEADER_BYTES) + 1 + _SMALL_CACHE_PAGES) * page
        connection.execute("INSERT INTO growing VALUES (zeroblob(?))", (size,))
    finally:
        connection.rollback()
