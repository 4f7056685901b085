"""Between the ledger's rows and clockings."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Any
from uuid import UUID

from terminal_app.clocking.clocking import ActivityLevel, Clocking, ClockingKind, DeliveryState, Moment, Reason
from terminal_app.clocking.wall_time import WallTime

RECORDED_COLUMNS = (
    "id, badge_number, person_id, kind, reason, activity_levels, instant, monotonic_ns, boottime_ns, boot_id,"
    " date, minute, reader"
)
"""What a clocking is, as `values_of` gives it; the audit chain has the same."""
COLUMNS = f"sequence, {RECORDED_COLUMNS}, state, attempts, explanation, protime_id"

Row = tuple[Any, ...]
"""Of COLUMNS; its types are the STRICT table's."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A clocking in the ledger, with what has become of it."""

    sequence: int
    """Local number: the order of badges at this terminal."""
    clocking: Clocking
    state: DeliveryState
    attempts: int
    """Requests sent for it."""
    explanation: str | None
    """The latest outcome in words."""
    protime_id: int | None


@dataclass(frozen=True, slots=True)
class UnreadableEntry:
    """A row that makes no sense, damaged on the disk: what there is to find out by hand what it was."""

    sequence: int
    badge_number: str


def values_of(clocking: Clocking) -> tuple[object, ...]:
    """The row of a clocking, of RECORDED_COLUMNS."""
    reason, levels = clocking.reason, clocking.activity_levels
    return (
        clocking.id.bytes,
        clocking.badge_number,
        clocking.person_id,
        clocking.kind.value,
        json.dumps([reason.id, reason.code, reason.name]) if reason else None,
        json.dumps([[one.level, one.id, one.data_entry_code, one.external_reference, one.name] for one in levels])
        if levels
        else None,
        clocking.moment.instant.isoformat(timespec="microseconds"),
        clocking.moment.monotonic_ns,
        clocking.moment.boottime_ns,
        clocking.moment.boot_id,
        clocking.wall_time.date.isoformat(),
        clocking.wall_time.minute,
        clocking.reader,
    )


def recorded_content(values: Sequence[object]) -> dict[str, object]:
    """Of RECORDED_COLUMNS, by name: the content of the event that tells of a recording."""
    return dict(zip(RECORDED_COLUMNS.split(", "), values, strict=True))


def entry_of(row: Row) -> LedgerEntry | UnreadableEntry:
    """The entry of a row of COLUMNS."""
    try:
        return _entry(row)
    except (ValueError, TypeError, RecursionError):
        return UnreadableEntry(sequence=row[0], badge_number=row[2])


def instant_of(text: str) -> datetime:
    """An instant as the ledger holds it. Raises ValueError for anything else."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or not MINYEAR < instant.year < MAXYEAR:
        raise ValueError("no instant of a terminal")
    return instant.astimezone(UTC)


def text_of(raw: bytes) -> str:
    """A text of the ledger: bytes that are none, by damage, must not hide all the other rows of an answer."""
    return raw.decode(errors="replace")


def _entry(row: Row) -> LedgerEntry:
    sequence, key, badge_number, person_id, kind, reason, levels = row[:7]
    instant, monotonic_ns, boottime_ns, boot_id, day, minute, reader = row[7:14]
    state, attempts, explanation, protime_id = row[14:]
    clocking = Clocking(
        id=UUID(bytes=key),
        badge_number=badge_number,
        person_id=person_id,
        kind=ClockingKind(kind),
        moment=Moment(instant_of(instant), monotonic_ns, boottime_ns, boot_id),
        wall_time=WallTime(date.fromisoformat(day), minute),
        reader=reader,
        reason=Reason(*json.loads(reason)) if reason else None,
        activity_levels=tuple(ActivityLevel(*level) for level in json.loads(levels)) if levels else (),
    )
    return LedgerEntry(sequence, clocking, DeliveryState(state), attempts, explanation, protime_id)
