"""The courier's side of the roster: keeping it as Protime has it. Only one process writes this file.

A record that has not changed is not written again: a reading of 100,000 people that brings nothing new costs the card
nothing. What cannot be trusted is made anew, for all of it can be fetched again.
"""

import json
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

from sqlite_utils import Database

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition
from terminal_app.clocking.person import Person
from terminal_app.roster.link import Link
from terminal_app.roster.person_rows import write_people
from terminal_app.roster.schema import APPLICATION_ID, FILE_NAME, SCHEMA, VERSION

log = logging.getLogger(__name__)

MANY_PEOPLE = 10
_DELETED_AT_A_TIME = 500
_READ_AT_A_TIME = 500
_DAMAGED = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})

Row = Mapping[str, object]


class Collection(StrEnum):
    """What is read from Protime; the values are the tables' names."""

    PEOPLE = "person"
    REASONS = "reason"
    ACTIVITIES = "activity"


class RosterNotWritten(Exception):
    """The roster could not be written; what it held before is still there, or will be read again."""


class RosterWriter:
    """The only writer's connection. Use it from the thread that opened it only."""

    def __init__(self, folder: Path) -> None:
        """Open `folder`/roster.db; a foreign, older or damaged file is replaced. Raises RosterNotWritten."""
        self._path = folder / FILE_NAME
        self._seen: dict[Collection, set[object]] = {}
        self._changes = 0
        self._shrank: set[Collection] = set()
        """Whose last reading brought too little to be believed."""
        self._connection = self._open()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def begin_reading(self, collection: Collection) -> None:
        """A reading from the first page; an earlier one that was not finished is forgotten and deletes nothing."""
        self._seen[collection] = set()
        self._changes = 0

    def people_page(self, people: Sequence[Person]) -> None:
        """Keep a page of people. Raises RosterNotWritten."""
        seen = self._of_reading(Collection.PEOPLE)
        with self._transaction() as connection:
            changed = write_people(connection, people, self._reading(Collection.PEOPLE))
        self._changes += changed
        seen.update(person.id for person in people)

    def reasons_page(self, reasons: Sequence[ReasonDefinition]) -> None:
        """Keep a page of absence definitions. Raises RosterNotWritten."""
        self._keep(Collection.REASONS, [_reason_row(reason) for reason in reasons])

    def activities_page(self, activities: Sequence[ActivityDefinition]) -> None:
        """Keep a page of activity definitions. Raises RosterNotWritten."""
        self._keep(Collection.ACTIVITIES, [_activity_row(activity) for activity in activities])

    def finish_reading(self, collection: Collection) -> int:
        """After the last page: delete what was on none. Returns how many rows were written, changed or deleted.

        A reading that would empty the collection, or take away more than half of more than MANY_PEOPLE, deletes
        nothing the first time: it counts once the next one says the same. Raises RosterNotWritten.
        """
        seen = self._of_reading(collection)
        with self._transaction() as connection:
            stored = [key for (key,) in connection.execute(f"SELECT id FROM {collection}")]  # noqa: S608 # an enum's
            gone = [key for key in stored if key not in seen]
            if not self._is_believed(collection, before=len(stored), now=len(seen)):
                gone = []
            for some in _portions(gone, _DELETED_AT_A_TIME):
                connection.execute(
                    f"DELETE FROM {collection} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
                    (json.dumps(some),),
                )
            connection.execute(
                "INSERT OR REPLACE INTO reading (collection, reading, at, records) VALUES (?, ?, ?, ?)",
                (collection.value, self._reading(collection), datetime.now(UTC).isoformat(), len(seen)),
            )
        del self._seen[collection]
        return self._changes + len(gone)

    def write_link(self, link: Link) -> None:
        """Tell the screen how Protime can be reached. Raises RosterNotWritten."""
        row = {"id": 1, "state": link.state.value, "since": link.since.isoformat(), "explanation": link.explanation}
        with self._transaction() as connection:
            _upsert(connection, "link", [row])

    def _keep(self, collection: Collection, rows: Sequence[Row]) -> None:
        seen = self._of_reading(collection)
        with self._transaction() as connection:
            reading = self._reading(collection)
            changed = [row for row in _changed(connection, collection, rows) if _can_be_written(collection, row)]
            if changed:
                _upsert(connection, collection, [{**row, "reading": reading} for row in changed])
        self._changes += len(changed)
        seen.update(row["id"] for row in rows)

    def _is_believed(self, collection: Collection, *, before: int, now: int) -> bool:
        is_half_gone = collection is Collection.PEOPLE and before > MANY_PEOPLE and now * 2 < before
        if not is_half_gone and (now or not before):
            self._shrank.discard(collection)
            return True
        if collection in self._shrank:
            self._shrank.discard(collection)
            return True
        self._shrank.add(collection)
        log.warning(
            "roster-shrank collection=%s before=%d now=%d; nobody is deleted unless the next reading says the same",
            collection.value,
            before,
            now,
        )
        return False

    def _of_reading(self, collection: Collection) -> set[object]:
        if collection not in self._seen:
            raise RosterNotWritten(f"{self._path} was made anew: the reading has to begin again")
        return self._seen[collection]

    def _reading(self, collection: Collection) -> int:
        row = self._connection.execute(
            "SELECT reading FROM reading WHERE collection = ?", (collection.value,)
        ).fetchone()
        return int(row[0]) + 1 if row else 1

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.rollback()
            if _name(error) in _DAMAGED:
                self._connection.close()
                self._connection = self._anew()
            raise RosterNotWritten(f"not written to {self._path}: {error}. Is the disk full or failing?") from error

    def _open(self) -> sqlite3.Connection:
        try:
            if _is_ours(self._path):
                return _connected(self._path)
        except sqlite3.DatabaseError as error:
            if _name(error) not in _DAMAGED:
                raise RosterNotWritten(
                    f"{self._path} cannot be opened: {error}. Look at its owner and rights."
                ) from error
        return self._anew()

    def _anew(self) -> sqlite3.Connection:
        """Put an empty roster in the place of whatever is there, at once for every reader."""
        self._seen.clear()
        fresh = self._path.with_name(f"{FILE_NAME}.new")
        try:
            fresh.unlink(missing_ok=True)
            fresh.touch(0o640)  # names and badge numbers: whoever starts it, others cannot read it
            with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
                header = f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION};"
                connection.executescript(f"BEGIN; {SCHEMA} {header} COMMIT;")
            # What lies beside the old file would be played into the new one.
            for ending in ("-wal", "-shm", "-journal"):
                self._path.with_name(FILE_NAME + ending).unlink(missing_ok=True)
            fresh.replace(self._path)
            return _connected(self._path)
        except (sqlite3.Error, OSError) as error:
            raise RosterNotWritten(f"{self._path} cannot be made: {error}. Look at the folder's rights.") from error


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "")  # the module's own errors have none


