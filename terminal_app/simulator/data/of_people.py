"""What every person has, made from the person's number: contracts, and the histories of six fields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from terminal_app.simulator.data.catalogs import (
    DEPARTMENTS,
    EMPLOYERS,
    JOB_CATEGORIES,
    JOBS,
    SECTORS,
    WORK_LOCATIONS,
)
from terminal_app.simulator.data.numbers import MOST_PEOPLE, mixed
from terminal_app.simulator.records import Record, Selection

FULL_DAY, HALF_DAY = 456, 228
_ADDENDUM = MOST_PEOPLE + 1

HISTORY_FIELDS = {
    "department": ("department", len(DEPARTMENTS)),
    "employer": ("employer", len(EMPLOYERS)),
    "job": ("job", len(JOBS)),
    "job-category": ("jobCategory", len(JOB_CATEGORIES)),
    "sector": ("sector", len(SECTORS)),
    "work-location": ("workLocation", len(WORK_LOCATIONS)),
}


def is_part_time(person: int) -> bool:
    """Whether the person works half days: every seventh."""
    return person % 7 == 0


def planned_minutes(person: int) -> int:
    """Planned working time of a working day."""
    return HALF_DAY if is_part_time(person) else FULL_DAY


def entry_of_history(seed: int, category: str, person: int) -> int:
    """Which entry of a catalog a person has now, such as the department."""
    position = list(HISTORY_FIELDS).index(category)
    return 1 + mixed(seed, person, position) % HISTORY_FIELDS[category][1]


@dataclass(frozen=True, slots=True)
class Contracts:
    """One contract a person (its id is the person's), and an addendum for every fifth.

    Attributes:
        people: The highest id of a person now.
    """

    people: Callable[[], int]

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, int):
            return False
        person = key - _ADDENDUM if key > _ADDENDUM else key
        return 1 <= person <= self.people() and (key == person or person % 5 == 0)

    def after(self, key: int, wanted: Selection) -> Iterator[int]:
        """Rising ids above this one."""
        for start in (0, _ADDENDUM):
            first = max(key - start, 0) + 1
            chosen = range(first, self.people() + 1) if wanted.people is None else sorted(wanted.people)
            for found in (start + person for person in chosen if person >= first):
                if found in self:
                    yield found

    def record(self, key: int) -> Record:
        """The contract without `changeVersion`."""
        if key not in self:
            raise KeyError(key)
        person = key - _ADDENDUM if key > _ADDENDUM else key
        share = 50.0 if is_part_time(person) else 100.0
        record: Record = {
            "id": key,
            "person": {"id": person},
            "code": f"C{person:06d}",
            "from": "2015-01-01",
            "contractHoursInMinutes": planned_minutes(person) * 5,
            "fullTimeEquivalentInMinutes": FULL_DAY * 5,
            "contractPercentage": share,
            "numberOfWorkingDaysPerWeek": 5,
            "numberOfDaysInContractPeriod": 7,
            "kind": "Contract",
        }
        if key > _ADDENDUM:
            record |= {"code": f"C{person:06d}/A", "kind": "Addendum", "parentContract": {"id": person}}
            record |= {"from": "2022-01-01", "until": "2022-12-31"}
        return record


@dataclass(frozen=True, slots=True)
class Histories:
    """One record a person of one field, and for every third an earlier one. Ids are 2 x person, and 1 more."""

    category: str
    seed: int
    people: Callable[[], int]

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, int):
            return False
        person = key >> 1
        return 1 <= person <= self.people() and (key & 1 == 1 or person % 3 == 0)

    def after(self, key: int, wanted: Selection) -> Iterator[int]:  # noqa: ARG002 - these lists have no filter
        """Rising ids above this one."""
        return (found for found in range(max(key, 0) + 1, 2 * self.people() + 2) if found in self)

    def of(self, person: int) -> list[Record]:
        """The records of one person, oldest first."""
        return [self.record(key) for key in (2 * person, 2 * person + 1) if key in self]

    def record(self, key: int) -> Record:
        """The record without `changeVersion`; `until` is null while it lasts."""
        if key not in self:
            raise KeyError(key)
        person, is_current = key >> 1, key & 1 == 1
        field, entries = HISTORY_FIELDS[self.category]
        now = entry_of_history(self.seed, self.category, person)
        changed = person % 3 == 0
        return {
            "id": key,
            "person": {"id": person},
            "from": "2020-01-01" if is_current and changed else "2015-01-01",
            "until": None if is_current else "2019-12-31",
            field: {"id": now if is_current else 1 + now % entries},
        }
