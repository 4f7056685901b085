"""A reading under way: its pages wait in a file of their own, so that a reader of the roster never sees half of it.

The file is there while a reading lasts. A courier that was killed goes on from it; what is in it is not synced, so it
counts within the same boot only. It may be deleted at any time: the reading then begins again.
"""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.version import Removed
from terminal_app.roster.tables import COLUMNS, Collection, Row

RESUMED_WITHIN_SECONDS = 1800.0
"""After its last page. A paging token's life is not documented, and what was read first grows old."""
_VERSION = 1

_SCHEMA = """
CREATE TABLE {schema}.removed (id {type} PRIMARY KEY, version TEXT NOT NULL);
CREATE TABLE {schema}.record (id {type} PRIMARY KEY, {columns});
CREATE TABLE {schema}.page (number INTEGER PRIMARY KEY, ids TEXT NOT NULL);
CREATE TABLE {schema}.reading (
    mode TEXT NOT NULL, shape TEXT NOT NULL, boot_id TEXT NOT NULL, boottime_ns INTEGER NOT NULL,
    records INTEGER NOT NULL, following TEXT
);
"""


class Mode(StrEnum):
    """What kind of reading it is."""

    LIST = "list"
    """All there is."""
    DELTA_START = "delta-start"
    """All there is, and where to go on for changes."""
    DELTA = "delta"
    """What has changed."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading has come."""

    pages: int
    records: int
    following: str | None
    """Where the next page is; None: it has to begin again."""


class Staging:
    """The file of one collection's reading, attached to the roster's connection."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, collection: Collection, mode: Mode) -> None:
        self._connection = connection
        self._path = path_of(folder, collection)
        self._collection = collection
        self.mode = mode
        self.name = f"new_{collection}"
        """Of the schema, in SQL."""
        self.is_made = False
        """Whether there is a file: a reading of one page needs none."""

    def begin(self, shape: str, now: Moment) -> None:
        """Empty, from the first page. Raises sqlite3.Error or OSError."""
        self.end()
        self._path.touch(0o640)
        self._attach()
        names = ", ".join(f"{name} NOT NULL" if name == "version" else name for name in COLUMNS[self._collection][1:])
        kind = "TEXT" if self._collection is Collection.ACTIVITIES else "INTEGER"
        self._connection.executescript(
            f"BEGIN; {_SCHEMA.format(schema=self.name, type=kind, columns=names)}"
            f" PRAGMA {self.name}.user_version = {_VERSION}; COMMIT;"
        )
        self._connection.execute(
            f"INSERT INTO {self.name}.reading VALUES (?, ?, ?, ?, 0, NULL)",  # noqa: S608 # our own name
            (self.mode.value, shape, now.boot_id, now.boottime_ns),
        )
        self.is_made = True

    def resume(self, shape: str, now: Moment) -> Progress | None:
        """Go on with what another process began; None when there is nothing fresh of this mode and shape."""
        if not self._path.exists():
            return None
        try:
            self._attach()
            (version,) = self._connection.execute(f"PRAGMA {self.name}.user_version").fetchone()
            row = self._connection.execute(
                f"SELECT mode, shape, boot_id, boottime_ns, records, following FROM {self.name}.reading"  # noqa: S608
            ).fetchone()
            (pages,) = self._connection.execute(f"SELECT count(*) FROM {self.name}.page").fetchone()  # noqa: S608
        except sqlite3.Error:
            return None
        if version != _VERSION or row is None or row[:3] != (self.mode.value, shape, now.boot_id):
            return None
        *_, boottime_ns, records, following = row
        age_seconds = (now.boottime_ns - boottime_ns) / 1_000_000_000
        self.is_made = bool(following) and age_seconds <= RESUMED_WITHIN_SECONDS
        return Progress(pages, records, following) if self.is_made else None

    def keep(
        self, rows: Sequence[Row], removed: Sequence[Removed], ids: Sequence[object], following: str | None, now: Moment
    ) -> None:
        """A page: what changed, what is gone, and the ids of all that it showed. Raises sqlite3.Error.

        Of several rows with one id the newest stays, of a row and a removal too; a removal wins over its own version.
        """
        columns = COLUMNS[self._collection]
        marks = ", ".join("?" * len(columns))
        others = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        execute, many = self._connection.execute, self._connection.executemany
        execute("BEGIN")
        try:
            if self.mode is Mode.DELTA:  # without versions the later one counts
                unversioned = f"DELETE FROM {self.name}.removed WHERE id = ? AND version = ''"  # noqa: S608
                many(unversioned, [row[:1] for row in rows])
            many(
                f"INSERT INTO {self.name}.record VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {others}"  # noqa: S608
                " WHERE excluded.version >= version OR excluded.version = ''",
                rows,
            )
            many(
                f"INSERT INTO {self.name}.removed VALUES (?, ?)"  # noqa: S608
                " ON CONFLICT (id) DO UPDATE SET version = excluded.version WHERE excluded.version >= version",
                [(one.id, one.version) for one in removed],
            )
            if removed or self.mode is Mode.DELTA:
                execute(
                    f"DELETE FROM {self.name}.record WHERE id IN (SELECT gone.id FROM {self.name}.removed gone"  # noqa: S608
                    " WHERE gone.id = record.id AND (gone.version >= record.version OR gone.version = ''))"
                )
                execute(
                    f"DELETE FROM {self.name}.removed WHERE id IN (SELECT id FROM {self.name}.record)"  # noqa: S608
                )
            execute(f"INSERT INTO {self.name}.page (ids) VALUES (?)", (json.dumps(ids),))  # noqa: S608
            execute(
                f"UPDATE {self.name}.reading SET records = records + ?, following = ?, boottime_ns = ?",  # noqa: S608
                (len(ids), following, now.boottime_ns),
            )
        except BaseException:
            self._connection.rollback()
            raise
        execute("COMMIT")

    def end(self) -> None:
        """Done, or not wanted any more: the file goes."""
        if not self.is_made and not self._path.exists():
            return
        self.leave()
        self.is_made = False
        for ending in ("", "-journal", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)

    def leave(self) -> None:
        """Let go of the file; it stays, to be gone on with."""
        with suppress(sqlite3.Error):  # it is not attached
            self._connection.execute(f"DETACH {self.name}")

    def _attach(self) -> None:
        self._connection.execute(f"ATTACH ? AS {self.name}", (str(self._path),))
        # Not the disk's safety but the process's: nothing here outlives a boot.
        self._connection.execute(f"PRAGMA {self.name}.synchronous = OFF")


def path_of(folder: Path, collection: Collection) -> Path:
    """Where the reading of a collection waits."""
    return folder / f"reading-{collection}.db"


def progress_of(folder: Path, collection: Collection) -> Progress | None:
    """How far a reading under way has come, for an onlooker; None when there is none."""
    path = path_of(folder, collection)
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)) as connection:
            (pages,) = connection.execute("SELECT count(*) FROM page").fetchone()
            records, following = connection.execute("SELECT records, following FROM reading").fetchone()
    except (sqlite3.Error, TypeError):  # it ends or begins just now
        return None
    return Progress(pages, records, following)
