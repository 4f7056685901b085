"""The anchors of the time in the ledger: kept by the kiosk (kernel) and by the courier (server), read by both."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from terminal_app.clocking.anchors import Anchor, AnchorSource
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.rows import Row, instant_of, microseconds, timedelta_of

Ask = Callable[[str, Sequence[object]], list[Row]]
"""Puts a question to the ledger: `LedgerDatabase.rows`, or a connection that only reads."""
_COLUMNS = "boot_id, boottime_ns, instant, error_us, source, battery_ahead_us"
_KEPT = 2000
"""About a week of both kinds; of older boots the first and the last of each kind stay."""


def keep_anchor(ledger: LedgerDatabase, anchor: Anchor) -> None:
    """Add one, and forget the oldest that nothing needs. Raises NotRecorded."""
    with ledger.transaction() as connection:
        connection.execute(
            f"INSERT INTO anchor ({_COLUMNS}, after_sequence)"  # noqa: S608 # constants
            " VALUES (?, ?, ?, ?, ?, ?, (SELECT coalesce(max(sequence), 0) FROM clocking))",
            (
                anchor.boot_id,
                anchor.boottime_ns,
                anchor.instant.isoformat(timespec="microseconds"),
                microseconds(anchor.error),
                anchor.source.value,
                microseconds(anchor.battery_ahead),
            ),
        )
        connection.execute(
            "DELETE FROM anchor WHERE id <= (SELECT max(id) FROM anchor) - ? AND id NOT IN"
            " (SELECT min(id) FROM anchor GROUP BY boot_id, source"
            " UNION SELECT max(id) FROM anchor GROUP BY boot_id, source)",
            (_KEPT,),
        )


def anchors_of(ask: Ask, boot_id: str) -> list[Anchor]:
    """All of a boot, by the boot-time clock. Raises LedgerUnusable."""
    return _readable(
        ask(f"SELECT {_COLUMNS} FROM anchor WHERE boot_id = ? ORDER BY boottime_ns", (boot_id,))  # noqa: S608 # constants
    )


def latest_of_boot(ask: Ask, boot_id: str) -> list[Anchor]:
    """The latest of each kind in a boot. Raises LedgerUnusable."""
    found = [
        ask(
            f"SELECT {_COLUMNS} FROM anchor WHERE boot_id = ? AND source = ? ORDER BY boottime_ns DESC LIMIT 1",  # noqa: S608 # constants
            (boot_id, source.value),
        )
        for source in AnchorSource
    ]
    return _readable(row for rows in found for row in rows)


def latest_with_battery_clock(ask: Ask, boot_id: str) -> Anchor | None:
    """The latest anchor of any other boot that tells how right the battery clock was. Raises LedgerUnusable."""
    found = _readable(
        ask(
            f"SELECT {_COLUMNS} FROM anchor WHERE battery_ahead_us IS NOT NULL AND boot_id <> ?"  # noqa: S608 # constants
            " ORDER BY id DESC LIMIT 1",
            (boot_id,),
        )
    )
    return found[0] if found else None


def latest_of_another_boot(ask: Ask, boot_id: str, *, before: int) -> Anchor | None:
    """The latest anchor of any other boot that was set before that clocking was recorded. Raises LedgerUnusable."""
    found = _readable(
        ask(
            f"SELECT {_COLUMNS} FROM anchor WHERE boot_id <> ? AND after_sequence <= ?"  # noqa: S608 # constants
            " ORDER BY after_sequence DESC, id DESC LIMIT 1",
            (boot_id, before - 1),
        )
    )
    return found[0] if found else None


def first_of_another_boot(ask: Ask, boot_id: str, *, since: int) -> Anchor | None:
    """The first anchor of any other boot that was set when that clocking was there already. Raises LedgerUnusable."""
    found = _readable(
        ask(
            f"SELECT {_COLUMNS} FROM anchor WHERE boot_id <> ? AND after_sequence >= ?"  # noqa: S608 # constants
            " ORDER BY after_sequence, id LIMIT 1",
            (boot_id, since),
        )
    )
    return found[0] if found else None


def newest_anchor_id(ask: Ask) -> int:
    """Another one when there is another anchor; 0 without any. Raises LedgerUnusable."""
    return int(ask("SELECT coalesce(max(id), 0) FROM anchor", ())[0][0])


def _readable(rows: Iterable[Row]) -> list[Anchor]:
    """A damaged row vouches for nothing."""
    found = []
    for boot_id, boottime_ns, instant, error_us, source, battery_us in rows:
        try:
            error = timedelta_of(error_us)
            assert error is not None  # noqa: S101 # NOT NULL
            ahead = None if battery_us is None else timedelta(microseconds=battery_us)
            found.append(Anchor(boot_id, boottime_ns, instant_of(instant), error, AnchorSource(source), ahead))
        except (ValueError, TypeError, OverflowError):
            continue
    return found
