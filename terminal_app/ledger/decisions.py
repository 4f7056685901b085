"""The operator's side of the ledger: what becomes of a clocking that Protime refused, or whose badge nobody knows.

Each decision is an event of the audit chain with who made it. Beside kiosk and courier this is a third process that
writes, under the same lock.
"""

from dataclasses import dataclass

from terminal_app.audit.event import EventKind
from terminal_app.clocking.clocking import Clocking, DeliveryState
from terminal_app.ledger.chain import append
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.rows import values_of
from terminal_app.ledger.seal import reseal
from terminal_app.ledger.transitions import change_state

MAY_CHANGE = frozenset({"badge_number", "person_id", "reason", "activity_levels"})
"""The columns that say what a clocking is sent with; when and where it was read stays."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did."""

    columns: tuple[str, ...]
    is_released: bool
    """Whether it was nobody's, and goes out now, since it belongs to somebody."""


def is_an_operators(state: DeliveryState, person_id: int | None) -> bool:
    """Whether an operator may edit or discard a clocking: refused, held, or of nobody known.

    In any other state a request may be under way, or Protime has it already. One of unknown outcome that is nobody's
    came back from a backup, the mirror or a damaged ledger: nothing of it is under way before it is somebody's.
    """
    if state is DeliveryState.UNKNOWN:
        return person_id is None
    return state in (DeliveryState.REFUSED, DeliveryState.HELD)


def retry(ledger: LedgerDatabase, sequence: int, *, operator: str) -> bool:
    """Have a refused clocking sent again; False when it is not refused. Raises NotRecorded."""
    with ledger.transaction() as connection:
        row = connection.execute("SELECT state FROM clocking WHERE sequence = ?", (sequence,)).fetchone()
        return row == (DeliveryState.REFUSED.value,) and change_state(
            connection,
            sequence,
            DeliveryState.RECORDED,
            explanation="to be sent again",
            details={"operator": operator},
        )


def discard(ledger: LedgerDatabase, sequence: int, *, operator: str, reason: str) -> bool:
    """Give up a clocking that is for an operator; False when it is not. Raises NotRecorded."""
    with ledger.transaction() as connection:
        row = connection.execute("SELECT state, person_id FROM clocking WHERE sequence = ?", (sequence,)).fetchone()
        return _is_theirs(row) and change_state(
            connection,
            sequence,
            DeliveryState.DISCARDED,
            explanation=reason,
            details={"operator": operator},
            required=False,
        )


def edit(ledger: LedgerDatabase, sequence: int, former: Clocking, new: Clocking, *, operator: str) -> Edited | None:
    """Change what a clocking that is for an operator is sent with; the chain keeps what it was.

    A refused one stays refused until it is retried; a held one that belongs to somebody now goes out, and of one of
    unknown outcome Protime is asked first. None when it is
    no longer `former`, or in another state: then nothing was changed. Raises NotRecorded, and ValueError for a change
    of anything else than MAY_CHANGE.
    """
    before, after = (values_of(one) for one in (former, new))
    changed = {name: value for name, value in after.items() if before[name] != value}
    if not changed or not changed.keys() <= MAY_CHANGE:
        raise ValueError(f"not to be changed: {', '.join(changed) or 'nothing'}")
    with ledger.transaction() as connection:
        same = " AND ".join(f"{name} IS ?" for name in before)
        row = connection.execute(
            f"SELECT state, person_id FROM clocking WHERE sequence = ? AND {same}",  # noqa: S608 # our columns
            (sequence, *before.values()),
        ).fetchone()
        if not _is_theirs(row):
            return None
        assignments = ", ".join(f"{name} = ?" for name in changed)
        connection.execute(
            f"UPDATE clocking SET {assignments} WHERE sequence = ?",  # noqa: S608 # our columns
            (*changed.values(), sequence),
        )
        reseal(connection, sequence)
        append(
            connection,
            EventKind.EDITED,
            sequence=sequence,
            content={"operator": operator, "before": {name: before[name] for name in changed}, "after": changed},
        )
        is_released = row[0] != DeliveryState.REFUSED and new.person_id is not None
        if row[0] == DeliveryState.HELD and is_released:
            change_state(
                connection,
                sequence,
                DeliveryState.RECORDED,
                explanation="an operator said whose it is",
                details={"operator": operator},
            )
    return Edited(tuple(changed), is_released)


def _is_theirs(row: tuple[str, int | None] | None) -> bool:
    return row is not None and is_an_operators(DeliveryState(row[0]), row[1])
