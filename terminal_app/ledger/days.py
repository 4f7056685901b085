"""The clockings of one day, for the comparison with Protime's."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.rows import COLUMNS, LedgerEntry, entry_of

NEWEST = 2**63 - 1
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class PartOfDay:
    """Some of them, and where the next part begins."""

    entries: list[LedgerEntry]
    before: int | None
    """For the next call; None: there is nothing more."""


def part_of_day(ledger: LedgerDatabase, day: date, before: int = NEWEST) -> PartOfDay:
    """The clockings of `day` among the next older ones, newest first, undone ones left out.

    In parts, for the ledger may be long and a delivery waits meanwhile; it ends where the wall times are of an earlier
    day. Raises LedgerUnusable.
    """
    rows = ledger.rows(
        f"SELECT {COLUMNS} FROM clocking WHERE sequence < ? ORDER BY sequence DESC LIMIT ?",  # noqa: S608 # constants
        (before, _AT_A_TIME),
    )
    found = [entry_of(row) for row in rows]
    whole = [one for one in found if isinstance(one, LedgerEntry)]
    is_last = len(rows) < _AT_A_TIME or (bool(whole) and whole[-1].clocking.wall_time.date < day)
    of_day = [one for one in whole if one.clocking.wall_time.date == day and one.state is not DeliveryState.UNDONE]
    return PartOfDay(of_day, None if is_last else found[-1].sequence)


def claimed_of(ledger: LedgerDatabase, protime_ids: Iterable[int]) -> set[int]:
    """Which of these Protime ids clockings of this terminal are known by. Raises LedgerUnusable."""
    rows = ledger.rows(
        "SELECT protime_id FROM clocking"
        " WHERE protime_id IN (SELECT value FROM json_each(?)) AND protime_id IS NOT NULL",
        (json.dumps(list(protime_ids)),),
    )
    return {protime_id for (protime_id,) in rows}
