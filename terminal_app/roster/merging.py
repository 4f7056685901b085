"""How records come into the roster's tables: an older version takes the place of nothing newer, nor of its removal."""

import sqlite3
from collections.abc import Container, Iterable, Sequence

from terminal_app.clocking.version import Removed
from terminal_app.roster.tables import COLUMNS, DAY_CLOCKING_COLUMNS, Collection, Row

_ALL = "true"


def write_staged(connection: sqlite3.Connection, collection: Collection, staged: str) -> int:
    """All records of a reading, from its schema `staged`; returns how many were written."""
    guard = _guard(connection, collection, COLUMNS[collection][0])
    names = ", ".join(COLUMNS[collection])
    source = f"SELECT {names} FROM {staged}.record AS fresh WHERE {guard}"  # noqa: S608 # our own names
    return connection.execute(_upsert(collection, COLUMNS[collection], source)).rowcount


def write_rows(
    connection: sqlite3.Connection, collection: Collection, rows: Iterable[Row], removed: Sequence[Removed]
) -> int:
    """A reading that is a page, at most one row of a record; returns how many were written or deleted."""
    changes = _write_each(connection, collection, COLUMNS[collection], rows)
    changes += _delete_each(connection, collection, COLUMNS[collection][0], removed)
    _note_removed(connection, collection, removed)
    return changes


def delete_staged(connection: sqlite3.Connection, collection: Collection, staged: str) -> int:
    """All removals of a reading, from its schema `staged`; returns how many records were deleted."""
    deleted = connection.execute(
        f"DELETE FROM main.{collection} WHERE id IN (SELECT gone.id FROM {staged}.removed AS gone"  # noqa: S608
        f" WHERE gone.id = {collection}.id AND (gone.version >= {collection}.version OR gone.version = ''))"
    ).rowcount
    connection.execute(
        f"INSERT INTO main.removed (collection, id, version) SELECT ?, id, version FROM {staged}.removed"  # noqa: S608
        " WHERE version <> '' ON CONFLICT (collection, id)"
        " DO UPDATE SET version = excluded.version WHERE excluded.version > version",
        (collection.value,),
    )
    return deleted


def write_changes(
    connection: sqlite3.Connection, collection: Collection, rows: Sequence[Row], removed: Sequence[Removed]
) -> int:
    """Changes that were told one by one, at most one of a record; returns how many records were written or deleted.

    A person's reference that is not told stays: it comes only where it was asked for (reference, 8).
    """
    changes = _write_each(connection, collection, COLUMNS[collection], rows, stays=("reference",))
    # The pages of a reading under way may be from before: what they lack of these must not be swept away.
    connection.executemany("INSERT OR IGNORE INTO changed VALUES (?, ?)", [(collection.value, row[0]) for row in rows])
    changes += _delete_each(connection, collection, "id", removed)
    _note_removed(connection, collection, removed)
    return changes


def write_clockings(connection: sqlite3.Connection, rows: Sequence[Row], removed: Sequence[Removed]) -> int:
    """Clockings that were told one by one; returns how many were written or deleted."""
    changes = _write_each(connection, "day_clocking", DAY_CLOCKING_COLUMNS, rows)
    return changes + _delete_each(connection, "day_clocking", DAY_CLOCKING_COLUMNS[0], removed)


def _write_each(
    connection: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    stays: Container[str] = (),
) -> int:
    guard = _guard(connection, table, columns[0])
    marks = ", ".join("?" * len(columns))
    if guard == _ALL:  # the usual case, and twice as fast
        source = f"VALUES ({marks})"
    else:
        one = ", ".join(f"? AS {name}" for name in columns)
        source = f"SELECT * FROM (SELECT {one}) AS fresh WHERE {guard}"  # noqa: S608 # our own names
    return connection.executemany(_upsert(table, columns, source, stays=stays), rows).rowcount


def _delete_each(connection: sqlite3.Connection, table: str, key: str, removed: Iterable[Removed]) -> int:
    question = f"DELETE FROM {table} WHERE {key} = ? AND (? >= version OR ? = '')"  # noqa: S608 # our own names
    return sum(connection.execute(question, (one.id, one.version, one.version)).rowcount for one in removed)


def _note_removed(connection: sqlite3.Connection, collection: Collection, removed: Sequence[Removed]) -> None:
    connection.executemany(
        "INSERT INTO removed (collection, id, version) VALUES (?, ?, ?) ON CONFLICT (collection, id)"
        " DO UPDATE SET version = excluded.version WHERE excluded.version > version",
        [(collection.value, one.id, one.version) for one in removed if one.version],
    )


def _guard(connection: sqlite3.Connection, table: str, key: str) -> str:
    """The condition that keeps out of `fresh` what was removed in a version as new."""
    gone = "FROM main.removed AS gone WHERE gone.collection = "
    (some,) = connection.execute(f"SELECT EXISTS (SELECT 1 {gone} ?)", (table,)).fetchone()  # constant
    if not some:
        return _ALL
    return (
        f"NOT EXISTS (SELECT 1 {gone} '{table}' AND gone.id = fresh.{key}"  # our own names
        " AND gone.version >= fresh.version AND fresh.version <> '')"
    )


def _upsert(table: str, columns: Sequence[str], source: str, *, stays: Container[str] = ()) -> str:
    """The statement. `stays`: columns in which a null takes nothing away."""
    key, names = columns[0], ", ".join(columns)
    new = {name: f"excluded.{name}" for name in columns[1:]}
    new |= {name: f"coalesce({value}, {table}.{name})" for name, value in new.items() if name in stays}
    others = ", ".join(f"{name} = {value}" for name, value in new.items())
    differs = " OR ".join(f"{table}.{name} IS NOT {value}" for name, value in new.items())
    return (
        f"INSERT INTO main.{table} ({names}) {source}"  # our own names
        f" ON CONFLICT ({key}) DO UPDATE SET {others} WHERE ({differs})"
        f" AND (excluded.version >= {table}.version OR excluded.version = '')"
    )
