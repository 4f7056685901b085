"""Clockings whose time is in doubt: which they are, and what was decided about each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from terminal_app.clocking.anchors import Estimate, true_time
from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.doubtful_time import (
    Correct,
    Evidence,
    Settle,
    TimeSettled,
    Verdict,
    Wait,
    in_seconds,
    is_another_minute,
)
from terminal_app.clocking.wall_time import WallTime, wall_time_of
from terminal_app.ledger.anchors import anchors_of, first_of_another_boot, latest_of_another_boot
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.rows import COLUMNS, LedgerEntry, entry_of, microseconds
from terminal_app.ledger.seal import reseal
from terminal_app.ledger.transitions import change_state, note

_AT_A_TIME = 32
"""The kiosk waits for as many."""


def time_to_settle(ledger: LedgerDatabase, *, after: int = 0) -> list[LedgerEntry]:
    """A few clockings that are not sent, and whose time was not good, from the local number `after` on, in order.

    Those that were sent once are not among them: a request of theirs may still be stored. Raises LedgerUnusable.
    """
    rows = ledger.rows(
        f"SELECT {COLUMNS} FROM clocking INDEXED BY time_to_settle WHERE time_settled IS NULL"  # noqa: S608 # constants
        " AND time_state IN ('drifting', 'untrusted', 'jumped') AND state IN ('recorded', 'held')"
        " AND attempts = 0 AND sequence > ? ORDER BY sequence LIMIT ?",
        (after, _AT_A_TIME),
    )
    found = (entry_of(row) for row in rows)
    return [entry for entry in found if isinstance(entry, LedgerEntry)]


def evidence_about(ledger: LedgerDatabase, entries: Sequence[LedgerEntry]) -> list[Evidence]:
    """What the ledger knows about the time of each of these, which have a quality. Raises LedgerUnusable."""
    boots = {entry.clocking.moment.boot_id for entry in entries}
    anchors = {boot_id: anchors_of(ledger.rows, boot_id) for boot_id in boots}
    found = []
    for entry in entries:
        moment, quality = entry.clocking.moment, entry.clocking.time
        assert quality is not None  # noqa: S101 # as `time_to_settle` gives them
        before = latest_of_another_boot(ledger.rows, moment.boot_id, before=entry.sequence)
        after = first_of_another_boot(ledger.rows, moment.boot_id, since=entry.sequence)
        found.append(Evidence(moment, quality, anchors[moment.boot_id], before, after))
    return found


def settle_time(ledger: LedgerDatabase, entry: LedgerEntry, verdict: Verdict, zone: ZoneInfo) -> str | None:
    """Write down what was decided; gives it in words, None when there was nothing to write.

    A clocking that was taken back or sent meanwhile stays as it is. Raises NotRecorded.
    """
    match verdict:
        case Wait():
            return None
        case Correct(estimate):
            return _correct(ledger, entry, estimate.instant, estimate.error, wall_time_of(estimate.instant, zone))
        case Settle(how, because):
            return _settle(ledger, entry, how, because)


def _correct(
    ledger: LedgerDatabase, entry: LedgerEntry, instant: datetime, error: timedelta, wall_time: WallTime
) -> str | None:
    raw = entry.clocking.wall_time
    explanation = f"time corrected from {raw} to {wall_time}, +-{in_seconds(error)}"
    with ledger.transaction() as connection:
        changed = connection.execute(
            "UPDATE clocking SET raw_instant = instant, raw_date = date, raw_minute = minute, instant = ?, date = ?,"
            " minute = ?, true_instant = ?, true_error_us = ?, time_settled = ?"
            " WHERE sequence = ? AND state IN ('recorded', 'held') AND attempts = 0 AND time_settled IS NULL",
            (
                instant.isoformat(timespec="microseconds"),
                wall_time.date.isoformat(),
                wall_time.minute,
                instant.isoformat(timespec="microseconds"),
                microseconds(error),
                TimeSettled.CORRECTED.value,
                entry.sequence,
            ),
        )
        if not changed.rowcount:
            return None
        reseal(connection, entry.sequence)
        note(connection, entry.sequence, explanation)
    return explanation


def _settle(ledger: LedgerDatabase, entry: LedgerEntry, how: TimeSettled, because: str) -> str | None:
    if entry.state is not DeliveryState.RECORDED and how is not TimeSettled.BOUNDED:
        return None  # of nobody known: there is time until it is somebody's
    with ledger.transaction() as connection:
        changed = connection.execute(
            "UPDATE clocking SET time_settled = ? WHERE sequence = ? AND state = ? AND time_settled IS NULL",
            (how.value, entry.sequence, entry.state.value),
        )
        if not changed.rowcount:
            return None
        if how is TimeSettled.ASKED:
            change_state(connection, entry.sequence, DeliveryState.REFUSED, explanation=because)
        else:
            note(connection, entry.sequence, because)
    return because


def find_sent_wrong(ledger: LedgerDatabase, boot_id: str) -> list[int]:
    """Look at those of a boot that went out in doubt; gives the local numbers of which have another minute.

    What was found stays beside each. Raises LedgerUnusable and NotRecorded.
    """
    rows = ledger.rows(
        f"SELECT {COLUMNS} FROM clocking INDEXED BY sent_in_doubt"  # noqa: S608 # constants
        " WHERE time_settled IN ('accepted', 'too-late') AND time_settled = 'accepted' AND boot_id = ?"
        " AND true_instant IS NULL LIMIT ?",
        (boot_id, _AT_A_TIME),
    )
    anchors = anchors_of(ledger.rows, boot_id) if rows else []
    wrong = []
    for entry in map(entry_of, rows):
        if isinstance(entry, LedgerEntry) and (true := true_time(entry.clocking.moment.boottime_ns, anchors)):
            is_wrong = is_another_minute(entry.clocking.moment.instant, true)
            _keep_true_time(ledger, entry, true, TimeSettled.TOO_LATE if is_wrong else TimeSettled.ACCEPTED)
            if is_wrong:
                wrong.append(entry.sequence)
    return wrong


def _keep_true_time(ledger: LedgerDatabase, entry: LedgerEntry, true: Estimate, how: TimeSettled) -> None:
    with ledger.transaction() as connection:
        connection.execute(
            "UPDATE clocking SET time_settled = ?, true_instant = ?, true_error_us = ? WHERE sequence = ?",
            (how.value, true.instant.isoformat(timespec="microseconds"), microseconds(true.error), entry.sequence),
        )
        note(
            connection,
            entry.sequence,
            f"sent as {entry.clocking.moment.instant:%Y-%m-%d %H:%M:%S} UTC;"
            f" it was {true.instant:%Y-%m-%d %H:%M:%S} UTC, +-{in_seconds(true.error)}",
        )
