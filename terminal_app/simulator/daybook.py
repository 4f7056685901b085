"""What every day of every person comes to, and the derived records that show it: totals, breaks, counters, ...

A day counts as it was when it was last recalculated. Only days that were recalculated are stored.
"""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from terminal_app.simulator.calculation import DayResult, Event, calculated
from terminal_app.simulator.data.catalogs import EVENING, LUNCH, MEAL, NORMAL_SHIFT, OVERTIME, PART_TIME_SHIFT
from terminal_app.simulator.data.numbers import SLOTS, day_key, of_day_key
from terminal_app.simulator.data.of_people import is_part_time
from terminal_app.simulator.data.workdays import Workdays, planned_on
from terminal_app.simulator.records import Record, Selection

Entries: TypeAlias = Callable[["Daybook", int, date], list[Record]]


class Daybook:
    """All days: the seeded ones, and over them those that were recalculated."""

    def __init__(self, workdays: Workdays, people: Callable[[], int]) -> None:
        self.workdays = workdays
        self._people = people
        self._results: dict[tuple[int, date], DayResult] = {}
        self._days_of: dict[int, list[date]] = {}
        self._people_of: dict[date, list[int]] = {}

    def result(self, person: int, day: date) -> DayResult | None:
        """What a day comes to; None when nothing is known of it."""
        found = self._results.get((person, day))
        if found is None and self.workdays.position(day) is not None:
            return self.workdays.result(person, day)
        return found

    def recalculate(self, person: int, day: date, events: Iterable[Event]) -> None:
        """Takes over what the day's clockings say now (those of the seed are added)."""
        if (person, day) not in self._results:
            insort(self._days_of.setdefault(person, []), day)
            insort(self._people_of.setdefault(day, []), person)
        every = [*self.workdays.events(person, day), *events]
        self._results[person, day] = calculated(every, planned_on(person, day))

    def clear(self) -> None:
        """Forgets all that was recalculated."""
        for kept in (self._results, self._days_of, self._people_of):
            kept.clear()

    def balance(self, person: int, day: date) -> int:
        """The flextime balance after a day."""
        total = self.workdays.balance(person, self.workdays.days_until(day))
        for known in self._days_of.get(person, ()):
            if known <= day:
                seeded = self.workdays.result(person, known).flextime if self.workdays.events(person, known) else 0
                total += self._results[person, known].flextime - seeded
        return total

    def worked_between(self, person: int, first: date, last: date) -> int:
        """Minutes worked on these days, both included."""
        total = 0
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            changed = self._results.get((person, day))
            total += changed.worked if changed is not None else self.workdays.worked(person, day)
        return total

    def days(self, first: date, last: date) -> list[date]:
        """The days of which anything is known, rising."""
        known = {*self.workdays.days, *self._people_of}
        return sorted(day for day in known if first <= day <= last)

    def days_after(self, person: int, day: date) -> list[date]:
        """The later days of a person, whose balance a change of this day changes too."""
        known = {*self.workdays.days, *self._days_of.get(person, ())}
        return sorted(later for later in known if later > day)

    def people_on(self, day: date, wanted: frozenset[int] | None, first: int, *, seeded: bool = True) -> Iterator[int]:
        """The people of whom something is known on a day, from a number on, rising.

        Args:
            day: The day.
            wanted: Only these; None = all.
            first: From this number on.
            seeded: Those of the seeded days too, not only those whose day was recalculated.
        """
        if wanted is not None:
            return (person for person in sorted(wanted) if first <= person <= self._people())
        if seeded and self.workdays.position(day) is not None:
            return iter(range(first, self._people() + 1))
        return (person for person in self._people_of.get(day, ()) if person >= first)


class DayRecords:
    """The records of one derived collection; the id holds day, person and number.

    Args:
        daybook: What the days come to.
        entries: Makes the records of a day.
        seeded: Whether seeded days have some; if not, their people need not be gone through.
    """

    def __init__(self, daybook: Daybook, entries: Entries, *, seeded: bool = True) -> None:
        self._daybook = daybook
        self._entries = entries
        self._seeded = seeded

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, int) or key < 0:
            return False
        day, person, slot = of_day_key(key)
        return day_key(day, person, slot) == key and slot < len(self.entries(person, day))

    def entries(self, person: int, day: date) -> list[Record]:
        """The records of a person on a day, without their ids."""
        if person not in self._daybook.people_on(day, frozenset({person}), 1):
            return []
        return self._entries(self._daybook, person, day)[:SLOTS]

    def after(self, key: int, wanted: Selection) -> Iterator[int]:
        """Rising ids above this one."""
        start_day, start_person, _ = of_day_key(max(key, 0))
        for day in self._daybook.days(max(wanted.first, start_day), wanted.last):
            first = start_person if day == start_day else 1
            for person in self._daybook.people_on(day, wanted.people, max(first, 1), seeded=self._seeded):
                for slot in range(len(self._entries(self._daybook, person, day))):
                    found = day_key(day, person, slot)
                    if found > key:
                        yield found

    def record(self, key: int) -> Record:
        """The record without `changeVersion`."""
        if key not in self:
            raise KeyError(key)
        day, person, slot = of_day_key(key)
        entry = self.entries(person, day)[slot]
        return {"id": key, "person": {"id": person}, "date": day.isoformat(), **entry}


