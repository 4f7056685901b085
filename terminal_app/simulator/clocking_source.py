"""The records of the collection `clockings`: those that were sent, and after them those of the seeded days."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import chain

from terminal_app.simulator.clocking_store import StoredClocking
from terminal_app.simulator.daybook import Daybook, DayRecords
from terminal_app.simulator.records import Record, Selection
from terminal_app.simulator.state import State


class ClockingSource:
    """Clockings as the API shows them; one that is not to be seen yet is not there."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._seeded = DayRecords(state.daybook, _seeded_clockings)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and (self._state.clockings.visible(key) is not None or key in self._seeded)

    def after(self, key: int, wanted: Selection) -> Iterator[int]:
        """Rising ids above this one."""
        stored = self._state.clockings.keys(wanted.first, wanted.last, wanted.people)
        return chain(stored[bisect_right(stored, key) :], self._seeded.after(key, wanted))

    def record(self, key: int) -> Record:
        """The record as the API shows it; `KeyError` when there is none."""
        stored = self._state.clockings.visible(key)
        record = clocking_record(stored) if stored is not None else self._seeded.record(key)
        return {"changeVersion": self._state.changes.version("clockings", key), **record}


def clocking_record(stored: StoredClocking) -> Record:
    """A stored clocking without `changeVersion`; what does not apply is left out."""
    sent = stored.sent
    record: Record = {
        "id": stored.id,
        "person": {"id": sent.person},
        "date": stored.day.isoformat(),
        "timeOfDayInMinutes": stored.minutes,
        "calculatedTimeOfDayInMinutes": stored.minutes,
        "isGenerated": False,
        "kind": sent.kind.value,
        "status": stored.status.value,
    }
    if stored.original_minutes is not None:
        record["originalTimeOfDayInMinutes"] = stored.original_minutes
    if sent.terminal is not None:
        record["terminal"] = {"id": sent.terminal}
    if sent.geolocation is not None:
        record["geolocation"] = dict(zip(("longitude", "latitude"), sent.geolocation, strict=True))
    if sent.reason is not None:
        record["reason"] = {"id": sent.reason}
    if sent.is_open is not None:
        record["isOpen"] = sent.is_open
    if sent.levels:
        record["activityLevels"] = [{"level": level, "activityDefinition": {"id": key}} for level, key in sent.levels]
    return record


def _seeded_clockings(daybook: Daybook, person: int, day: date) -> list[Record]:
    return [
        {
            "timeOfDayInMinutes": event.minutes,
            "calculatedTimeOfDayInMinutes": event.minutes,
            "isGenerated": False,
            "terminal": {"id": 1},
            "kind": event.kind.value,
            "status": "Active",
        }
        for event in daybook.workdays.events(person, day)
    ]
