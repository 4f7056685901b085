"""The recalculation after a clocking: some seconds later the day's totals, counters and the rest follow."""

from collections.abc import Mapping
from datetime import date

from terminal_app.simulator.absence_records import Absences
from terminal_app.simulator.calculation import Event
from terminal_app.simulator.clock import Clock
from terminal_app.simulator.clocking_store import ClockingStore, Status, StoredClocking
from terminal_app.simulator.data.numbers import day_key
from terminal_app.simulator.daybook import Daybook, DayRecords
from terminal_app.simulator.versions import Changes, ChangeType

_TOTALS = "calculated-totals"


class Recalculation:
    """Days that are to be calculated anew, each from a moment on."""

    def __init__(
        self,
        *,
        clock: Clock,
        daybook: Daybook,
        derived: Mapping[str, DayRecords],
        clockings: ClockingStore,
        absences: Absences,
        changes: Changes,
    ) -> None:
        self._clock = clock
        self._daybook = daybook
        self._derived = derived
        self._clockings = clockings
        self._absences = absences
        self._changes = changes
        self._due: dict[tuple[int, date], float] = {}

    def plan(self, person: int, day: date, delay_seconds: float) -> None:
        """A clocking of this day came or changed; a day that waits already waits no longer for it."""
        self._due.setdefault((person, day), self._clock.seconds() + delay_seconds)

    def run(self) -> None:
        """Calculates the days whose moment has come."""
        if not self._due:
            return
        now = self._clock.seconds()
        for person, day in [where for where, moment in self._due.items() if moment <= now]:
            del self._due[person, day]
            self._calculate(person, day)

    def clear(self) -> None:
        """Forgets what is to be calculated."""
        self._due.clear()

    def _calculate(self, person: int, day: date) -> None:
        before = {name: records.entries(person, day) for name, records in self._derived.items()}
        self._daybook.recalculate(person, day, map(self._event, self._clockings_of(person, day)))
        for name, records in self._derived.items():
            now = records.entries(person, day)
            for slot in range(max(len(before[name]), len(now))):
                key = day_key(day, person, slot)
                if slot >= len(now):
                    self._changes.note(name, key, ChangeType.DELETE)
                elif slot >= len(before[name]) or before[name][slot] != now[slot]:
                    self._changes.note(name, key)
        for later in self._daybook.days_after(person, day):
            self._changes.note(_TOTALS, day_key(later, person))

    def _clockings_of(self, person: int, day: date) -> list[StoredClocking]:
        return [record for record in self._clockings.of_day(person, day) if record.status is not Status.DELETED]

    def _event(self, record: StoredClocking) -> Event:
        sent = record.sent
        is_working = sent.reason is not None and self._absences.is_working_elsewhere(sent.reason)
        return Event(record.minutes, sent.kind, sent.reason, is_working, sent.levels)
