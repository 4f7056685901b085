"""From state to state, each an event of the audit chain."""

from collections.abc import Mapping
from datetime import datetime

from terminal_app.audit.event import EventKind
from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import may_come_from
from terminal_app.ledger.chain import append
from terminal_app.ledger.connection import LedgerConnection
from terminal_app.ledger.errors import NotRecorded


def change_state(
    connection: LedgerConnection,
    sequence: int,
    state: DeliveryState,
    *,
    at: datetime | None = None,
    explanation: str | None = None,
    protime_id: int | None = None,
    required: bool = True,
    details: Mapping[str, object] | None = None,
) -> bool:
    """Bring one clocking to `state` if the delivery rules allow it from where it is; within a transaction.

    Whoever comes first wins: an undo and a sending of the same clocking cannot both succeed. `details` go into the
    chain with the explanation. Returns whether it was done; raises NotRecorded instead of returning False when
    `required`.
    """
    row = connection.execute("SELECT state FROM clocking WHERE sequence = ?", (sequence,)).fetchone()
    former = row[0] if row else None
    if former not in may_come_from(state):
        if required:
            raise NotRecorded(f"clocking {sequence} cannot go from {former or 'nothing'} to {state}")
        return False
    connection.execute(
        "UPDATE clocking SET state = ?, explanation = ?, protime_id = coalesce(?, protime_id), attempts = attempts + ?"
        " WHERE sequence = ?",
        (state.value, explanation, protime_id, state is DeliveryState.SENDING, sequence),
    )
    known = {"explanation": explanation, "protime_id": protime_id, **(details or {})}
    append(
        connection,
        EventKind.MOVED,
        at=at,
        sequence=sequence,
        former=former,
        state=state.value,
        content={name: value for name, value in known.items() if value is not None},
    )
    return True


def note(
    connection: LedgerConnection, sequence: int, explanation: str, *, details: Mapping[str, object] | None = None
) -> None:
    """An event about a clocking that stays in its state; within a transaction."""
    append(connection, EventKind.NOTED, sequence=sequence, content={"explanation": explanation, **(details or {})})
