"""Who has clocked here lately: for whom the courier keeps balances and clockings of the day."""

from dataclasses import dataclass
from datetime import date, datetime

from terminal_app.ledger.database import LedgerDatabase

_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class Delivered:
    """Whose clockings were confirmed."""

    people: list[int]
    history_id: int
    """Up to where the history was looked through."""


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


def latest_history_id(ledger: LedgerDatabase) -> int:
    """Of the newest transition; 0 before the first. Raises LedgerUnusable."""
    return int(ledger.rows("SELECT coalesce(max(id), 0) FROM history")[0][0])


def delivered_since(ledger: LedgerDatabase, history_id: int, until: datetime, *, clocked_since: date) -> Delivered:
    """Who had a clocking of `clocked_since` or later confirmed after `history_id` and not later than `until`.

    Raises LedgerUnusable.
    """
    rows = ledger.rows(
        "SELECT history.id, history.state, clocking.person_id, clocking.date"
        " FROM history JOIN clocking USING (sequence) WHERE history.id > ? AND history.at <= ? ORDER BY history.id",
        (history_id, until.isoformat(timespec="microseconds")),
    )
    people = {
        person_id
        for _, state, person_id, day in rows
        if state == "confirmed" and person_id is not None and day >= clocked_since.isoformat()
    }
    return Delivered(sorted(people), rows[-1][0] if rows else history_id)
