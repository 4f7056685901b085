"""Reading the roster: the kiosk's questions. Never writes, never waits for the courier."""

import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from terminal_app.clocking.choices import ActivityDefinition, ReasonDefinition, Restriction, Text, Usage
from terminal_app.clocking.counters import Balance, CounterDefinition, DayClocking
from terminal_app.clocking.person import Person
from terminal_app.clocking.wall_time import WallTime
from terminal_app.roster.link import Link, LinkState
from terminal_app.roster.schema import APPLICATION_ID, FILE_NAME, VERSION

log = logging.getLogger(__name__)

T = TypeVar("T")
Row = tuple[Any, ...]
"""Of a STRICT table: its types are the schema's."""


class Roster:
    """A read-only view of the roster's file. Use it from the thread that asks only.

    Before the first synchronisation there is no file: everybody is unknown then, and the next question looks again.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        self._is_usable = True

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def people_of_badge(self, badge_number: str) -> list[Person]:
        """Everybody who has this badge number, by id; exact text."""
        return self._read(
            _person,
            "SELECT id, first_name, last_name, badge_number, language, in_service_from, in_service_until,"
            " terminal_group_id, reference FROM person WHERE badge_number = ? ORDER BY id",
            (badge_number,),
        )

    def person(self, person_id: int) -> Person | None:
        """One person."""
        people = self._read(
            _person,
            "SELECT id, first_name, last_name, badge_number, language, in_service_from, in_service_until,"
            " terminal_group_id, reference FROM person WHERE id = ?",
            (person_id,),
        )
        return people[0] if people else None

    def reasons(self) -> list[ReasonDefinition]:
        """Every absence definition, usable or not."""
        return self._read(
            _reason, "SELECT id, code, name, translations, is_enabled, is_reason_for_clocking FROM reason"
        )

    def activities(self) -> list[ActivityDefinition]:
        """Every activity definition of every level, usable or not."""
        return self._read(
            _activity,
            "SELECT id, level, parent_id, name, translations, data_entry_code, external_reference,"
            " active_from, active_until, usages, restrictions FROM activity",
        )

    def counters(self) -> list[CounterDefinition]:
        """Every counter definition; none where no counter is named in the settings."""
        return self._read(
            _counter, "SELECT id, code, name, translations, unit, is_enabled FROM counter_definition ORDER BY id"
        )

    def balances_of(self, person_id: int) -> list[Balance]:
        """What was last read of a person's balances and counters, by name; empty for who did not clock here lately."""
        return self._read(
            _balance,
            "SELECT person_id, name, period, value, unit, day FROM balance WHERE person_id = ? ORDER BY name, period",
            (person_id,),
        )

    def clockings_of(self, person_id: int) -> list[DayClocking]:
        """A person's clockings from yesterday to tomorrow as Protime last had them, in their order.

        Deleted ones are among them, to be left out of a display or marked (reference, 9.1).
        """
        found = self._read(
            _day_clocking,
            "SELECT protime_id, person_id, date, minute, original_date, original_minute, kind, reason_id,"
            " activity_ids, is_generated, is_deleted FROM day_clocking WHERE person_id = ?",
            (person_id,),
        )
        return sorted(found, key=lambda one: (one.wall_time.moment_in_minutes, one.protime_id))

    def activity_names(self, ids: Sequence[str], language: str) -> list[str]:
        """The names of these activities, in their order; one that is not known (any more) is left out."""
        found = {
            one.id: one.name.in_language(language)
            for one in self._read(
                _activity,
                "SELECT id, level, parent_id, name, translations, data_entry_code, external_reference,"
                " active_from, active_until, usages, restrictions FROM activity"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(ids)),),
            )
        }
        return [found[one] for one in ids if one in found]

    def edition_of_activities(self) -> tuple[int, str] | None:
        """Which reading of the activities this is: while it is the same, so are they (no webhook changes them).

        None: they were never read.
        """
        found = self._read(_text_value, "SELECT at FROM reading WHERE collection = 'activity'")
        return (self._inode, found[0]) if found else None

    def link(self) -> Link | None:
        """How the courier last saw the way to Protime; None before it ever looked."""
        links = self._read(_link, "SELECT state, since, explanation FROM link")
        return links[0] if links else None

    def _read(self, make: Callable[[Row], T], question: str, values: tuple[object, ...] = ()) -> list[T]:
        connection = self._open()
        if connection is None:
            return []
        made = []
        try:
            for row in connection.execute(question, values):
                try:
                    made.append(make(row))
                except (ValueError, TypeError) as error:
                    # One record that makes no sense is as if it were not there; the next reading brings it anew.
                    log.warning("roster-record-unreadable kind=%s error=%s", make.__name__, type(error).__name__)
        except sqlite3.Error as error:
            # The roster can be fetched again: whatever is wrong with it, the terminal goes on without names.
            self._unusable(type(error).__name__)
            return []
        return made

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
        except sqlite3.Error as error:
            self._unusable(type(error).__name__)
            return None
        if header != (APPLICATION_ID, VERSION):
            connection.close()
            self._unusable("another version or another program's file")
            return None
        self._connection, self._inode, self._is_usable = connection, inode, True
        return connection

    def _unusable(self, cause: str) -> None:
        self.close()
        if self._is_usable:  # once until it can be read again
            log.warning("roster-unusable file=%s cause=%s", self._path.name, cause)
        self._is_usable = False


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _person(row: Row) -> Person:
    id_, first_name, last_name, badge_number, language, start, end, group, reference = row
    return Person(id_, first_name, last_name, badge_number or "", language, _day(start), _day(end), group, reference)


