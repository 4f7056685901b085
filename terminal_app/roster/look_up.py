"""Reading the roster: the kiosk's questions. Never writes, never waits for the courier."""

import json
import sqlite3
from datetime import date, datetime
from pathlib import Path

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition, Text
from terminal_app.clocking.person import Person
from terminal_app.roster.link import Link, LinkState
from terminal_app.roster.schema import APPLICATION_ID, FILE_NAME, VERSION


class Roster:
    """A read-only view of the roster's file. Use it from the thread that asks only.

    Before the first synchronisation there is no file: everybody is unknown then, and the next question looks again.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def people_of_badge(self, badge_number: str) -> list[Person]:
        """Everybody who has this badge number, by id; exact text."""
        rows = self._rows(
            "SELECT id, first_name, last_name, badge_number, language, in_service_from, in_service_until,"
            " terminal_group_id, reference FROM person WHERE badge_number = ? ORDER BY id",
            (badge_number,),
        )
        return [_person(row) for row in rows]

    def person(self, person_id: int) -> Person | None:
        """One person."""
        rows = self._rows(
            "SELECT id, first_name, last_name, badge_number, language, in_service_from, in_service_until,"
            " terminal_group_id, reference FROM person WHERE id = ?",
            (person_id,),
        )
        return next((_person(row) for row in rows), None)

    def reasons(self) -> list[ReasonDefinition]:
        """Every absence definition, usable or not."""
        rows = self._rows("SELECT id, code, name, translations, is_enabled, is_reason_for_clocking FROM reason")
        return [
            ReasonDefinition(id_, code, Text(name, json.loads(texts)), bool(enabled), bool(for_clocking))
            for id_, code, name, texts, enabled, for_clocking in rows
        ]

    def activities(self) -> list[ActivityDefinition]:
        """Every activity definition of every level, usable or not."""
        rows = self._rows(
            "SELECT id, level, parent_id, name, translations, data_entry_code, external_reference,"
            " active_from, active_until FROM activity"
        )
        return [
            ActivityDefinition(id_, level, parent, Text(name, json.loads(texts)), code, ref, _day(start), _day(end))
            for id_, level, parent, name, texts, code, ref, start, end in rows
        ]

    def link(self) -> Link | None:
        """How the courier last saw the way to Protime; None before it ever looked."""
        rows = self._rows("SELECT state, since, explanation FROM link")
        return next((Link(LinkState(state), datetime.fromisoformat(at), text) for state, at, text in rows), None)

    def _rows(self, question: str, values: tuple[object, ...] = ()) -> list[tuple]:  # type: ignore[type-arg]
        connection = self._open()
        if connection is None:
            return []
        try:
            return connection.execute(question, values).fetchall()
        except sqlite3.Error:
            # The roster can be fetched again: whatever is wrong with it, the terminal goes on without names.
            self.close()
            return []

    def _open(self) -> sqlite3.Connection | None:
        try:
            inode = self._path.stat().st_ino
        except OSError:
            self.close()
            return None
        if self._connection is not None and inode == self._inode:
            return self._connection
        self.close()
        try:
            connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=0.2
            )
            header = tuple(
                connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
            )
        except sqlite3.Error:
            return None
        if header != (APPLICATION_ID, VERSION):
            connection.close()
            return None
        self._connection, self._inode = connection, inode
        return connection


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _person(row: tuple) -> Person:  # type: ignore[type-arg] # the STRICT table's types
    id_, first_name, last_name, badge_number, language, start, end, group, reference = row
    return Person(id_, first_name, last_name, badge_number or "", language, _day(start), _day(end), group, reference)
