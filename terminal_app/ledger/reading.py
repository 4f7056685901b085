"""Looking at the ledger without writing to it: for the status line and the operator's lists."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.ledger.connection import connect
from terminal_app.ledger.errors import ASIDE, LedgerUnusable
from terminal_app.ledger.failures import SQLiteFailure, what_is_wrong
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.opening import APPLICATION_ID, check_version, migrate, newest_version
from terminal_app.ledger.rows import COLUMNS, LedgerEntry, UnreadableEntry, entry_of, instant_of, text_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """What Protime does not have yet."""

    count: int
    oldest: datetime | None
    """When the oldest of them was read, UTC; None when there is none, or none whose row makes sense."""


def waiting(connection: sqlite3.Connection) -> Waiting:
    """How many clockings wait for delivery (held ones included), and since when."""
    count, first = connection.execute(
        "SELECT count(*), min(sequence) FROM clocking WHERE state IN ('recorded', 'sending', 'unknown', 'held')"
    ).fetchone()
    while first is not None:
        row = connection.execute("SELECT instant FROM clocking WHERE sequence = ?", (first,)).fetchone()
        with suppress(ValueError):  # a damaged row, or an index that knows of one which is not there
            return Waiting(count, instant_of(row[0] if row else ""))
        (first,) = connection.execute(
            "SELECT min(sequence) FROM clocking"
            " WHERE state IN ('recorded', 'sending', 'unknown', 'held') AND sequence > ?",
            (first,),
        ).fetchone()
    return Waiting(count, None)


_LATEST_EVENTS = 100_000


def last_delivery(connection: sqlite3.Connection) -> datetime | None:
    """When Protime last confirmed a clocking, UTC; None when none of the latest hundred thousand events says so."""
    row = connection.execute(
        "SELECT at FROM event WHERE state = 'confirmed' AND former != 'confirmed'"
        " AND id > (SELECT max(id) FROM event) - ? ORDER BY id DESC LIMIT 1",
        (_LATEST_EVENTS,),
    ).fetchone()
    with suppress(ValueError):
        return instant_of(row[0]) if row else None
    return None


class ForOperator(NamedTuple):
    """How many clockings somebody has to decide about."""

    refused: int
    """By Protime, or because their time could not be verified."""
    ambiguous: int
    """They may be in Protime or not, as only an operator can say."""
    sent_with_wrong_time: int
    """With one that turned out to be wrong afterwards."""


def for_operator(connection: sqlite3.Connection) -> ForOperator:
    """What needs a decision."""
    states = dict(
        connection.execute(
            "SELECT state, count(*) FROM clocking WHERE state IN ('refused', 'ambiguous') GROUP BY state"
        ).fetchall()
    )
    (wrong,) = connection.execute(
        "SELECT count(*) FROM clocking WHERE time_settled IN ('accepted', 'too-late') AND time_settled = 'too-late'"
    ).fetchone()
    return ForOperator(
        refused=states.get(DeliveryState.REFUSED, 0),
        ambiguous=states.get(DeliveryState.AMBIGUOUS, 0),
        sent_with_wrong_time=wrong,
    )


def entries(connection: sqlite3.Connection, *, settled: bool) -> Iterator[LedgerEntry | UnreadableEntry]:
    """The clockings that wait for Protime or for an operator, oldest first; with `settled` every one in the ledger."""
    wait = "state IN ('recorded', 'sending', 'unknown', 'held', 'refused', 'ambiguous')"
    chosen = "" if settled else f"WHERE {wait} OR time_settled = 'too-late'"
    for row in connection.execute(f"SELECT {COLUMNS} FROM clocking {chosen} ORDER BY sequence"):  # noqa: S608 # constants
        yield entry_of(row)


def first_entries(connection: sqlite3.Connection, most: int) -> list[LedgerEntry | UnreadableEntry]:
    """At most so many of what waits: what an operator has to decide about, then the oldest of the others."""
    found: list[LedgerEntry | UnreadableEntry] = []
    for states in ("'refused', 'ambiguous'", "'held'", "'recorded', 'sending', 'unknown', 'held'"):
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM clocking WHERE state IN ({states}) ORDER BY sequence LIMIT ?",  # noqa: S608 # constants
            (most,),
        )
        shown = {one.sequence for one in found}
        found += [one for one in map(entry_of, rows) if one.sequence not in shown]
    return found[:most]


def entry(connection: sqlite3.Connection, sequence: int) -> LedgerEntry | UnreadableEntry | None:
    """One clocking, whatever became of it; None when there is no such row (any more)."""
    row = connection.execute(f"SELECT {COLUMNS} FROM clocking WHERE sequence = ?", (sequence,)).fetchone()  # noqa: S608 # constants
    return None if row is None else entry_of(row)


def entries_since(connection: sqlite3.Connection, day: date) -> Iterator[LedgerEntry | UnreadableEntry]:
    """Every clocking of `day` and later, by its wall time, oldest first; delivered and undone ones too."""
    question = f"SELECT {COLUMNS} FROM clocking WHERE date >= ? ORDER BY sequence"  # noqa: S608 # constants
    for row in connection.execute(question, (day.isoformat(),)):
        yield entry_of(row)


def damage(connection: sqlite3.Connection) -> str | None:
    """What is wrong with the file, in SQLite's words, after a look at all of it; None when it is sound.

    With a million rows it takes seconds. It locks nobody out.
    """
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    return None if verdict == "ok" else " ".join(str(verdict).split())


@contextmanager
def ledger_to_read(folder: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write; of a ledger of an earlier version, to a copy in memory that was carried over.

    Raises LedgerUnusable when there is no ledger in `folder`, or when it cannot be read, within the block too.
    """
    path = folder / FILE_NAME
    try:
        path.stat()
    except FileNotFoundError as error:
        raise LedgerUnusable(
            f"there is no ledger at {path}: nothing has been recorded yet, or storage.folder is wrong."
        ) from error
    except OSError as error:
        raise LedgerUnusable(
            f"{path} cannot be looked at: {error.strerror}. Ask as the terminal's user or as root (sudo)."
        ) from error
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        connection.text_factory = text_of
        try:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            if application_id != APPLICATION_ID:
                raise LedgerUnusable(f"{path} is not a ledger. {ASIDE}, or change storage.folder.")
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            check_version(version, path)
            if version < newest_version():  # between an upgrade and the start of the new programs
                connection = _carried_over(connection, path)
            yield connection
        finally:
            connection.close()
    except SQLiteFailure as error:
        raise what_is_wrong(path, error) from error


def _carried_over(former: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    copy = connect(":memory:")
    copy.text_factory = text_of
    with closing(former):
        former.backup(copy)
    migrate(copy, path)
    return copy
