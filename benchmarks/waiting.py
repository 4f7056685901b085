"""A ledger in which clockings of the simulator's people wait."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.bare_ledger import clocking_of
from benchmarks.site import RosterPerson
from terminal_app.clocking.clocking import Clocking
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record


def people_of_simulator(number: int) -> list[RosterPerson]:
    """Those of a simulator of `number` people who are in service and have a badge."""
    from terminal_app.simulator.settings import Settings
    from terminal_app.simulator.state import State

    people = State(number, Settings()).people
    records = ((key, people.record(key)) for key in people.ids())
    return [
        RosterPerson(key, str(one["firstName"]), str(one["lastName"]), str(one["badgeNumber"]))
        for key, one in records
        if one.get("badgeNumber") and not one.get("outOfServiceDate")
    ]


def clockings_of(people: Sequence[RosterPerson]) -> Iterator[Clocking]:
    """One for each, 1,000 in a minute, the last an hour ago: so those of one person are of different minutes."""
    for number, who in enumerate(people):
        yield clocking_of(who, ago=timedelta(minutes=60 + (len(people) - number) // 1000))


def fill_ledger(folder: Path, people: Sequence[RosterPerson]) -> None:
    """A clocking for each of `people`, in their order; somebody may be among them several times."""
    with closing(LedgerDatabase(folder)) as ledger:
        for number, clocking in enumerate(clockings_of(people)):
            record(ledger, clocking)
            if number % 50 == 0:
                ledger.checkpoint()
