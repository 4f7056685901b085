"""The ledger's write-ahead log: grown once and overwritten from then on, carried over in idle moments."""

import sqlite3
import struct
from pathlib import Path

GROWN_WAL_BYTES = 4 * 1024 * 1024
_PAGE_BYTES = 4096
_FRAME_BYTES = _PAGE_BYTES + 24
_SMALL_CACHE_PAGES = 16
_HEADER_BYTES = 32
_WAL_MAGIC = 0x377F0682
"""The lowest bit tells the order of bytes in the checksums."""


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


def holds_first_page(path: Path) -> bool:
    """Whether the log of the database at `path` has a newer first page than the file: then SQLite reads that one.

    For a file whose beginning is damaged: a power cut in the middle of a checkpoint does that, and the log mends it. As
    SQLite reads the log ("WAL-mode File Format", sqlite.org): only frames with the log's salts, whose checksums are
    right from the first one on, as far as they are committed.
    """
    try:
        log = wal_of(path).read_bytes()
    except OSError:
        return False
    if len(log) < _HEADER_BYTES:
        return False
    magic, _, page_bytes, _, *salts, first, second = struct.unpack(">8I", log[:_HEADER_BYTES])
    order = ">" if magic & 1 else "<"
    sums = _checksum(log[:24], (0, 0), order)
    if magic & ~1 != _WAL_MAGIC or page_bytes != _PAGE_BYTES or sums != (first, second):
        return False
    has_first_page = False
    for start in range(_HEADER_BYTES, len(log) - _FRAME_BYTES + 1, _FRAME_BYTES):
        number, commit, *of_frame, first, second = struct.unpack(">6I", log[start : start + 24])
        sums = _checksum(log[start + 24 : start + _FRAME_BYTES], _checksum(log[start : start + 8], sums, order), order)
        if of_frame != salts or sums != (first, second):
            return False
        has_first_page = has_first_page or number == 1
        if has_first_page and commit:
            return True
    return False


def _checksum(data: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second


def checkpoint(connection: sqlite3.Connection) -> None:
    """Carry the log over into the file, and begin it anew."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    # The first commit after a checkpoint begins the WAL anew, at the cost of a second sync: paid here, not at a badge.
    connection.execute("UPDATE wal_opener SET checkpoints = checkpoints + 1")


def _write_and_roll_back(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("CREATE TABLE growing (bytes BLOB)")
        # As many pages more as stay in the cache: they are never written to the log.
        size = (GROWN_WAL_BYTES // _FRAME_BYTES + 1 + _SMALL_CACHE_PAGES) * _PAGE_BYTES
        connection.execute("INSERT INTO growing VALUES (zeroblob(?))", (size,))
    finally:
        connection.rollback()
