"""The small recalculation: what a day of one person comes to, from its clockings (docs/simulator.md tells the rules).

Protime's own rules are configuration and not documented. These are simple, fixed and easy to check by hand.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from terminal_app.simulator.clocking_store import Kind

LUNCH_MINUTES = 30
_LUNCH_FROM, _LUNCH_UNTIL = 660, 840
_LUNCH_ABOVE = 360
_MEAL_FROM = 240
_EVENING_FROM = 1200


@dataclass(frozen=True, slots=True)
class Event:
    """A clocking as the calculation sees it.

    Attributes:
        minutes: Since midnight of the working day.
        reason: The absence definition of a reason.
        is_working: For a reason: the time away counts as worked.
        levels: The activity definitions of an activity.
    """

    minutes: int
    kind: Kind
    reason: int | None = None
    is_working: bool = False
    levels: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Interval:
    """From a minute to another, with the reason or the activity it is for."""

    start: int
    end: int
    reason: int | None = None
    is_working: bool = False
    levels: tuple[tuple[int, str], ...] = ()

    @property
    def minutes(self) -> int:
        """How long."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class DayResult:
    """What a day comes to; all in minutes.

    Attributes:
        planned: Planned working time.
        present: Time between an in and the next out.
        worked: Presence and work elsewhere, less what is lacking of the lunch break.
        lunch_clocked: Longest time away that lies in the lunch hours.
        is_lunch_due: Whether the day is long enough for the lunch break.
        away: Times away for a reason.
        activities: Times of activities.
        evening: The part of the presence in the evening, as one interval.
    """

    planned: int
    present: int
    worked: int
    lunch_clocked: int
    is_lunch_due: bool
    away: tuple[Interval, ...] = ()
    activities: tuple[Interval, ...] = ()
    evening: Interval | None = None

    @property
    def flextime(self) -> int:
        """Worked less planned."""
        return self.worked - self.planned

    @property
    def overtime(self) -> int:
        """What was worked beyond an hour more than planned."""
        return max(self.flextime - 60, 0)

    @property
    def has_meal(self) -> bool:
        """Whether the day gives a meal voucher."""
        return self.worked >= _MEAL_FROM

    @property
    def lunch_counted(self) -> int:
        """The lunch break as it counts: at least half an hour when it is due."""
        return max(self.lunch_clocked, LUNCH_MINUTES) if self.is_lunch_due else self.lunch_clocked


def calculated(events: Iterable[Event], planned: int) -> DayResult:
    """What these clockings come to.

    In/out and reason clockings alternate: the first comes in, the next goes out. A reason that goes out tells what
    the time until the next in is for; one that comes in counts as an in. An in without an out gives nothing yet.
    """
    ordered = sorted(events, key=lambda event: event.minutes)
    present, gaps, away = _presence(ordered)
    minutes = sum(interval.minutes for interval in present)
    elsewhere = sum(interval.minutes for interval in away if interval.is_working)
    lunch = max((gap.minutes for gap in gaps if gap.start < _LUNCH_UNTIL and gap.end > _LUNCH_FROM), default=0)
    is_due = minutes + elsewhere > _LUNCH_ABOVE
    lacking = max(LUNCH_MINUTES - lunch, 0) if is_due else 0
    evening = [interval for interval in present if interval.end > _EVENING_FROM]
    return DayResult(
        planned=planned,
        present=minutes,
        worked=minutes + elsewhere - lacking,
        lunch_clocked=lunch,
        is_lunch_due=is_due,
        away=tuple(away),
        activities=tuple(_activities(ordered, present)),
        evening=Interval(max(evening[0].start, _EVENING_FROM), evening[-1].end) if evening else None,
    )


def _presence(ordered: Sequence[Event]) -> tuple[list[Interval], list[Interval], list[Interval]]:
    """Times present, times away without a reason, times away for one."""
    present: list[Interval] = []
    gaps: list[Interval] = []
    away: list[Interval] = []
    came: int | None = None
    left: Event | None = None
    for event in ordered:
        if event.kind not in (Kind.IN_OUT, Kind.REASON):
            continue
        if came is None:
            if left is not None:
                found = Interval(left.minutes, event.minutes, left.reason, left.is_working)
                (gaps if left.reason is None else away).append(found)
            came, left = event.minutes, None
        else:
            present.append(Interval(came, event.minutes))
            came, left = None, event
    return present, gaps, away


def _activities(ordered: Sequence[Event], present: Sequence[Interval]) -> Iterable[Interval]:
    """An activity lasts until the next one, its end, or the end of the presence."""
    ends = sorted(
        [event.minutes for event in ordered if event.kind in (Kind.ACTIVITY, Kind.ACTIVITY_END)]
        + [interval.end for interval in present]
    )
    for event in ordered:
        if event.kind is Kind.ACTIVITY:
            end = next((minutes for minutes in ends if minutes > event.minutes), None)
            if end is not None:
                yield Interval(event.minutes, end, levels=event.levels)
