"""The days before the simulator was started: who clocked when, made from the seed so that every total follows."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from terminal_app.simulator.calculation import LUNCH_MINUTES, DayResult, Event, calculated
from terminal_app.simulator.clocking_store import Kind
from terminal_app.simulator.data.numbers import mixed
from terminal_app.simulator.data.of_people import planned_minutes

_LUNCH = 720
_SPREAD = 181


def planned_on(person: int, day: date) -> int:
    """Planned working time: none at the weekend."""
    return planned_minutes(person) if day.weekday() < 5 else 0  # noqa: PLR2004 - Monday is 0


@dataclass(frozen=True, slots=True)
class Workdays:
    """Everybody's clockings of the working days before `opening`; nobody is ever late for more than half an hour.

    A person's flextime balance is made first (a draw for each day) and the clockings so that they lead to it. So the
    balance after any day is known without adding up all the days before.
    """

    seed: int
    days: tuple[date, ...]

    @classmethod
    def before(cls, opening: date, length: int, seed: int) -> "Workdays":
        """The working days among the `length` days before `opening`."""
        days = (opening - timedelta(days=back) for back in range(length, 0, -1))
        return cls(seed, tuple(day for day in days if day.weekday() < 5))  # noqa: PLR2004 - Monday is 0

    def position(self, day: date) -> int | None:
        """Which of the days it is, from 0; None when it is none of them."""
        position = bisect_left(self.days, day)
        return position if position < len(self.days) and self.days[position] == day else None

    def days_until(self, day: date) -> int:
        """How many of the days are not after this one."""
        return bisect_right(self.days, day)

    def balance(self, person: int, count: int) -> int:
        """The flextime balance after the first `count` days."""
        return mixed(self.seed, person, count, 7) % _SPREAD - _SPREAD // 2

    def events(self, person: int, day: date) -> tuple[Event, ...]:
        """The clockings of a person on a day: two, or four with a lunch break."""
        position = self.position(day)
        if position is None:
            return ()
        worked = self.worked(person, day)
        start = 450 + mixed(self.seed, person, position, 8) % 60
        moments = [start, start + worked]
        if worked > _LUNCH - start:
            moments = [start, _LUNCH, _LUNCH + LUNCH_MINUTES, start + worked + LUNCH_MINUTES]
        return tuple(Event(minutes, Kind.IN_OUT) for minutes in moments)

    def worked(self, person: int, day: date) -> int:
        """Minutes worked on a day: what `result` says too, without going through the clockings."""
        position = self.position(day)
        if position is None:
            return 0
        gained = self.balance(person, position + 1) - self.balance(person, position)
        return planned_minutes(person) + gained

    def result(self, person: int, day: date) -> DayResult:
        """What the clockings of the day come to."""
        return calculated(self.events(person, day), planned_on(person, day))
