"""The courier's side of the roster: keeping it as Protime has it. Only one process writes this file.

The pages of a reading wait beside the roster (`staging.py`) and come into it in one transaction; a lone page, as of
most deltas, waits in memory. A record that has not changed is not written: a reading of 100,000 people that brings
nothing new costs the card one row. An older version of a record never takes the place of a newer one, nor of its
removal.
"""

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.counters import FLEXTIME, Balance, DayClocking
from terminal_app.clocking.version import Removed, Versioned
from terminal_app.roster.file import RosterNotWritten, is_damage, new_roster, open_roster
from terminal_app.roster.link import Link
from terminal_app.roster.merging import delete_staged, write_changes, write_clockings, write_rows, write_staged
from terminal_app.roster.schema import FILE_NAME
from terminal_app.roster.staging import Mode, Progress, Staging
from terminal_app.roster.tables import (
    BALANCE_COLUMNS,
    COLUMNS,
    DAY_CLOCKING_COLUMNS,
    Collection,
    Kept,
    Row,
    balance_row,
    day_clocking_row,
    in_portions,
    is_writable,
    rows_of,
)

log = logging.getLogger(__name__)

MANY_PEOPLE = 10
_READ_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of a reading."""

    rows: Sequence[Row]
    """What has changed."""
    removed: Sequence[Removed]
    ids: Sequence[object]
    """Of all that it showed."""

    def is_plain(self) -> bool:
        """Whether it tells of each record once: which of two counts is the staging's to know."""
        told = [*self.ids, *(one.id for one in self.removed)]
        return len(set(told)) == len(told)


@dataclass(slots=True)
class _Reading:
    """One under way."""

    staging: Staging
    shape: str
    """Of what is wanted."""
    page: _Page | None = None
    """The first one, as long as it may be the only one."""

    def shown(self) -> "_Shown":
        """All that was on a page."""
        if self.staging.is_made:
            return _Shown(f"SELECT value FROM {self.staging.name}.page, json_each(page.ids)")  # noqa: S608 # our own name
        ids = self.page.ids if self.page is not None else []
        return _Shown("SELECT value FROM json_each(?)", (json.dumps(ids),))


@dataclass(frozen=True, slots=True)
class _Shown:
    """A question for the ids of all that was on a page."""

    question: str
    values: tuple[str, ...] = ()


