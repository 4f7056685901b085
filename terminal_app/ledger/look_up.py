"""What a look-up needs of the ledger: which of Protime's records cannot be it, which may be, what an operator says."""

import json
import sqlite3
from collections.abc import Iterable
from enum import Enum

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.ledger.connection import LedgerConnection
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.ledger.transitions import change_state


class Resolved(Enum):
    """What became of an operator's decision."""

    DONE = "done"
    NOT_AMBIGUOUS = "not ambiguous"
    """There is nothing to decide about this clocking, or no longer."""
    NO_CANDIDATE = "no candidate"
    """This record is none of those that may be the clocking."""
    CLAIMED = "claimed"
    """The record stands for another clocking since."""


def not_these(ledger: LedgerDatabase, sequence: int, protime_ids: Iterable[int]) -> set[int]:
    """Which of these Protime ids cannot be the clocking: another is known by it, or an operator has ruled it out."""
    listed = json.dumps(list(protime_ids))
    rows = ledger.rows(
        "SELECT protime_id FROM clocking"
        " WHERE protime_id IN (SELECT value FROM json_each(?)) AND protime_id IS NOT NULL"
        " UNION SELECT protime_id FROM candidate"
        " WHERE sequence = ? AND is_ruled_out AND protime_id IN (SELECT value FROM json_each(?))",
        (listed, sequence, listed),
    )
    return {protime_id for (protime_id,) in rows}


def is_in_doubt_for(ledger: LedgerDatabase, entry: LedgerEntry, person_id: int) -> bool:
    """Whether a clocking of this person, of the minute and kind of `entry`, may be among Protime's records unclaimed.

    Then a record of that person cannot be told to be `entry`.
    """
    wall_time = entry.clocking.wall_time
    is_like = "person_id = ? AND date = ? AND minute = ? AND kind = ? AND sequence <> ?"
    like = (person_id, wall_time.date.isoformat(), wall_time.minute, entry.clocking.kind.value, entry.sequence)
    rows = ledger.rows(
        "SELECT 1 FROM clocking WHERE state IN ('recorded', 'sending', 'unknown', 'held')"  # noqa: S608 # constants
        f" AND state IN ('sending', 'unknown') AND {is_like}"
        f" UNION ALL SELECT 1 FROM clocking WHERE state IN ('refused', 'ambiguous') AND state = 'ambiguous'"
        f" AND {is_like}",
        (*like, *like),
    )
    return bool(rows)


def add_candidates(connection: sqlite3.Connection, sequence: int, protime_ids: Iterable[int]) -> None:
    """Remember which records may be the clocking; within a transaction."""
    connection.executemany(
        "INSERT OR IGNORE INTO candidate (sequence, protime_id) VALUES (?, ?)",
        [(sequence, protime_id) for protime_id in protime_ids],
    )


def candidates_of(connection: sqlite3.Connection, sequence: int) -> list[int]:
    """The Protime ids that may be the clocking, those ruled out left away."""
    rows = connection.execute(
        "SELECT protime_id FROM candidate WHERE sequence = ? AND NOT is_ruled_out ORDER BY protime_id", (sequence,)
    )
    return [protime_id for (protime_id,) in rows]


def explanation_of_ambiguous(connection: sqlite3.Connection, sequence: int) -> str | None:
    """What there is to decide, with the clocking and the records that may be it; None: nothing."""
    row = connection.execute(
        "SELECT explanation FROM clocking WHERE sequence = ? AND state = 'ambiguous'", (sequence,)
    ).fetchone()
    return str(row[0]) if row else None


def resolve_as(ledger: LedgerDatabase, sequence: int, protime_id: int, *, explanation: str) -> Resolved:
    """An operator says that the clocking is this record of Protime. Raises NotRecorded."""
    with ledger.transaction() as connection:
        if protime_id not in candidates_of(connection, sequence):
            return Resolved.NO_CANDIDATE if _is_ambiguous(connection, sequence) else Resolved.NOT_AMBIGUOUS
        if connection.execute("SELECT 1 FROM clocking WHERE protime_id = ?", (protime_id,)).fetchone():
            return Resolved.CLAIMED
        done = _decide(connection, sequence, DeliveryState.CONFIRMED, explanation, protime_id)
    return Resolved.DONE if done else Resolved.NOT_AMBIGUOUS


def resolve_as_missing(ledger: LedgerDatabase, sequence: int, *, explanation: str) -> Resolved:
    """An operator says that Protime does not have it: it goes out, and these records are not taken for it again.

    Raises NotRecorded.
    """
    with ledger.transaction() as connection:
        if not _decide(connection, sequence, DeliveryState.RECORDED, explanation, None):
            return Resolved.NOT_AMBIGUOUS
        connection.execute("UPDATE candidate SET is_ruled_out = 1 WHERE sequence = ?", (sequence,))
    return Resolved.DONE


def _decide(
    connection: LedgerConnection, sequence: int, state: DeliveryState, explanation: str, protime_id: int | None
) -> bool:
    # Asked first: other states may go to these two as well, by no decision of an operator.
    return _is_ambiguous(connection, sequence) and change_state(
        connection, sequence, state, explanation=explanation, protime_id=protime_id, required=False
    )


def _is_ambiguous(connection: sqlite3.Connection, sequence: int) -> bool:
    row = connection.execute("SELECT state FROM clocking WHERE sequence = ?", (sequence,)).fetchone()
    return row is not None and row[0] == DeliveryState.AMBIGUOUS