def _shift(person: int) -> Record:
    return {"shiftDefinition": {"id": PART_TIME_SHIFT if is_part_time(person) else NORMAL_SHIFT}}


def _totals(daybook: Daybook, person: int, day: date) -> list[Record]:
    result = daybook.result(person, day)
    if result is None:
        return []
    monday = day - timedelta(days=day.weekday())
    return [
        {
            "normalTimeDurationInMinutes": result.planned,
            "timePresentDurationInMinutes": result.present,
            "calculatedPresenceDurationInMinutes": result.worked,
            "weeklyHours1DurationInMinutes": daybook.worked_between(person, monday, day),
            "weeklyHours2DurationInMinutes": 0,
            "weeklyHours3DurationInMinutes": 0,
            "payPeriodHoursDurationInMinutes": daybook.worked_between(person, day.replace(day=1), day),
            "flextimeDurationInMinutes": result.flextime,
            "flextimeBalanceInMinutes": daybook.balance(person, day),
            **_shift(person),
        }
    ]


def _paid_presences(daybook: Daybook, person: int, day: date) -> list[Record]:
    result = daybook.result(person, day)
    return [{"durationInMinutes": result.worked, **_shift(person)}] if result and result.worked > 0 else []


def _breaks(daybook: Daybook, person: int, day: date) -> list[Record]:
    result = daybook.result(person, day)
    if result is None or not (result.is_lunch_due or result.lunch_clocked):
        return []
    return [
        {
            "breakDefinition": {"id": LUNCH},
            "calculatedDurationInMinutes": result.lunch_counted,
            "clockedDurationInMinutes": result.lunch_clocked,
            "startTimeInMinutes": 660,
            "endTimeInMinutes": 840,
            "isBreakTaken": result.lunch_clocked > 0,
        }
    ]


def _work_interruptions(daybook: Daybook, person: int, day: date) -> list[Record]:
    result = daybook.result(person, day)
    return [
        {
            "durationInMinutes": interval.minutes,
            "startTimeInMinutes": interval.start,
            "endTimeInMinutes": interval.end,
        }
        for interval in (result.away if result else ())
        if not interval.is_working
    ]


def _counters(daybook: Daybook, person: int, day: date) -> list[Record]:
    result = daybook.result(person, day)
    if result is None:
        return []
    found: list[Record] = []
    if result.overtime:
        found.append({"counterDefinition": {"id": OVERTIME}, "durationInMinutes": result.overtime})
    if result.has_meal:
        found.append({"counterDefinition": {"id": MEAL}, "numberOfInstances": 1})
    if result.evening:
        evening: Record = {"counterDefinition": {"id": EVENING}, "durationInMinutes": result.evening.minutes}
        evening |= {"startTimeInMinutes": result.evening.start, "endTimeInMinutes": result.evening.end}
        found.append(evening)
    return [{"status": "Auto", "isAuthorized": True, "periodType": "Day", **entry} for entry in found]


def _activity_durations(daybook: Daybook, person: int, day: date) -> list[Record]:
    result = daybook.result(person, day)
    return [
        {
            "durationInMinutes": interval.minutes,
            "activityLevels": [{"level": level, "activityDefinition": {"id": key}} for level, key in interval.levels],
            "status": "Auto",
            "isAuthorized": True,
        }
        for interval in (result.activities if result else ())
    ]


DERIVED: Mapping[str, Entries] = {
    "calculated-totals": _totals,
    "paid-presences": _paid_presences,
    "breaks": _breaks,
    "work-interruptions": _work_interruptions,
    "counters": _counters,
    "activity-durations": _activity_durations,
}

ONLY_FROM_CLOCKINGS = frozenset({"work-interruptions", "activity-durations"})
"""Those that seeded days, which have in/out clockings only, never lead to."""