class RosterWriter:
    """The only writer's connection. Use it from the thread that opened it only."""

    def __init__(self, folder: Path) -> None:
        """Open `folder`/roster.db; a foreign, older or damaged file is replaced. Raises RosterNotWritten."""
        self._folder = folder
        self._path = folder / FILE_NAME
        self._readings: dict[Collection, _Reading] = {}
        """Under way."""
        self._shrank: set[Collection] = set()
        """Whose last reading brought too little to be believed."""
        self._connection = open_roster(self._path)

    def close(self) -> None:
        """Let go of the file; readings under way may be gone on with by the next writer."""
        self._connection.close()

    def begin_reading(
        self, collection: Collection, now: Moment, *, mode: Mode = Mode.LIST, shape: str = "", resume: bool = False
    ) -> Progress | None:
        """A reading; with `resume` the one that was interrupted, if there is a fresh one of this mode and shape.

        Returns how far that one had come; None: it begins with the first page. Raises RosterNotWritten.
        """
        former = self._readings.pop(collection, None)
        if former is not None:
            former.staging.leave()
        with self._refusals():
            staging = Staging(self._connection, self._folder, collection, mode)
            progress = staging.resume(shape, now) if resume else None
            if progress is None:
                staging.end()
                self._begin_afresh(collection, shape)
        self._readings[collection] = _Reading(staging, shape)
        return progress

    def keep_page(
        self,
        collection: Collection,
        records: Sequence[Versioned[Kept]],
        now: Moment,
        *,
        removed: Sequence[Removed] = (),
        following: str | None = None,
    ) -> None:
        """Keep a page of a reading, to be seen once it is finished. Raises RosterNotWritten."""
        reading = self._of_reading(collection)
        rows = rows_of(records)
        ids = [row[0] for row in rows]
        staging = reading.staging
        with self._refusals():
            if staging.mode is not Mode.DELTA:
                rows = self._changed(collection, rows)
            page = _Page(_writable(collection.value, rows), removed, ids)
            if following is None and not staging.is_made and reading.page is None and page.is_plain():
                reading.page = page
                return
            if not staging.is_made:
                staging.begin(reading.shape, now)
            if reading.page is not None:  # it was not the only one after all
                staging.keep(reading.page.rows, reading.page.removed, reading.page.ids, None, now)
                reading.page = None
            staging.keep(page.rows, removed, ids, following, now)

    def finish_reading(self, collection: Collection, token: str | None = None) -> int:
        """After the last page: all of it at once, and what was on none is deleted unless only changes were read.

        `token` is where to go on with a delta. Returns how many records were written, changed or deleted. A reading
        that would empty the collection, or take away more than half of more than MANY_PEOPLE, deletes nothing the
        first time: it counts once the next one says the same. Raises RosterNotWritten.
        """
        reading = self._of_reading(collection)
        staging, shape = reading.staging, reading.shape
        with self._transaction() as connection:
            if staging.is_made:
                changes = write_staged(connection, collection, staging.name)
                changes += delete_staged(connection, collection, staging.name)
            else:
                page = reading.page or _Page([], [], [])
                changes = write_rows(connection, collection, page.rows, page.removed)
            (count,) = connection.execute(f"SELECT count(*) FROM {collection}").fetchone()  # noqa: S608 # an enum's
            if staging.mode is not Mode.DELTA:
                deleted, count = self._sweep(connection, collection, reading.shown(), shape, count)
                changes += deleted
            mode = "delta" if token else "list"
            connection.execute(
                "INSERT OR REPLACE INTO reading (collection, at, records, mode, shape, token)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (collection.value, datetime.now(UTC).isoformat(timespec="seconds"), count, mode, shape, token),
            )
        del self._readings[collection]
        staging.end()
        return changes

    def take_changes(
        self, collection: Collection, records: Sequence[Versioned[Kept]], removed: Sequence[Removed]
    ) -> int:
        """Changes that were told and not read, at most one of a record: nothing else is touched, nor where a delta is.

        A person who comes without a reference keeps theirs. Returns how many records were written or deleted.
        Raises RosterNotWritten.
        """
        rows = _writable(collection.value, rows_of(records))
        with self._transaction() as connection:
            return write_changes(connection, collection, rows, removed)

    def token(self, collection: Collection, shape: str) -> str | None:
        """Where the delta goes on, if what is wanted is still the same. Raises RosterNotWritten."""
        with self._refusals():
            row = self._connection.execute(
                "SELECT token FROM reading WHERE collection = ? AND shape = ?", (collection.value, shape)
            ).fetchone()
        return row[0] if row else None

    def counter_ids(self, codes: Iterable[str]) -> dict[int, tuple[str, str]]:
        """Code and unit of the counters with these codes, by id. Raises RosterNotWritten."""
        with self._refusals():
            found = self._connection.execute(
                "SELECT id, code, unit FROM counter_definition WHERE code IN (SELECT value FROM json_each(?))",
                (json.dumps(list(codes)),),
            ).fetchall()
        return {key: (code, unit) for key, code, unit in found}

    def replace_balances(self, people: Sequence[int], balances: Iterable[Balance], *, of_counters: bool) -> int:
        """What is known of the counters of these people, or of their flextime, at once; the other stays.

        Returns the rows changed or deleted. Raises RosterNotWritten.
        """
        condition = f"AND name {'<>' if of_counters else '='} '{FLEXTIME}'"
        return self._replace("balance", BALANCE_COLUMNS, 3, people, map(balance_row, balances), condition=condition)

    def replace_clockings(self, people: Sequence[int], clockings: Iterable[Versioned[DayClocking]]) -> int:
        """The clockings of these people, at once; as `replace_balances`. A newer one than was read stays."""
        return self._replace(
            "day_clocking", DAY_CLOCKING_COLUMNS, 1, people, map(day_clocking_row, clockings), has_version=True
        )

    def take_clockings(
        self, people: Iterable[int], clockings: Sequence[Versioned[DayClocking]], removed: Iterable[Removed]
    ) -> int:
        """Clockings that were told and not read; of other than these people, or of nobody in the roster, none is kept.

        Returns how many were written or deleted. Raises RosterNotWritten.
        """
        with self._transaction() as connection:
            found = connection.execute(
                "SELECT id FROM person WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(people)),)
            )
            wanted = {key for (key,) in found}
            kept = [one for one in clockings if one.value.person_id in wanted]
            others = [
                Removed(one.value.protime_id, one.version) for one in clockings if one.value.person_id not in wanted
            ]
            rows = _writable("day_clocking", map(day_clocking_row, kept))
            return write_clockings(connection, rows, [*removed, *others])

    def forget_others(self, people: Iterable[int]) -> None:
        """Drop balances and clockings of everybody but these. Raises RosterNotWritten."""
        kept = json.dumps(list(people))
        for table in ("balance", "day_clocking"):
            with self._transaction() as connection:
                connection.execute(
                    f"DELETE FROM {table} WHERE person_id NOT IN (SELECT value FROM json_each(?))",  # noqa: S608
                    (kept,),
                )

    def forget_unwanted(self, *, flextime: bool, counters: bool, clockings: bool) -> None:
        """Drop what the settings do not want any more: keep only what is named true. Raises RosterNotWritten."""
        with self._transaction() as connection:
            if not flextime:
                connection.execute("DELETE FROM balance WHERE name = ?", (FLEXTIME,))
            if not counters:
                connection.execute("DELETE FROM balance WHERE name <> ?", (FLEXTIME,))
            if not clockings:
                connection.execute("DELETE FROM day_clocking")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, for what the courier keeps of its own. Raises RosterNotWritten."""
        with self._transaction() as connection:
            yield connection

    def write_link(self, link: Link) -> None:
        """Tell the screen how Protime can be reached. Raises RosterNotWritten."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO link (id, state, since, explanation) VALUES (1, ?, ?, ?)",
                (link.state.value, link.since.isoformat(), link.explanation),
            )

    def write_problem(self, name: str, explanation: str, *, is_refused: bool) -> None:
        """Tell the operator why something could not be read; since when stays that of the first time.

        Raises RosterNotWritten.
        """
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO problem (name, explanation, is_refused, since) VALUES (?, ?, ?, ?) ON CONFLICT (name)"
                " DO UPDATE SET explanation = excluded.explanation, is_refused = excluded.is_refused"
                " WHERE explanation <> excluded.explanation",
                (name, explanation, int(is_refused), datetime.now(UTC).isoformat(timespec="seconds")),
            )

    def solve_problem(self, name: str) -> None:
        """It could be read. Raises RosterNotWritten."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM problem WHERE name = ?", (name,))

    def forget_problems_but(self, names: Iterable[str]) -> None:
        """Drop the problems of what is not read any more. Raises RosterNotWritten."""
        with self._transaction() as connection:
            connection.execute(
                "DELETE FROM problem WHERE name NOT IN (SELECT value FROM json_each(?))", (json.dumps(list(names)),)
            )

    def _begin_afresh(self, collection: Collection, shape: str) -> None:
        connection = self._connection
        connection.execute("DELETE FROM changed WHERE collection = ?", (collection.value,))
        # With another choice of records, what was not for this terminal may be now, with the version that it had.
        connection.execute(
            "DELETE FROM removed WHERE collection = ?"
            " AND EXISTS (SELECT 1 FROM reading WHERE collection = removed.collection AND shape <> ?)",
            (collection.value, shape),
        )

    def _of_reading(self, collection: Collection) -> _Reading:
        if collection not in self._readings:
            raise RosterNotWritten(f"{self._path} was made anew: the reading has to begin again")
        return self._readings[collection]

    def _changed(self, collection: Collection, rows: Sequence[Row]) -> list[Row]:
        """The rows that the file does not hold like this already; of two with one id the last."""
        last = {row[0]: row for row in rows}
        changed: list[Row] = []
        for keys in in_portions(list(last), _READ_AT_A_TIME):
            stored = {
                row[0]: row
                for row in self._connection.execute(
                    f"SELECT {', '.join(COLUMNS[collection])} FROM {collection}"  # noqa: S608 # our own names
                    " WHERE id IN (SELECT value FROM json_each(?))",
                    (json.dumps(keys),),
                )
            }
            changed += [last[key] for key in keys if stored.get(key) != last[key]]
        return changed

    def _sweep(
        self, connection: sqlite3.Connection, collection: Collection, shown: _Shown, shape: str, stored: int
    ) -> tuple[int, int]:
        """Delete what was on no page, if that is believed; gives how many, and how many there are now."""
        on_none = (
            f"id NOT IN ({shown.question})"  # noqa: S608
            f" AND id NOT IN (SELECT id FROM changed WHERE collection = '{collection}')"
        )
        counted = f"SELECT count(*) FROM {collection} WHERE {on_none}"  # noqa: S608 # our own names
        (gone,) = connection.execute(counted, shown.values).fetchone()
        before = connection.execute("SELECT shape FROM reading WHERE collection = ?", (collection.value,)).fetchone()
        is_another_choice = before is not None and before[0] != shape
        if not is_another_choice and not self._is_believed(collection, before=stored, now=stored - gone):
            return 0, stored
        if gone:
            connection.execute(f"DELETE FROM {collection} WHERE {on_none}", shown.values)  # noqa: S608
        connection.execute("DELETE FROM removed WHERE collection = ?", (collection.value,))
        return gone, stored - gone

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

    def _replace(
        self,
        table: str,
        columns: Sequence[str],
        key_length: int,
        people: Sequence[int],
        rows: Iterable[Row],
        *,
        condition: str = "",
        has_version: bool = False,
    ) -> int:
        names, keys = ", ".join(columns), columns[:key_length]
        wanted = {row[:key_length]: row for row in rows if is_writable(row)}
        with self._transaction() as connection:
            found = connection.execute(
                f"SELECT {names} FROM {table} WHERE person_id IN (SELECT value FROM json_each(?)) {condition}",  # noqa: S608
                (json.dumps(list(people)),),
            ).fetchall()
            stored = {row[:key_length]: row for row in found}
            gone = [key for key in stored if key not in wanted]
            changed = [row for key, row in wanted.items() if stored.get(key) != row]
            if has_version:
                changed = [row for row in changed if not _is_older(row, stored.get(row[:key_length]))]
            where = " AND ".join(f"{name} = ?" for name in keys)
            connection.executemany(f"DELETE FROM {table} WHERE {where}", gone)  # noqa: S608
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", changed)  # noqa: S608
        return len(gone) + len(changed)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._refusals():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if self._connection.in_transaction:
                self._connection.rollback()
            if isinstance(error, sqlite3.Error) and is_damage(error):
                self._connection.close()
                self._readings.clear()
                self._connection = new_roster(self._path)
            raise RosterNotWritten(f"not written to {self._path}: {error}. Is the disk full or failing?") from error


def _is_older(row: Row, stored: Row | None) -> bool:
    """By their versions, which come last."""
    return stored is not None and str(stored[-1]) > str(row[-1]) != ""


def _writable(collection: str, rows: Iterable[Row]) -> list[Row]:
    """Without those whose text is none: what was there before stays."""
    found = list(rows)
    if is_writable(*found):
        return found
    log.warning("roster-record-not-kept collection=%s", collection)
    return [row for row in found if is_writable(row)]