def _is_ours(path: Path) -> bool:
    if not path.exists():
        return False
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        header = tuple(
            connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
        )
        if header != (APPLICATION_ID, VERSION):
            return False
        verdict: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        return verdict == "ok"


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0)
    # Readers never wait in this mode; the last moments may be lost in a power cut, and can be fetched again.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _changed(connection: sqlite3.Connection, collection: Collection, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows that the file does not hold like this already; of two with one id the last."""
    last = {row["id"]: row for row in rows}
    for keys in _portions(list(last), _READ_AT_A_TIME):
        names = list(last[keys[0]])
        stored = {
            values[0]: values
            for values in connection.execute(
                f"SELECT {', '.join(names)} FROM {collection}"  # noqa: S608 # our own names
                " WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(keys),),
            )
        }
        yield from (last[key] for key in keys if stored.get(key) != tuple(last[key].values()))


def _can_be_written(collection: Collection, row: Row) -> bool:
    """Whether all texts of a row are text. One that is not is no more than that: what was there before stays."""
    try:
        "".join(value for value in row.values() if isinstance(value, str)).encode()
    except UnicodeEncodeError:
        log.warning("roster-record-not-kept collection=%s", collection.value)
        return False
    return True


def _upsert(connection: sqlite3.Connection, table: str, rows: Sequence[Row]) -> None:
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    database.table(table).upsert_all([dict(row) for row in rows], pk="id", batch_size=_READ_AT_A_TIME)


def _portions(keys: Sequence[object], size: int) -> Iterator[Sequence[object]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def _reason_row(reason: ReasonDefinition) -> Row:
    return {
        "id": reason.id,
        "code": reason.code,
        "name": reason.name.default,
        "translations": _texts(reason.name.translations),
        "is_enabled": int(reason.is_enabled),
        "is_reason_for_clocking": int(reason.is_reason_for_clocking),
    }


def _activity_row(activity: ActivityDefinition) -> Row:
    return {
        "id": activity.id,
        "level": activity.level,
        "parent_id": activity.parent_id,
        "name": activity.name.default,
        "translations": _texts(activity.name.translations),
        "data_entry_code": activity.data_entry_code,
        "external_reference": activity.external_reference,
        "active_from": _day(activity.active_from),
        "active_until": _day(activity.active_until),
    }


def _texts(translations: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(translations.items())), ensure_ascii=False)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
