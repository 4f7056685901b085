"""From state to state, with a row of history each."""

import sqlite3
from datetime import UTC, datetime

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import may_come_from
from terminal_app.ledger.errors import NotRecorded


def change_state(
    connection: sqlite3.Connection,
    sequence: int,
    state: DeliveryState,
    *,
    at: datetime | None = None,
    explanation: str | None = None,
    protime_id: int | None = None,
    required: bool = True,
) -> bool:
    """Bring one clocking to `state` if the delivery rules allow it from where it is; within a transaction.

    Whoever comes first wins: an undo and a sending of the same clocking cannot both succeed. Returns whether it was
    done; raises NotRecorded instead of returning False when `required`.
    """
    row = connection.execute("SELECT state FROM clocking WHERE sequence = ?", (sequence,)).fetchone()
    former = DeliveryState(row[0]) if row else None
    if former not in may_come_from(state):
        if required:
            raise NotRecorded(f"clocking {sequence} cannot go from {former} to {state}")
        return False
    connection.execute(
        "UPDATE clocking SET state = ?, explanation = ?, protime_id = coalesce(?, protime_id), attempts = attempts + ?"
        " WHERE sequence = ?",
        (state.value, explanation, protime_id, state is DeliveryState.SENDING, sequence),
    )
    connection.execute(
        "INSERT INTO history (sequence, at, former, state, explanation) VALUES (?, ?, ?, ?, ?)",
        (sequence, (at or datetime.now(UTC)).isoformat(timespec="microseconds"), former, state.value, explanation),
    )
    return True
