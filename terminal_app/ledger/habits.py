"""What a badge chose here lately: the reasons and activities of its clockings."""

import json
from contextlib import suppress

from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Reason
from terminal_app.clocking.combination import Combination
from terminal_app.ledger.database import LedgerDatabase

_CLOCKINGS_LOOKED_AT = 100


def chosen_lately(ledger: LedgerDatabase, badge_number: str, person_id: int | None) -> list[Combination]:
    """The reasons and activities among the latest clockings of a badge by its owner of now, newest first.

    Raises LedgerUnusable.
    """
    rows = ledger.rows(
        "SELECT reason, activity_levels FROM ("
        "SELECT kind, reason, activity_levels FROM clocking"
        " WHERE badge_number = ? AND person_id IS ? AND state NOT IN ('undone', 'discarded')"
        " ORDER BY sequence DESC LIMIT ?"
        ") WHERE kind IN (?, ?)",
        (badge_number, person_id, _CLOCKINGS_LOOKED_AT, ClockingKind.REASON.value, ClockingKind.ACTIVITY.value),
    )
    found: list[Combination] = []
    for reason, levels in rows:
        with suppress(ValueError, TypeError):  # a damaged row: one habit less
            found.append(
                Combination(Reason(*json.loads(reason)))
                if reason
                else Combination(activity_levels=tuple(ActivityLevel(*level) for level in json.loads(levels)))
            )
    return found