def _reason(row: Row) -> ReasonDefinition:
    id_, code, name, texts, is_enabled, is_for_clocking = row
    return ReasonDefinition(id_, code, _text(name, texts), bool(is_enabled), bool(is_for_clocking))


def _activity(row: Row) -> ActivityDefinition:
    id_, level, parent, name, texts, code, reference, start, end, usages, restrictions = row
    return ActivityDefinition(
        id_,
        level,
        parent,
        _text(name, texts),
        code,
        reference,
        _day(start),
        _day(end),
        _usages(usages),
        _restrictions(restrictions),
    )


def _usages(text: str | None) -> tuple[Usage, ...] | None:
    if text is None:
        return None
    return tuple(Usage(kind, key, _day(first), _day(last)) for kind, key, first, last in json.loads(text))


def _restrictions(text: str | None) -> tuple[Restriction, ...] | None:
    if text is None:
        return None
    return tuple(Restriction(level, tuple(ids)) for level, ids in json.loads(text))


def _text_value(row: Row) -> str:
    return str(row[0])


def _counter(row: Row) -> CounterDefinition:
    id_, code, name, texts, unit, is_enabled = row
    return CounterDefinition(id_, code, _text(name, texts), unit, bool(is_enabled))


def _balance(row: Row) -> Balance:
    person_id, name, period, value, unit, day = row
    return Balance(person_id, name, period, value, unit, date.fromisoformat(day))


def _day_clocking(row: Row) -> DayClocking:
    id_, person_id, day, minute, original_day, original_minute, kind, reason_id, ids, is_generated, is_deleted = row
    original = None if original_minute is None else WallTime(date.fromisoformat(original_day), original_minute)
    return DayClocking(
        id_,
        person_id,
        WallTime(date.fromisoformat(day), minute),
        original,
        kind,
        reason_id,
        tuple(json.loads(ids)),
        bool(is_generated),
        bool(is_deleted),
    )


def _link(row: Row) -> Link:
    state, since, explanation = row
    return Link(LinkState(state), datetime.fromisoformat(since), explanation)


def _text(name: str, translations: str) -> Text:
    texts = json.loads(translations)
    if not isinstance(texts, dict):
        raise TypeError("translations are no object")
    return Text(name, {str(language): str(text) for language, text in texts.items()})
