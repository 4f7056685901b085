"""The courier's side of the ledger: what goes out next, and what became of it."""

import json
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import Ambiguous, Confirmed, Finding, Outcome, state_after
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.look_up import add_candidates
from terminal_app.ledger.rows import COLUMNS, LedgerEntry, entry_of
from terminal_app.ledger.seal import reseal
from terminal_app.ledger.transitions import change_state, note

log = logging.getLogger(__name__)


_UNDER_WAY = "state IN ('recorded', 'sending', 'unknown', 'held')"
_PASSED_OVER = " AND sequence NOT IN (SELECT value FROM json_each(?))"


def next_of_each_person(ledger: LedgerDatabase, *, most: int) -> list[LedgerEntry]:
    """The oldest clocking under way of each person, oldest first: later ones of that person wait for it.

    A row that makes no sense waits for nobody and holds up nobody: the log has its number, `queue` shows it.
    """
    return _readable(
        ledger,
        f"SELECT {COLUMNS} FROM clocking WHERE sequence IN (SELECT min(sequence) FROM clocking WHERE {_UNDER_WAY}"  # noqa: S608 # constant text
        f" AND person_id IS NOT NULL{_PASSED_OVER} GROUP BY person_id) ORDER BY sequence LIMIT ?",
        (most,),
    )


def next_of_person(ledger: LedgerDatabase, person_id: int) -> LedgerEntry | None:
    """The oldest clocking under way of one person, if there is any that makes sense."""
    found = _readable(
        ledger,
        f"SELECT {COLUMNS} FROM clocking WHERE {_UNDER_WAY}{_PASSED_OVER} AND person_id = ? ORDER BY sequence LIMIT 1",  # noqa: S608 # constant text
        (person_id,),
    )
    return found[0] if found else None


def _readable(ledger: LedgerDatabase, question: str, values: Sequence[object]) -> list[LedgerEntry]:
    """The entries that answer `question`, whose first value is the rows to pass over; asked until all make sense."""
    while True:
        if ledger.unreadable:
            rows = ledger.rows(question, (json.dumps(sorted(ledger.unreadable)), *values))
        else:
            rows = ledger.rows(question.replace(_PASSED_OVER, ""), values)
        found = [entry_of(row) for row in rows]
        readable = [entry for entry in found if isinstance(entry, LedgerEntry)]
        if len(readable) == len(found):
            return readable
        for entry in found:
            if not isinstance(entry, LedgerEntry):
                log.error("clocking-unreadable sequence=%d; it is not sent, see `queue`", entry.sequence)
                ledger.unreadable.add(entry.sequence)


def start_sending(ledger: LedgerDatabase, sequence: int) -> bool:
    """Mark, before the request leaves, that one may be under way; False when it was undone meanwhile."""
    with ledger.transaction() as connection:
        return change_state(connection, sequence, DeliveryState.SENDING, required=False)


def settle(ledger: LedgerDatabase, sequence: int, outcome: Outcome | Finding) -> bool:
    """Keep the outcome of a request, or of a look-up after an unknown one.

    False, and nothing is kept: the record that was found stands for another clocking since.
    """
    protime_id = outcome.protime_id if isinstance(outcome, Confirmed) else None
    explanation = outcome.explanation
    with ledger.transaction() as connection:
        if protime_id is not None and (other := _claimant(connection, protime_id, sequence)) is not None:
            if _is_looked_up(connection, sequence):
                return False
            explanation = f"Protime answered with the id of clocking {other}"
        if isinstance(outcome, Ambiguous):
            add_candidates(connection, sequence, outcome.protime_ids)
        change_state(connection, sequence, state_after(outcome), explanation=explanation, protime_id=protime_id)
    return True


def _claimant(connection: sqlite3.Connection, protime_id: int, sequence: int) -> int | None:
    """The other clocking that is known by this Protime id."""
    row = connection.execute(
        "SELECT sequence FROM clocking WHERE protime_id = ? AND sequence <> ?", (protime_id, sequence)
    ).fetchone()
    return row[0] if row else None


def _is_looked_up(connection: sqlite3.Connection, sequence: int) -> bool:
    (state,) = connection.execute("SELECT state FROM clocking WHERE sequence = ?", (sequence,)).fetchone()
    return bool(state == DeliveryState.UNKNOWN)


def doubt_interrupted(ledger: LedgerDatabase) -> int:
    """At a start: what a crash left in sending has an unknown outcome. Returns how many."""
    rows = ledger.rows(
        "SELECT sequence FROM clocking INDEXED BY outbox"
        " WHERE state IN ('recorded', 'sending', 'unknown', 'held') AND state = 'sending'"
    )
    if rows:
        with ledger.transaction() as connection:
            for (sequence,) in rows:
                change_state(
                    connection, sequence, DeliveryState.UNKNOWN, explanation="the courier stopped while sending"
                )
    return len(rows)


def held_badge_numbers(ledger: LedgerDatabase) -> list[str]:
    """The badges that were unknown when they were read, and have clockings waiting."""
    rows = ledger.rows(
        "SELECT DISTINCT badge_number FROM clocking"
        " WHERE state IN ('recorded', 'sending', 'unknown', 'held') AND person_id IS NULL"
    )
    return [badge_number for (badge_number,) in rows]


def held_days(ledger: LedgerDatabase, badge_number: str) -> list[date]:
    """The days on which the held clockings of a badge were made: it may have passed from hand to hand."""
    rows = ledger.rows(
        "SELECT DISTINCT date FROM clocking WHERE badge_number = ? AND person_id IS NULL"
        " AND state IN ('held', 'unknown') ORDER BY date",
        (badge_number,),
    )
    days = []
    for (day,) in rows:
        with suppress(ValueError):  # a damaged row; `queue` shows it
            days.append(date.fromisoformat(day))
    return days


def release_held(ledger: LedgerDatabase, badge_number: str, person_id: int, *, day: date) -> int:
    """Give the held clockings of a badge on `day` to the person whose it was; they go out. Returns how many.

    One that is unknown as well (from a damaged ledger, a backup or the mirror) stays so: Protime is asked first.
    """
    with ledger.transaction() as connection:
        rows = connection.execute(
            "SELECT sequence, state FROM clocking WHERE badge_number = ? AND date = ? AND person_id IS NULL"
            " AND state IN ('held', 'unknown')",
            (badge_number, day.isoformat()),
        ).fetchall()
        for sequence, state in rows:
            connection.execute("UPDATE clocking SET person_id = ? WHERE sequence = ?", (person_id, sequence))
            reseal(connection, sequence)
            details = {"after": {"person_id": person_id}}
            if state == DeliveryState.HELD:
                change_state(
                    connection,
                    sequence,
                    DeliveryState.RECORDED,
                    explanation="the badge is known now",
                    details=details,
                )
            else:
                note(connection, sequence, "the badge is known now", details=details)
    return len(rows)
