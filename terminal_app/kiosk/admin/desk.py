"""What the administrator's screen asks of the files, and does with them. Runs on the storage thread."""

import platform
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from terminal_app import __version__
from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.refusal_words import RefusalCause, cause_of
from terminal_app.clocking.time_quality import TimeState
from terminal_app.ledger import decisions
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.reading import Waiting, first_entries, waiting
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.roster.link import Link
from terminal_app.roster.look_up import Roster
from terminal_app.timekeeping.watch import TimeWatch

MOST = 8
"""Clockings on the screen at a time, those to decide about first."""


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A clocking that waits for Protime or for somebody's decision."""

    sequence: int
    badge_end: str
    """The last four characters."""
    kind: str
    label: str
    day: str
    minute: int
    state: DeliveryState
    cause: RefusalCause | None
    """Of a refused one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the screen shows."""

    waiting: Waiting
    listed: tuple[QueueEntry, ...]
    link: Link | None
    clock: TimeState | None
    clock_error: timedelta | None
    versions: tuple[tuple[str, str], ...]
    now: datetime


def facts(ledger: LedgerDatabase, roster: Roster, watch: TimeWatch | None, now: datetime) -> Facts:
    """All of it. Raises LedgerUnusable."""
    quality = watch.quality() if watch else None
    return Facts(
        waiting(ledger.connection),
        _listed(ledger),
        roster.link(),
        quality.state if quality else None,
        quality.error if quality else None,
        (
            ("clocking-terminal", __version__),
            ("Python", platform.python_version()),
            ("Textual", version("textual")),
            ("SQLite", sqlite3.sqlite_version),
        ),
        now,
    )


def retry(ledger: LedgerDatabase, sequence: int, operator: str) -> bool:
    """Send a refused clocking again; False when it is not refused any more. Raises NotRecorded."""
    return decisions.retry(ledger, sequence, operator=operator)


def discard(ledger: LedgerDatabase, sequence: int, operator: str, reason: str) -> bool:
    """Give a refused or held clocking up; False when it is neither any more. Raises NotRecorded."""
    return decisions.discard(ledger, sequence, operator=operator, reason=reason)


def _listed(ledger: LedgerDatabase) -> tuple[QueueEntry, ...]:
    found = first_entries(ledger.connection, MOST)
    return tuple(_entry(one) for one in found if isinstance(one, LedgerEntry))


def _entry(one: LedgerEntry) -> QueueEntry:
    clocking = one.clocking
    label = clocking.reason.name if clocking.reason else " / ".join(level.name for level in clocking.activity_levels)
    return QueueEntry(
        one.sequence,
        clocking.badge_number[-4:],
        clocking.kind.value,
        label,
        clocking.wall_time.date.isoformat(),
        clocking.wall_time.minute,
        one.state,
        cause_of(one.explanation) if one.state is DeliveryState.REFUSED else None,
    )
