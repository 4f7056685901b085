"""Between the ledger's rows and clockings."""

import json
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from terminal_app.audit.event import columns_of
from terminal_app.clocking.clocking import ActivityLevel, Clocking, ClockingKind, DeliveryState, Moment, Reason
from terminal_app.clocking.doubtful_time import TimeSettled, waits_for_time
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.seal import SEALED_COLUMNS, is_sealed, seal_of

RECORDED_COLUMNS = f"{SEALED_COLUMNS}, time_state, time_error_us"
"""What a clocking is."""
COLUMNS = (
    f"sequence, {SEALED_COLUMNS}, state, attempts, explanation, protime_id, seal, time_state, time_error_us,"
    " time_settled, raw_instant, raw_date, raw_minute, true_instant, true_error_us"
)
_AFTER_SEALED = ',"time_state":'

Row = tuple[Any, ...]
"""Of COLUMNS; its types are the STRICT table's."""
Value = int | float | str | bytes | None
"""Of any column."""
Values = Mapping[str, Value]
"""A row of the table `clocking`, by column; of an older version some are missing."""


class RawTime(NamedTuple):
    """What the clock of the wall said, before it was corrected."""

    instant: datetime
    wall_time: WallTime


class LedgerEntry(NamedTuple):
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
    time_settled: TimeSettled | None = None
    """How the doubt about its time ended; None: there was none, or it has not."""
    raw: RawTime | None = None
    """What was read, where `clocking` has a corrected time."""
    true_time: datetime | None = None
    """What was found out about its time; differs from `clocking` where it had been sent."""
    true_error: timedelta | None = None
    """How far off that may be."""

    @property
    def waits_for_time(self) -> bool:
        """Whether it must not be sent before its time is settled."""
        return waits_for_time(self.clocking.time, self.time_settled)


class UnreadableEntry(NamedTuple):
    """A row that makes no sense, damaged on the disk: what there is to find out by hand what it was."""

    sequence: int
    badge_number: str


def values_of(clocking: Clocking) -> dict[str, str | int | bytes | None]:
    """The row of a clocking: RECORDED_COLUMNS by name, in their order; the content of the event of its recording."""
    reason, levels, moment = clocking.reason, clocking.activity_levels, clocking.moment
    return {
        "id": clocking.id.bytes,
        "badge_number": clocking.badge_number,
        "person_id": clocking.person_id,
        "kind": clocking.kind.value,
        "reason": json.dumps([reason.id, reason.code, reason.name]) if reason else None,
        "activity_levels": json.dumps(
            [[one.level, one.id, one.data_entry_code, one.external_reference, one.name] for one in levels]
        )
        if levels
        else None,
        "instant": moment.instant.isoformat(timespec="microseconds"),
        "monotonic_ns": moment.monotonic_ns,
        "boottime_ns": moment.boottime_ns,
        "boot_id": moment.boot_id,
        "date": clocking.wall_time.date.isoformat(),
        "minute": clocking.wall_time.minute,
        "reader": clocking.reader,
        "time_state": clocking.time.state.value if clocking.time else None,
        "time_error_us": microseconds(clocking.time.error) if clocking.time else None,
    }


def seal_and_content(values: dict[str, str | int | bytes | None]) -> tuple[int, str]:
    """Of a row, as `values_of` gives it: its seal, and the content of the event of its recording.

    The content begins with what is sealed, so that it is written as JSON only once: every badge waits for it.
    """
    content = columns_of(values)
    return seal_of(content[: content.rindex(_AFTER_SEALED)] + "}"), content


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
    state, attempts, explanation, protime_id, seal = row[14:19]
    time_state, time_error_us, settled, raw_instant, raw_day, raw_minute, true_instant, true_error_us = row[19:]
    if seal is not None and not is_sealed(seal, row[1:14]):
        raise ValueError("changed on the disk")
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
        time=TimeQuality(TimeState(time_state), timedelta_of(time_error_us)) if time_state else None,
    )
    raw = RawTime(instant_of(raw_instant), WallTime(date.fromisoformat(raw_day), raw_minute)) if raw_instant else None
    true = instant_of(true_instant) if true_instant else None
    settled_as = TimeSettled(settled) if settled else None
    return LedgerEntry(
        sequence,
        clocking,
        DeliveryState(state),
        attempts,
        explanation,
        protime_id,
        settled_as,
        raw,
        true,
        timedelta_of(true_error_us),
    )


_MICROSECOND = timedelta(microseconds=1)
_LARGEST_US = 2**62


def microseconds(time: timedelta | None) -> int | None:
    """A length of time as the ledger holds it."""
    return None if time is None else time // _MICROSECOND


def timedelta_of(time_us: int | None) -> timedelta | None:
    """The length of time of a row. Raises ValueError for a damaged one."""
    if time_us is None:
        return None
    if not 0 <= time_us <= _LARGEST_US:
        raise ValueError("no length of time")
    return timedelta(microseconds=time_us)
