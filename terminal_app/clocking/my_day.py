"""A person's own day: what is known here and in Protime, each clocking once, and the stretches between them. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from terminal_app.clocking.clocking import WAITING_STATES, ClockingKind, DeliveryState
from terminal_app.clocking.counters import DayClocking
from terminal_app.clocking.direction import Direction
from terminal_app.clocking.evidence import instant_of
from terminal_app.clocking.mark import Mark
from terminal_app.clocking.proposal import EarlierInOut, directions
from terminal_app.clocking.wall_time import MINUTES_A_DAY, WallTime


class OwnClocking(NamedTuple):
    """A clocking of this terminal."""

    kind: ClockingKind
    wall_time: WallTime
    label: str
    """The reason or the activities, as chosen."""
    state: DeliveryState
    protime_id: int | None


class DayLine(NamedTuple):
    """One clocking, as it counts."""

    wall_time: WallTime
    kind: str
    """As in the API; it may be one that is not known here."""
    label: str
    mark: Mark
    original: WallTime | None = None
    """Before it was changed."""
    direction: Direction | None = None
    """Proposed, of an in/out or a reason that counts."""

    @property
    def counts(self) -> bool:
        """Whether it is one of the day's clockings still."""
        return self.mark not in (Mark.DELETED, Mark.REFUSED)


class StretchKind(StrEnum):
    """What fills a part of the day."""

    PRESENT = "present"
    REASON = "reason"
    ACTIVITY = "activity"


class Stretch(NamedTuple):
    """A part of the day, in minutes from its midnight."""

    kind: StretchKind
    begins: int
    ends: int
    """Not included."""
    label: str = ""
    """The reason, or the activities."""
    is_open: bool = False
    """It lasts until now."""


def day_lines(
    own: Sequence[OwnClocking],
    synced: Iterable[DayClocking],
    label_of: Callable[[DayClocking], str],
    zone: ZoneInfo,
) -> list[DayLine]:
    """Every clocking once, in the order of their times; of as many days as were given.

    `own` are without undone ones. `label_of` names the reason or the activities of one that is known in Protime only.
    """
    of_protime = {one.protime_id: one for one in synced}
    lines: list[DayLine] = []
    for each in own:
        record = of_protime.pop(each.protime_id, None) if each.protime_id is not None else _twin(each, of_protime)
        lines.append(_line_of_own(each, record))
    lines += [
        DayLine(
            one.wall_time,
            one.kind,
            label_of(one),
            Mark.DELETED if one.is_deleted else Mark.ELSEWHERE if one.original_wall_time is None else Mark.CHANGED,
            one.original_wall_time,
        )
        for one in of_protime.values()
    ]
    lines.sort(key=lambda line: line.wall_time.moment_in_minutes)
    return _directed(lines, zone)


def _twin(own: OwnClocking, of_protime: dict[int, DayClocking]) -> DayClocking | None:
    for key, record in of_protime.items():
        first = record.original_wall_time or record.wall_time
        is_it = first.moment_in_minutes == own.wall_time.moment_in_minutes and record.kind == own.kind.value
        if is_it and own.state in WAITING_STATES:
            return of_protime.pop(key)
    return None


def _line_of_own(own: OwnClocking, record: DayClocking | None) -> DayLine:
    if record is None:
        if own.state is DeliveryState.CONFIRMED:
            mark = Mark.CONFIRMED
        else:
            mark = Mark.REFUSED if own.state in (DeliveryState.REFUSED, DeliveryState.DISCARDED) else Mark.WAITS
        return DayLine(own.wall_time, own.kind.value, own.label, mark)
    if record.is_deleted:
        return DayLine(own.wall_time, own.kind.value, own.label, Mark.DELETED)
    if record.wall_time.moment_in_minutes == own.wall_time.moment_in_minutes:
        return DayLine(own.wall_time, own.kind.value, own.label, Mark.CONFIRMED)
    return DayLine(record.wall_time, own.kind.value, own.label, Mark.CHANGED, own.wall_time)


def _directed(lines: Sequence[DayLine], zone: ZoneInfo) -> list[DayLine]:
    passing = [line for line in lines if line.counts and line.kind in (ClockingKind.IN_OUT, ClockingKind.REASON)]
    if not passing:
        return list(lines)
    last = instant_of(passing[-1].wall_time, zone)
    in_outs = [EarlierInOut(at := instant_of(line.wall_time, zone), last - at) for line in passing]
    found = dict(zip(map(id, passing), directions(in_outs), strict=True))
    return [
        DayLine(line.wall_time, line.kind, line.label, line.mark, line.original, found.get(id(line))) for line in lines
    ]


def of_day(lines: Iterable[DayLine], day: date) -> list[DayLine]:
    """Those of one calendar day."""
    begins = WallTime(day, 0).moment_in_minutes
    return [line for line in lines if begins <= line.wall_time.moment_in_minutes < begins + MINUTES_A_DAY]


def stretches(lines: Sequence[DayLine], day: date, now: datetime, zone: ZoneInfo) -> list[Stretch]:
    """What fills the day up to `now`: presence from an IN to its OUT, a reason until the next IN, activities.

    An activity lasts until the next one, its end, or an OUT. `lines` may begin on the day before.
    """
    local = now.astimezone(zone)
    until = WallTime(local.date(), local.hour * 60 + local.minute).moment_in_minutes
    running = _Running(WallTime(day, 0).moment_in_minutes)
    for line in lines:
        if line.counts and line.wall_time.moment_in_minutes <= until:
            running.take(line)
    running.end(*StretchKind, at=until, is_open=True)
    return sorted(running.found, key=lambda one: (one.begins, one.kind))


class _Running:
    """What goes on while a day is gone through, and what has ended."""

    def __init__(self, midnight: int) -> None:
        self.found: list[Stretch] = []
        self._midnight = midnight
        self._since: dict[StretchKind, tuple[int, str]] = {}

    def take(self, line: DayLine) -> None:
        at = line.wall_time.moment_in_minutes
        if line.direction is Direction.IN:
            self.end(StretchKind.REASON, at=at)
            self._since.setdefault(StretchKind.PRESENT, (at, ""))
        elif line.direction is Direction.OUT:
            self.end(StretchKind.PRESENT, StretchKind.ACTIVITY, at=at)
            if line.kind == ClockingKind.REASON:
                self._since[StretchKind.REASON] = at, line.label
        elif line.kind in (ClockingKind.ACTIVITY, ClockingKind.ACTIVITY_END):
            self.end(StretchKind.ACTIVITY, at=at)
            if line.kind == ClockingKind.ACTIVITY:
                self._since[StretchKind.ACTIVITY] = at, line.label

    def end(self, *kinds: StretchKind, at: int, is_open: bool = False) -> None:
        for kind in kinds:
            if kind not in self._since:
                continue
            since, label = self._since.pop(kind)
            first, last = max(since - self._midnight, 0), min(at - self._midnight, MINUTES_A_DAY)
            if first < last or (is_open and first == last < MINUTES_A_DAY):
                self.found.append(Stretch(kind, first, max(last, first + 1), label, is_open))
