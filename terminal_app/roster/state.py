"""How the roster stands, for an operator's command: what was last read, what could not be, what is under way."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from terminal_app.roster.day_audit import KeptAudit, latest_audit
from terminal_app.roster.file import header_of
from terminal_app.roster.link import Link, LinkState
from terminal_app.roster.schema import APPLICATION_ID, FILE_NAME, VERSION
from terminal_app.roster.staging import Progress, progress_of
from terminal_app.roster.tables import Collection


class RosterUnreadable(Exception):
    """The roster is there and cannot be looked at."""


@dataclass(frozen=True, slots=True)
class CollectionState:
    """One collection."""

    collection: Collection
    records: int
    """In the roster now."""
    read_at: datetime | None
    """UTC; None before the first whole reading."""
    is_delta: bool
    """Whether it goes on with a delta."""
    under_way: Progress | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What could not be read the last time."""

    name: str
    """As in the API."""
    explanation: str
    is_refused: bool
    """A scope is missing."""
    since: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class RosterState:
    """All of it."""

    collections: list[CollectionState]
    problems: list[Problem]
    link: Link | None
    audit: KeptAudit | None
    """The latest comparison of a day's clockings with Protime's."""


def roster_state(folder: Path) -> RosterState | None:
    """How it stands; None where there is no roster yet. Raises RosterUnreadable."""
    path = folder / FILE_NAME
    try:
        path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RosterUnreadable(f"{path} cannot be looked at: {error.strerror}. Ask as the terminal's user.") from error
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)) as connection:
            if header_of(connection) != (APPLICATION_ID, VERSION):
                raise RosterUnreadable(
                    f"{path} is of another version or program; the courier makes it anew at its start."
                )
            return _state(connection, folder)
    except (sqlite3.Error, ValueError, TypeError) as error:
        raise RosterUnreadable(f"{path} cannot be read: {error}. Start the courier again: it mends it.") from error


def _state(connection: sqlite3.Connection, folder: Path) -> RosterState:
    readings = {
        name: (datetime.fromisoformat(at), mode == "delta")
        for name, at, mode in connection.execute("SELECT collection, at, mode FROM reading")
    }
    collections = []
    for one in Collection:
        (records,) = connection.execute(f"SELECT count(*) FROM {one}").fetchone()  # noqa: S608 # an enum's
        read_at, is_delta = readings.get(one.value, (None, False))
        collections.append(CollectionState(one, records, read_at, is_delta, progress_of(folder, one)))
    problems = [
        Problem(name, explanation, bool(is_refused), datetime.fromisoformat(since))
        for name, explanation, is_refused, since in connection.execute(
            "SELECT name, explanation, is_refused, since FROM problem ORDER BY name"
        )
    ]
    row = connection.execute("SELECT state, since, explanation FROM link").fetchone()
    link = Link(LinkState(row[0]), datetime.fromisoformat(row[1]), row[2]) if row else None
    return RosterState(collections, problems, link, latest_audit(connection))
