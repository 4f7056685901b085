"""What is known of a person's in/outs: this terminal's own, joined with what Protime last showed. Pure."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.counters import DayClocking
from terminal_app.clocking.direction import Doubt
from terminal_app.clocking.proposal import EarlierInOut
from terminal_app.clocking.wall_time import WallTime, wall_time_of

_PASSING_KINDS = (ClockingKind.IN_OUT.value, ClockingKind.REASON.value)


def joined(
    own: Sequence[EarlierInOut], synced: Iterable[DayClocking], now: datetime, zone: ZoneInfo
) -> list[EarlierInOut]:
    """The in/outs before `now` (UTC), oldest first: each once, as Protime has it where that is known.

    A deleted one never happened; an edited one happened when the edit says. A clocking of this terminal that waits, or
    whose number in Protime is not known yet, is taken for the synced one of its own minute.
    """
    of_protime = {one.protime_id: one for one in synced if one.kind in _PASSING_KINDS}
    found: list[EarlierInOut] = []
    for each in own:
        record = of_protime.pop(each.protime_id, None) if each.protime_id is not None else None
        if record is None and each.protime_id is None:
            record = _twin(each, of_protime, zone)
        if record is None:
            found.append(each)
        elif not record.is_deleted:
            found.append(_as_edited(each, record, now, zone))
    others = [_elsewhere(one, now, zone) for one in of_protime.values() if not one.is_deleted]
    if not others:
        return found
    # What another clock says of the time to come cannot have happened.
    found += [one for one in others if one.ago >= timedelta(0)]
    return sorted(found, key=lambda one: one.ago, reverse=True)


def _twin(own: EarlierInOut, of_protime: dict[int, DayClocking], zone: ZoneInfo) -> DayClocking | None:
    minute = wall_time_of(own.instant, zone).moment_in_minutes
    for key, record in of_protime.items():
        first = record.original_wall_time or record.wall_time
        if first.moment_in_minutes == minute:
            return of_protime.pop(key)
    return None


def _as_edited(own: EarlierInOut, record: DayClocking, now: datetime, zone: ZoneInfo) -> EarlierInOut:
    instant = instant_of(record.wall_time, zone)
    if wall_time_of(own.instant, zone).moment_in_minutes == record.wall_time.moment_in_minutes:
        return own
    return own._replace(
        instant=instant,
        ago=max(now - instant, timedelta(0)),
        day=instant.astimezone(zone).date(),
        doubts=own.doubts | {Doubt.EDITED},
    )


def _elsewhere(record: DayClocking, now: datetime, zone: ZoneInfo) -> EarlierInOut:
    instant = instant_of(record.wall_time, zone)
    doubts = {Doubt.ELSEWHERE}
    if record.original_wall_time is not None:
        doubts.add(Doubt.EDITED)
    if record.kind == ClockingKind.REASON.value:
        doubts.add(Doubt.REASON)
    day = instant.astimezone(zone).date()
    return EarlierInOut(instant, now - instant, day, record.protime_id, frozenset(doubts))


def instant_of(wall_time: WallTime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a wall time; minutes beyond the day are of the day before or after."""
    local = datetime.combine(wall_time.date, time()) + timedelta(minutes=wall_time.minute)
    return local.replace(tzinfo=zone).astimezone(UTC)
