"""Seeded records of days that no clocking leads to: absences, access clockings, assignments."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from terminal_app.simulator.data.catalogs import NORMAL_SHIFT
from terminal_app.simulator.data.numbers import day_key, mixed, of_day_key
from terminal_app.simulator.data.of_people import planned_minutes
from terminal_app.simulator.records import Record, Selection

_HOLIDAY, _ILLNESS = 6, 7
_ACCESS = (*("AccessOk",) * 12, "AccessRefused", "WrongPinCode", "AntiPassbackError", "OutZone", "UnknownBadgeNumber")


@dataclass(frozen=True, slots=True)
class Drawn:
    """At most one record a person and day, for one out of `one_out_of`.

    Attributes:
        fields: Makes the fields from person, day and a drawn number.
    """

    seed: int
    one_out_of: int
    days: tuple[date, ...]
    people: Callable[[], int]
    fields: Callable[[int, date, int], Record]

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, int) or key < 0:
            return False
        day, person, _ = of_day_key(key)
        if day_key(day, person) != key or not 1 <= person <= self.people():
            return False
        position = bisect_left(self.days, day)
        return position < len(self.days) and self.days[position] == day and self._is_drawn(person, day)

    def after(self, key: int, wanted: Selection) -> Iterator[int]:
        """Rising ids above this one."""
        start_day, start_person, _ = of_day_key(max(key, 0))
        first = bisect_left(self.days, max(wanted.first, start_day))
        for day in self.days[first : bisect_right(self.days, wanted.last)]:
            start = start_person + 1 if day == start_day else 1
            everybody = range(start, self.people() + 1)
            chosen = everybody if wanted.people is None else (one for one in sorted(wanted.people) if one in everybody)
            for person in chosen:
                if self._is_drawn(person, day):
                    yield day_key(day, person)

    def record(self, key: int) -> Record:
        """The record without `changeVersion`."""
        if key not in self:
            raise KeyError(key)
        day, person, _ = of_day_key(key)
        return {"id": key, **self.fields(person, day, mixed(self.seed, person, day.toordinal(), 1))}

    def _is_drawn(self, person: int, day: date) -> bool:
        return mixed(self.seed, person, day.toordinal()) % self.one_out_of == 0


def absence(person: int, day: date, drawn: int) -> Record:
    """A whole day of holiday or illness."""
    definition = {"id": _HOLIDAY if drawn % 3 else _ILLNESS}
    minutes = planned_minutes(person)
    return {
        "person": {"id": person},
        "resultingAbsenceDefinition": definition,
        "requestedAbsenceDefinition": definition,
        "date": day.isoformat(),
        "durationInMinutes": minutes,
        "calculatedDurationInMinutes": minutes,
        "request": {"id": f"1-{person}-{drawn}"},
        "status": "Calendar",
        "approvalLevel": ("Approved", "AwaitingApproval", "NotApproved")[drawn % 7 % 3],
        "isLocked": False,
        "periodType": "Day",
        "shiftDefinition": {"id": NORMAL_SHIFT},
    }


def access_clocking(person: int, day: date, drawn: int) -> Record:
    """A badge held to a door; one that is not known belongs to nobody."""
    status = _ACCESS[drawn % len(_ACCESS)]
    record: Record = {
        "person": {"id": person},
        "date": day.isoformat(),
        "timeOfDayInMinutes": drawn % 1440,
        "terminal": {"id": 1},
        "status": status,
    }
    if status == "UnknownBadgeNumber":
        del record["person"]
    return record


def assignment(definitions: tuple[str, ...], person: int, day: date, drawn: int) -> Record:
    """A piece of planned work on one of these activity definitions of level 1."""
    record: Record = {
        "person": {"id": person},
        "from": day.isoformat(),
        "until": day.isoformat(),
        "startTimeInMinutes": 480,
        "endTimeInMinutes": 480 + 60 * (1 + drawn % 8),
        "breakDurationInMinutes": 0,
        "activityLevels": [{"level": 1, "activityDefinition": {"id": definitions[drawn % len(definitions)]}}],
        "isRejected": drawn % 11 == 0,
    }
    if drawn % 5 == 0:
        record["comments"] = "Bring boots"
    return record
