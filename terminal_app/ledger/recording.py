"""The kiosk's side of the ledger: record, take back, look at what a badge did before."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from terminal_app.audit.event import EventKind
from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Moment
from terminal_app.clocking.direction import Doubt
from terminal_app.clocking.elapsed import elapsed
from terminal_app.clocking.proposal import EarlierInOut
from terminal_app.ledger.chain import append_text
from terminal_app.ledger.connection import LedgerConnection
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import DiskFull
from terminal_app.ledger.rows import RECORDED_COLUMNS, instant_of, seal_and_content, values_of
from terminal_app.ledger.transitions import change_state

# Numbers are never given again, also when the clockings that had them are erased: the chain remembers them.
_INSERT = (
    f"INSERT INTO clocking (sequence, {RECORDED_COLUMNS}, state, seal) VALUES"  # noqa: S608 # constants
    " (1 + max((SELECT coalesce(max(sequence), 0) FROM clocking),"
    " (SELECT coalesce(max(sequence), 0) FROM event WHERE sequence IS NOT NULL)),"
    " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)

_MOST_IN_OUTS = 16
_DOUBTS: dict[str, frozenset[Doubt]] = {
    ClockingKind.IN_OUT.value: frozenset(),
    ClockingKind.REASON.value: frozenset({Doubt.REASON}),
}


def record(ledger: LedgerDatabase, clocking: Clocking) -> int:
    """Put a clocking on the disk and give its local number.

    A clocking of nobody known is held until its badge is. On a full disk it goes into what is reserved. Raises
    NotRecorded when the clocking is not on the disk.
    """
    while True:
        try:
            with ledger.transaction() as connection:
                return _insert(connection, clocking)
        except DiskFull as error:
            if not error.has_made_room:
                raise


def record_instead(ledger: LedgerDatabase, clocking: Clocking, former: int) -> int | None:
    """Take `former` back and record `clocking`, both or neither; its local number.

    None: it is too late, `former` has been sent; it stands, and nothing was recorded. Raises NotRecorded as `record`.
    """
    with ledger.transaction() as connection:
        at = clocking.moment.instant
        if not change_state(connection, former, DeliveryState.UNDONE, at=at, required=False):
            return None
        return _insert(connection, clocking)


def _insert(connection: LedgerConnection, clocking: Clocking) -> int:
    state = DeliveryState.HELD if clocking.person_id is None else DeliveryState.RECORDED
    values = values_of(clocking)
    seal, content = seal_and_content(values)
    sequence = connection.execute(_INSERT, (*values.values(), state.value, seal)).lastrowid
    assert sequence is not None  # noqa: S101 # an INSERT into a rowid table has one
    at = clocking.moment.instant.isoformat(timespec="microseconds")
    append_text(connection, (EventKind.RECORDED.value, at, sequence, None, state.value, None), content)
    return sequence


def undo(ledger: LedgerDatabase, sequence: int, *, at: datetime) -> bool:
    """Take a clocking back; False when it is too late because it has been sent."""
    with ledger.transaction() as connection:
        return change_state(connection, sequence, DeliveryState.UNDONE, at=at, required=False)


def take_back_refused(ledger: LedgerDatabase, *, at: datetime) -> None:
    """Take back what the guests were told is not recorded, and is: the log of a disk that failed may keep it."""
    if not ledger.told_not_recorded:
        return
    with ledger.transaction() as connection:
        for key in ledger.told_not_recorded:
            for (sequence,) in connection.execute("SELECT sequence FROM clocking WHERE id = ?", (key,)).fetchall():
                change_state(connection, sequence, DeliveryState.UNDONE, at=at, required=False)
    ledger.told_not_recorded.clear()


def in_outs_before(
    ledger: LedgerDatabase, badge_number: str, moment: Moment, within: timedelta
) -> Sequence[EarlierInOut]:
    """The in/outs of a badge, and reasons, at this terminal in the time `within` before `moment`, oldest first.

    How long ago each was is known by the boot-time clock where it can be. Raises LedgerUnusable.
    """
    rows = ledger.rows(
        "SELECT kind, date, protime_id, instant, monotonic_ns, boottime_ns, boot_id FROM clocking"
        " WHERE badge_number = ? AND kind IN ('InOut', 'Reason') AND state NOT IN ('undone', 'discarded')"
        " ORDER BY sequence DESC LIMIT ?",
        (badge_number, _MOST_IN_OUTS),
    )
    found: list[EarlierInOut] = []
    for kind, day, protime_id, text, *clocks in rows:
        with suppress(ValueError):  # a damaged row: less to propose from, no more than that
            earlier = Moment(instant_of(text), *clocks)
            ago = elapsed(earlier, moment)
            if ago > within:
                break
            found.append(EarlierInOut(earlier.instant, ago, date.fromisoformat(day), protime_id, _DOUBTS[kind]))
    return found[::-1]
