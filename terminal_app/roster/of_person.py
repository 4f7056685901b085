"""What the roster holds of one person, and its erasing. Protime may give it again while they are there."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from terminal_app.roster.file import RosterNotWritten
from terminal_app.roster.schema import FILE_NAME

_WHERE = {"person": "id = ?", "balance": "person_id = ?", "day_clocking": "person_id = ?"}


def rows_of_person(folder: Path, person_id: int) -> Mapping[str, list[dict[str, object]]]:
    """The rows about a person, by table; nothing where there is no roster. Raises RosterNotWritten."""
    path = folder / FILE_NAME
    if not path.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            return {
                table: [dict(row) for row in connection.execute(f"SELECT * FROM {table} WHERE {where}", (person_id,))]  # noqa: S608 # constants
                for table, where in _WHERE.items()
            }
    except sqlite3.Error as error:
        raise _failed(path, "read", error) from error


def erase_person(folder: Path, person_id: int) -> None:
    """Erase a person from the roster's files, whole pages of readings under way included.

    Only while no courier works here. Raises RosterNotWritten.
    """
    for staged in folder.glob("reading-*.db*"):
        staged.unlink(missing_ok=True)  # the courier begins that reading again
    path = folder / FILE_NAME
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=5.0)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            for table, where in _WHERE.items():
                connection.execute(f"DELETE FROM {table} WHERE {where}", (person_id,))  # noqa: S608 # constants
            connection.execute("DELETE FROM removed WHERE collection = 'person' AND id = ?", (person_id,))
            connection.execute("COMMIT")
            # The whole file is written anew: copies of rows may lie in the unused part of any page.
            connection.execute("VACUUM")
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise RosterNotWritten(f"{path} is being read: its write-ahead log was not emptied. Try again.")
    except sqlite3.Error as error:
        raise _failed(path, "written", error) from error


def _failed(path: Path, what: str, error: sqlite3.Error) -> RosterNotWritten:
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    return RosterNotWritten(f"{path} cannot be {what} ({name}). Look at its owner and rights; it can be fetched again.")
