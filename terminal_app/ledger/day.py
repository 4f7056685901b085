"""What a badge did here on the latest days."""

import json
from contextlib import suppress
from datetime import date

from terminal_app.clocking.clocking import ClockingKind, DeliveryState
from terminal_app.clocking.my_day import OwnClocking
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.database import LedgerDatabase

_MOST = 200


def own_clockings(ledger: LedgerDatabase, badge_number: str, person_id: int | None, since: date) -> list[OwnClocking]:
    """The clockings of a badge by its owner of now from `since` on that were not undone, in their order.

    Raises LedgerUnusable.
    """
    rows = ledger.rows(
        "SELECT kind, reason, activity_levels, date, minute, state, protime_id FROM ("
        "SELECT * FROM clocking WHERE badge_number = ? ORDER BY sequence DESC LIMIT ?"
        ") WHERE date >= ? AND person_id IS ? AND state <> 'undone' ORDER BY sequence",
        (badge_number, _MOST, since.isoformat(), person_id),
    )
    found: list[OwnClocking] = []
    for kind, reason, levels, day, minute, state, protime_id in rows:
        with suppress(ValueError, TypeError, IndexError):  # a damaged row: one line less
            label = json.loads(reason)[2] if reason else ""
            if levels:
                label = " / ".join(str(level[4]) for level in json.loads(levels))
            wall_time = WallTime(date.fromisoformat(day), minute)
            found.append(OwnClocking(ClockingKind(kind), wall_time, label, DeliveryState(state), protime_id))
    return found
