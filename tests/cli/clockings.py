"""Clockings for ledgers of the tests."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from terminal_app.clocking.anchors import Anchor, AnchorSource
from terminal_app.clocking.clocking import Clocking, ClockingKind, Moment
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.anchors import keep_anchor
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record
from terminal_app.timekeeping.clock import SystemClock

INSTANT = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def clocking(badge_number: str, *, person_id: int | None = 1, key: UUID | None = None) -> Clocking:
    return Clocking(
        id=key or uuid4(),
        badge_number=badge_number,
        person_id=person_id,
        kind=ClockingKind.IN_OUT,
        moment=Moment(INSTANT, 1, 1, "boot"),
        wall_time=WallTime(INSTANT.date(), 510),
        reader="door",
    )


def verified(folder: Path, *, ahead: timedelta = timedelta(0)) -> None:
    """Protime has told the time in this boot: `ahead` of this machine's clock, which may be a free-running one."""
    now = SystemClock().now()
    told = Anchor(now.boot_id, now.boottime_ns, now.instant + ahead, timedelta(seconds=0.5), AnchorSource.SERVER)
    with closing(LedgerDatabase(folder)) as ledger:
        keep_anchor(ledger, told)


def recorded(folder: Path, *clockings: Clocking) -> list[int]:
    """Their sequences in the ledger of this folder."""
    ledger = LedgerDatabase(folder)
    sequences = [record(ledger, one) for one in clockings]
    ledger.close()
    return sequences
