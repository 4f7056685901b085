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
    formers = may_come_from(state)
    noted = connection.execute(
        "INSERT INTO history (sequence, at, former, state, explanation) SELECT sequence, ?, state, ?, ? FROM clocking"  # noqa: S608 # question marks
        f" WHERE sequence = ? AND state IN ({', '.join('?' * len(formers))})",
        ((at or datetime.now(UTC)).isoformat(timespec="microseconds"), state.value, explanation, sequence, *formers),
    )
    if not noted.rowcount:
        if required:
            raise NotRecorded(f"clocking {sequence} cannot go from {_state_of(connection, sequence)} to {state}")
        return False
    connection.execute(
        "UPDATE clocking SET state = ?, explanation = ?, protime_id = coalesce(?, protime_id), attempts = attempts + ?"
        " WHERE sequence = ?",
        (state.value, explanation, protime_id, state is DeliveryState.SENDING, sequence),
    )
    return True


def note(connection: sqlite3.Connection, sequence: int, explanation: str) -> None:
    """A row of history about a clocking that stays in its state; within a transaction."""
    connection.execute(
        "INSERT INTO history (sequence, at, former, state, explanation)"
        " SELECT sequence, ?, state, state, ? FROM clocking WHERE sequence = ?",
        (datetime.now(UTC).isoformat(timespec="microseconds"), explanation, sequence),
    )


def _state_of(connection: sqlite3.Connection, sequence: int) -> str:
    row = connection.execute("SELECT state FROM clocking WHERE sequence = ?", (sequence,)).fetchone()
    return str(row[0]) if row else "nothing"
