"""Who has clocked here lately: for whom the courier keeps balances and clockings of the day."""

from dataclasses import dataclass
from datetime import date, datetime

from terminal_app.ledger.database import LedgerDatabase

_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class Delivered:
    """Whose clockings were confirmed."""

    people: list[int]
    event_id: int
    """Up to where the events were looked through."""


def recent_people(ledger: LedgerDatabase, since: date) -> list[int]:
    """Everybody known who clocked at this terminal on `since` or later, by id.

    Looks from the newest clocking back, however long the ledger is. Raises LedgerUnusable.
    """
    found: set[int] = set()
    before = 2**63 - 1
    while True:
        rows = ledger.rows(
            "SELECT sequence, person_id, date FROM clocking WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",
            (before, _AT_A_TIME),
        )
        found.update(person_id for _, person_id, day in rows if person_id is not None and day >= since.isoformat())
        # All of them: one alone may have been read while the clock was years off.
        if len(rows) < _AT_A_TIME or all(day < since.isoformat() for _, _, day in rows):
            return sorted(found)
        before = rows[-1][0]


def latest_event_id(ledger: LedgerDatabase) -> int:
    """Of the newest event; 0 before the first. Raises LedgerUnusable."""
    return int(ledger.rows("SELECT coalesce(max(id), 0) FROM event")[0][0])


def delivered_since(ledger: LedgerDatabase, event_id: int, until: datetime, *, clocked_since: date) -> Delivered:
    """Who had a clocking of `clocked_since` or later confirmed after `event_id` and not later than `until`.

    Raises LedgerUnusable.
    """
    rows = ledger.rows(
        "SELECT event.id, event.state, clocking.person_id, clocking.date"
        " FROM event JOIN clocking USING (sequence) WHERE event.id > ? AND event.at <= ? ORDER BY event.id",
        (event_id, until.isoformat(timespec="microseconds")),
    )
    people = {
        person_id
        for _, state, person_id, day in rows
        if state == "confirmed" and person_id is not None and day >= clocked_since.isoformat()
    }
    return Delivered(sorted(people), rows[-1][0] if rows else event_id)
