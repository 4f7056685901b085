"""People into their table: one statement a page, which leaves alone who has not changed."""

import logging
import sqlite3
from collections.abc import Iterator, Sequence

from terminal_app.clocking.person import Person

log = logging.getLogger(__name__)

_COLUMNS = (
    "first_name", "last_name", "badge_number", "language", "in_service_from", "in_service_until", "terminal_group_id",
    "reference",
)  # fmt: skip
_SET = ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS, "reading"))
_DIFFERS = " OR ".join(f"{name} IS NOT excluded.{name}" for name in _COLUMNS)
_WRITE = (
    f"INSERT INTO person (id, {', '.join(_COLUMNS)}, reading) VALUES ({', '.join('?' * (len(_COLUMNS) + 2))})"  # noqa: S608 # our own names
    f" ON CONFLICT (id) DO UPDATE SET {_SET} WHERE {_DIFFERS}"
)

_Values = tuple[object, ...]


def write_people(connection: sqlite3.Connection, people: Sequence[Person], reading: int) -> int:
    """Write those who are new or have changed, within a transaction; of two with one id the last. Returns how many.

    A text that is no text costs its person, no more: what the file had of them stays.
    """
    before = connection.total_changes
    try:
        connection.executemany(_WRITE, _rows(people, reading))
    except UnicodeEncodeError:  # those before it are written already, which then changes nothing
        connection.executemany(_WRITE, (row for row in _rows(people, reading) if _can_be_written(row)))
    return connection.total_changes - before


def _rows(people: Sequence[Person], reading: int) -> Iterator[_Values]:
    for one in people:
        since, until = one.in_service_from, one.in_service_until
        yield (
            one.id, one.first_name, one.last_name, one.badge_number or None, one.language,
            since.isoformat() if since else None, until.isoformat() if until else None, one.terminal_group_id,
            one.reference, reading,
        )  # fmt: skip


def _can_be_written(row: _Values) -> bool:
    try:
        "".join(value for value in row if isinstance(value, str)).encode()
    except UnicodeEncodeError:
        log.warning("roster-record-not-kept collection=person")
        return False
    return True
