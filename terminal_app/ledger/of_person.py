"""What the ledger holds of one person, and which of it must go when they are erased."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from terminal_app.audit.event import Event
from terminal_app.clocking.clocking import WAITING_STATES, DeliveryState
from terminal_app.ledger.chain import events_of
from terminal_app.ledger.rows import COLUMNS

_UNSENT = frozenset({*WAITING_STATES, DeliveryState.REFUSED, DeliveryState.AMBIGUOUS})


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: a person of Protime, or a badge of nobody known, or both."""

    person_id: int | None
    badge_number: str | None


@dataclass(frozen=True, slots=True)
class HeldOfPerson:
    """What there is."""

    sequences: list[int]
    ids: frozenset[bytes]
    unsent: int
    """How many of them Protime does not have, refused ones included."""
    other_events: list[int]
    """Events that name the person and are of no clocking, or of somebody else's."""


def held_of(connection: sqlite3.Connection, subject: Subject) -> HeldOfPerson:
    """The clockings of the person, those of the badge that are nobody's, and other events that name them."""
    rows = connection.execute(
        "SELECT sequence, state, id FROM clocking WHERE person_id = ? OR (person_id IS NULL AND badge_number = ?)"
        " ORDER BY sequence",
        (subject.person_id, subject.badge_number),
    ).fetchall()
    sequences = [sequence for sequence, *_ in rows]
    unsent = sum(state in _UNSENT for _, state, _ in rows)
    own = set(sequences)
    others = [
        number
        for number, sequence, content in connection.execute(
            "SELECT id, sequence, content FROM event WHERE content IS NOT NULL"
            " AND kind IN ('recorded', 'suppressed', 'edited')"
        )
        if sequence not in own and _names(content, subject)
    ]
    return HeldOfPerson(sequences, frozenset(key for *_, key in rows), unsent, others)


def people_of_badge(connection: sqlite3.Connection, badge_number: str) -> set[int]:
    """Who clocked here with this badge, by id."""
    rows = connection.execute(
        "SELECT DISTINCT person_id FROM clocking WHERE badge_number = ? AND person_id IS NOT NULL", (badge_number,)
    )
    return {person_id for (person_id,) in rows}


def clockings_as_json(connection: sqlite3.Connection, held: HeldOfPerson) -> Iterator[dict[str, object]]:
    """Each clocking with all that happened to it, by the names of the tables' columns."""
    names = COLUMNS.split(", ")
    for sequence in held.sequences:
        row = connection.execute(f"SELECT {COLUMNS} FROM clocking WHERE sequence = ?", (sequence,)).fetchone()  # noqa: S608 # constants
        values = {
            name: value.hex() if isinstance(value, bytes) else value for name, value in zip(names, row, strict=True)
        }
        yield {**values, "events": [_as_json(event) for event in events_of(connection, sequence)]}


def events_as_json(connection: sqlite3.Connection, held: HeldOfPerson) -> Iterator[dict[str, object]]:
    """The other events."""
    for number in held.other_events:
        kind, at, content = connection.execute("SELECT kind, at, content FROM event WHERE id = ?", (number,)).fetchone()
        yield {"kind": kind, "at": at, "content": _parsed(content)}


def _as_json(event: Event) -> dict[str, object]:
    return {
        "kind": event.kind,
        "at": event.at,
        "former": event.former,
        "state": event.state,
        "content": _parsed(event.content),
    }


def _parsed(content: str | None) -> object:
    try:
        return None if content is None else json.loads(content)
    except (ValueError, RecursionError):
        return content  # damaged: as it is


def _names(content: str, subject: Subject) -> bool:
    found = _parsed(content)
    if not isinstance(found, dict):
        return subject.badge_number is not None and subject.badge_number in content
    return any(
        isinstance(one, dict)
        and (
            (subject.person_id is not None and one.get("person_id") == subject.person_id)
            or (
                one.get("person_id") is None
                and subject.badge_number is not None
                and one.get("badge_number") == subject.badge_number
            )
        )
        for one in (found, found.get("before"), found.get("after"))
    )
