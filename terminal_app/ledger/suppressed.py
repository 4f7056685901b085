"""A badge that was read again and taken for a repeat: nothing is recorded, and the chain says so."""

from contextlib import suppress
from typing import NamedTuple

from terminal_app.audit.event import EventKind
from terminal_app.clocking.clocking import ClockingKind, Moment
from terminal_app.clocking.repeats import Repeat
from terminal_app.ledger.chain import append
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.rows import instant_of

_LATEST = (
    "SELECT sequence, minute, reader, instant, monotonic_ns, boottime_ns, boot_id FROM clocking"
    " WHERE badge_number = ? AND state NOT IN ('undone', 'discarded')"
)


class Latest(NamedTuple):
    """The latest clocking of a badge at this terminal."""

    sequence: int
    minute: int
    """Of its wall time."""
    reader: str
    moment: Moment


def latest_of_badge(ledger: LedgerDatabase, badge_number: str, kind: ClockingKind | None = None) -> Latest | None:
    """The latest clocking of a badge, of this kind if one is given, that still stands; None also for a damaged row.

    Raises LedgerUnusable.
    """
    only, values = ("", (badge_number,)) if kind is None else (" AND kind = ?", (badge_number, kind.value))
    rows = ledger.rows(f"{_LATEST}{only} ORDER BY sequence DESC LIMIT 1", values)
    for sequence, minute, reader, instant, *clocks in rows:
        with suppress(ValueError):
            return Latest(sequence, minute, reader, Moment(instant_of(instant), *clocks))
    return None


def note_repeat(
    ledger: LedgerDatabase,
    repeat: Repeat,
    *,
    badge_number: str,
    person_id: int | None,
    moment: Moment,
    reader: str,
    of: int | None,
) -> None:
    """Keep that a read was taken for a repeat, of clocking `of` where that is known. Raises NotRecorded."""
    with ledger.transaction() as connection:
        append(
            connection,
            EventKind.SUPPRESSED,
            at=moment.instant,
            sequence=of,
            content={
                "repeat": repeat.value,
                "badge_number": badge_number,
                "person_id": person_id,
                "instant": moment.instant.isoformat(timespec="microseconds"),
                "reader": reader,
            },
        )
