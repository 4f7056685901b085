"""What is erased from the ledger is erased from the mirror too, and nothing else is.

By age alone nothing may go: the mirror of a terminal whose card died holds what no ledger has any more. That a clocking
was in this ledger and was erased there, the audit chain remembers by its number and its time.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.ledger.erased import Erased
from terminal_app.ledger.mirror_lines import append_lines, day_files, erase_lines, lines_of, read_lines
from terminal_app.ledger.of_person import Subject
from terminal_app.ledger.rows import Values

_NOT_DELIVERED = "state IN ('recorded', 'sending', 'unknown', 'held', 'refused', 'ambiguous')"


def is_here(ledger: sqlite3.Connection, values: Values) -> bool:
    """Whether the ledger has the clocking of a line."""
    row = ledger.execute("SELECT id FROM clocking WHERE sequence = ?", (values.get("sequence"),)).fetchone()
    return row == (values["id"],) or bool(
        ledger.execute(
            "SELECT 1 FROM clocking WHERE badge_number = ? AND id = ?", (values.get("badge_number"), values["id"])
        ).fetchone()
    )


def only_on_mirror(mirror: Path, ledger: sqlite3.Connection, subject: Subject) -> int:
    """How many clockings of a person the mirror has and this ledger never had. Raises OSError."""
    erased = Erased(ledger)
    undone: set[object] = set()
    found: set[object] = set()
    for values in _all_lines(mirror):
        if values.get("state") == DeliveryState.UNDONE:
            undone.add(values["id"])
        elif _is_of(values, subject) and not is_here(ledger, values) and not erased.has(values):
            found.add(values["id"])
    return len(found - undone)


def lines_of_person(mirror: Path, subject: Subject) -> Iterator[Values]:
    """What the mirror's whole lines hold of a person. Raises OSError."""
    return (values for values in _all_lines(mirror) if _is_of(values, subject))


def erase_from_mirror(mirror: Path, ledger: sqlite3.Connection, subject: Subject, erased: Collection[bytes]) -> int:
    """Overwrite every line of a person, and of the clockings whose ids are `erased`; how many. Raises OSError.

    A clocking that has become somebody else's, and waits, is written anew as it is now.
    """
    found = list(lines_of_person(mirror, subject))
    ids = set(erased) | {values["id"] for values in found}
    traces = _traces(subject, {str(values["badge_number"]) for values in found})

    def is_one(values: Values | None, line: bytes) -> bool:
        if values is None:  # damaged: what it was can only be guessed
            return any(one in line for one in traces)
        return values["id"] in ids

    count = sum(erase_lines(path, is_one) for path in day_files(mirror))
    anew = [line for line in lines_of(ledger, _NOT_DELIVERED, ()) if line.key in ids]
    append_lines(mirror, anew)
    return count


def _all_lines(mirror: Path) -> Iterator[Values]:
    for path in day_files(mirror):
        for values in read_lines(path):
            if values is not None:
                yield values


def _is_of(values: Values, subject: Subject) -> bool:
    if subject.person_id is not None and values.get("person_id") == subject.person_id:
        return True
    is_badge = subject.badge_number is not None and values.get("badge_number") == subject.badge_number
    return is_badge and values.get("person_id") is None


def _traces(subject: Subject, badges: set[str]) -> list[bytes]:
    """As the JSON of a line has them."""
    if subject.badge_number is not None:
        badges.add(subject.badge_number)
    traces = [f'"badge_number": {json.dumps(badge)}'.encode() for badge in badges]
    if subject.person_id is not None:
        traces.append(f'"person_id": {subject.person_id},'.encode())
    return traces
