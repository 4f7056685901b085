"""Whether the clockings of a ledger are what its audit chain says of them."""

import json
import sqlite3
from collections.abc import Iterator

from terminal_app.audit.event import EventKind, columns_of
from terminal_app.ledger.chain import events_of
from terminal_app.ledger.rows import RECORDED_COLUMNS

_NAMES = RECORDED_COLUMNS.split(", ")


def disagreements(connection: sqlite3.Connection) -> Iterator[str]:
    """What a clocking's row says otherwise than its events, in words; nothing where they agree.

    The chain itself is not looked at: where it is broken it proves nothing. Raises sqlite3.Error.
    """
    question = f"SELECT sequence, state, {RECORDED_COLUMNS} FROM clocking ORDER BY sequence"  # noqa: S608 # constants
    for sequence, state, *values in connection.execute(question).fetchall():
        try:
            known, last_state = _told(connection, sequence)
            found = json.loads(columns_of(dict(zip(_NAMES, values, strict=True))))
        except (ValueError, TypeError, AttributeError, RecursionError):
            yield f"clocking {sequence}: its events make no sense"
            continue
        if known == {}:
            yield f"clocking {sequence}: no event tells of its recording"
            continue
        # Columns that came with a later version are not in the events of an earlier one.
        wrong = [name for name, value in (known or {}).items() if found.get(name) != value]
        if state != last_state:
            wrong.append("state")
        if wrong:
            yield f"clocking {sequence}: not as its events tell: {', '.join(wrong)}"
    for (sequence,) in connection.execute(
        "SELECT sequence FROM event WHERE kind = 'recorded' AND content IS NOT NULL"
        " AND sequence NOT IN (SELECT sequence FROM clocking) ORDER BY sequence"
    ):
        yield f"clocking {sequence}: an event tells of its recording, and it is not there"


def _told(connection: sqlite3.Connection, sequence: int) -> tuple[dict[str, object] | None, str | None]:
    """What the events say that a clocking is, by column, and where it is; None when they do not say it any more."""
    known: dict[str, object] | None = {}
    state = None
    for event in events_of(connection, sequence):
        content = json.loads(event.content) if event.content is not None else {}
        if event.is_erased and event.kind in (EventKind.RECORDED, EventKind.EDITED):
            known = None
        elif event.kind == EventKind.RECORDED:
            known = content
        if known is not None:
            known = known | content.get("after", {})
        state = event.state or state
    return known, state
