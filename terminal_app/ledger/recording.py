"""The kiosk's side of the ledger: record, take back, look at what a badge did before."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from terminal_app.audit.event import EventKind
from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState
from terminal_app.ledger.chain import append
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.rows import RECORDED_COLUMNS, instant_of, recorded_content, values_of
from terminal_app.ledger.transitions import change_state

# Numbers are never given again, also when the clockings that had them are erased: the chain remembers them.
_INSERT = (
    f"INSERT INTO clocking (sequence, {RECORDED_COLUMNS}, state) VALUES"  # noqa: S608 # constants
    " (1 + max((SELECT coalesce(max(sequence), 0) FROM clocking), (SELECT coalesce(max(sequence), 0) FROM event)),"
    " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def record(ledger: LedgerDatabase, clocking: Clocking) -> int:
    """Put a clocking on the disk and give its local number.

    A clocking of nobody known is held until its badge is. Raises NotRecorded when the clocking is not on the disk.
    """
    with ledger.transaction() as connection:
        return _insert(connection, clocking)


def record_instead(ledger: LedgerDatabase, clocking: Clocking, former: int) -> int | None:
    """Take `former` back and record `clocking`, both or neither; its local number.

    None: it is too late, `former` has been sent; it stands, and nothing was recorded. Raises NotRecorded as `record`.
    """
    with ledger.transaction() as connection:
        at = clocking.moment.instant
        if not change_state(connection, former, DeliveryState.UNDONE, at=at, required=False):
            return None
        return _insert(connection, clocking)


def _insert(connection: sqlite3.Connection, clocking: Clocking) -> int:
    state = DeliveryState.HELD if clocking.person_id is None else DeliveryState.RECORDED
    values = values_of(clocking)
    sequence = connection.execute(_INSERT, (*values, state.value)).lastrowid
    assert sequence is not None  # noqa: S101 # an INSERT into a rowid table has one
    append(
        connection,
        EventKind.RECORDED,
        at=clocking.moment.instant,
        sequence=sequence,
        state=state.value,
        content=recorded_content(values),
    )
    return sequence


def undo(ledger: LedgerDatabase, sequence: int, *, at: datetime) -> bool:
    """Take a clocking back; False when it is too late because it has been sent."""
    with ledger.transaction() as connection:
        return change_state(connection, sequence, DeliveryState.UNDONE, at=at, required=False)


def in_outs_before(
    ledger: LedgerDatabase, badge_number: str, instant: datetime, within: timedelta
) -> Sequence[datetime]:
    """The instants of the in/outs of a badge at this terminal in the time `within` before `instant`, oldest first."""
    rows = ledger.rows(
        "SELECT instant FROM clocking WHERE badge_number = ? AND kind = ? AND state <> 'undone' AND instant >= ?"
        " ORDER BY sequence DESC LIMIT 50",
        (badge_number, ClockingKind.IN_OUT.value, (instant - within).isoformat(timespec="microseconds")),
    )
    instants = []
    for (text,) in reversed(rows):
        with suppress(ValueError):  # a damaged row: less to propose from, no more than that
            instants.append(instant_of(text))
    return instants
