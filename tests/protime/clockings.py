"""Clockings to send."""

from datetime import UTC, date, datetime
from uuid import UUID

from terminal_app.clocking.clocking import ActivityLevel, Clocking, ClockingKind, Moment, Reason
from terminal_app.clocking.wall_time import WallTime
from terminal_app.simulator.activity_records import activity_key

DAY = date(2026, 1, 15)
ANNA_BADGE = "0013961168"


def in_out(minute: int = 510, *, person_id: int = 1, badge_number: str = ANNA_BADGE) -> Clocking:
    return _clocking(ClockingKind.IN_OUT, minute, person_id=person_id, badge_number=badge_number)


def with_reason(code: str | None = "DOC", minute: int = 511) -> Clocking:
    return _clocking(ClockingKind.REASON, minute, reason=Reason(1, code, "Doctor"))


def with_activity(minute: int = 512) -> Clocking:
    levels = (
        ActivityLevel(1, activity_key("Road works"), "100", "PRJ-100", "Road works"),
        ActivityLevel(2, activity_key("Digging"), "110", None, "Digging"),
    )
    return _clocking(ClockingKind.ACTIVITY, minute, levels=levels)


def activity_end(minute: int = 513) -> Clocking:
    return _clocking(ClockingKind.ACTIVITY_END, minute)


def _clocking(
    kind: ClockingKind,
    minute: int,
    *,
    person_id: int = 1,
    badge_number: str = ANNA_BADGE,
    reason: Reason | None = None,
    levels: tuple[ActivityLevel, ...] = (),
) -> Clocking:
    return Clocking(
        id=UUID(int=minute),
        badge_number=badge_number,
        person_id=person_id,
        kind=kind,
        moment=Moment(datetime(2026, 1, 15, 7, 30, tzinfo=UTC), 1, 1, "former-boot"),
        wall_time=WallTime(DAY, minute),
        reader="reader",
        reason=reason,
        activity_levels=levels,
    )
