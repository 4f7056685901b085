"""Brings a ledger of version 1 into the chain: its clockings and its `history`, in the order in which they happened."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from terminal_app.audit.event import EventKind
from terminal_app.ledger.chain import append
from terminal_app.ledger.connection import LedgerConnection
from terminal_app.ledger.rows import Row, instant_of

NOTE = "chained afterwards"
_COLUMNS = (
    *("id", "badge_number", "person_id", "kind", "reason", "activity_levels", "instant", "monotonic_ns", "boottime_ns"),
    *("boot_id", "date", "minute", "reader"),
)
"""As they were then: later migrations add others."""


def chain_former_history(connection: LedgerConnection) -> None:
    """Within the migration's transaction. A clocking is chained as its row is now, with the state that it began in."""
    first_states = dict(
        connection.execute(
            "SELECT sequence, former FROM former_history"
            " WHERE id IN (SELECT min(id) FROM former_history GROUP BY sequence)"
        ).fetchall()
    )
    clockings = connection.execute(
        f"SELECT sequence, state, {', '.join(_COLUMNS)} FROM clocking ORDER BY sequence DESC"  # noqa: S608 # constants
    ).fetchall()
    moves = connection.execute(
        "SELECT sequence, at, former, state, explanation, protime_id FROM former_history"
        " LEFT JOIN (SELECT sequence, protime_id FROM clocking) USING (sequence) ORDER BY id"
    ).fetchall()
    for sequence, at, former, state, explanation, protime_id in moves:
        while clockings and clockings[-1][0] <= sequence:
            _chain_recording(connection, clockings.pop(), first_states)
        known = {"explanation": explanation, "protime_id": protime_id if state == "confirmed" else None}
        append(
            connection,
            EventKind.MOVED,
            at=_instant(at),
            sequence=sequence,
            former=former,
            state=state,
            note=NOTE,
            content={name: value for name, value in known.items() if value is not None},
        )
    while clockings:
        _chain_recording(connection, clockings.pop(), first_states)
    connection.execute("DROP TABLE former_history")


def _chain_recording(connection: LedgerConnection, row: Row, first_states: Mapping[int, str]) -> None:
    sequence, state, *values = row
    content = dict(zip(_COLUMNS, values, strict=True))
    append(
        connection,
        EventKind.RECORDED,
        at=_instant(str(content["instant"])),
        sequence=sequence,
        state=first_states.get(sequence, state),
        note=NOTE,
        content=content,
    )


def _instant(text: str) -> datetime | None:
    """None, for now, where damage has made it none."""
    with suppress(ValueError):
        return instant_of(text)
    return None
