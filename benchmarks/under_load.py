"""Badge to paint while 100,000 people are synchronised and 10,000 clockings go out, beside the same in quiet."""

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from benchmarks.badge_to_paint import badge, rest
from benchmarks.bare_ledger import clocking_of
from benchmarks.figures import Outcome, Skipped, figure, percentile
from benchmarks.processes import count, courier, is_synchronised, simulator, what_is_missing
from benchmarks.pty_process import PtyProcess
from benchmarks.site import PEOPLE, RosterPerson, scratch_folder, write_roster, write_settings
from drivers.rehearsal import VirtualReader
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record

_WAITING = 10_000
_QUIET_BADGES = 300
_MOST_LOADED_BADGES = 3_000
_RUSH = 50
_MOST_RATIO = 3.0


def measure() -> list[Outcome]:
    """Quiet first, then the courier is let loose; ends when it has done all, or after enough badges."""
    missing = what_is_missing()
    if missing:
        return [Skipped("badge to paint under load", missing)]
    everybody = _people()
    with scratch_folder() as folder, simulator(PEOPLE) as url:
        settings = write_settings(folder, url=url)
        write_roster(folder, everybody)
        _fill_ledger(folder, everybody)
        with (
            VirtualReader("rdm6300", link=folder / "reader") as reader,
            PtyProcess("-m", "terminal_app", "kiosk", "--config", str(settings)) as kiosk,
        ):
            kiosk.painted_ns(b"reader ready")
            guests = _guests(everybody)

            quiet = _badges(kiosk, reader, folder, guests, lambda number: number < _QUIET_BADGES)
            with courier(settings):
                loaded = _badges(
                    kiosk,
                    reader,
                    folder,
                    guests,
                    lambda number: number == 0 or (number < _MOST_LOADED_BADGES and not _is_done(folder)),
                )
            left = count(folder / "ledger.db", "SELECT count(*) FROM clocking WHERE state = 'recorded'")
    floor = percentile(quiet, 99)
    ratio = percentile(loaded, 99) / floor
    return [
        figure("badge to paint, quiet", quiet),
        figure("badge to paint, sync and drain", loaded),
        figure("  p99 over quiet p99", [ratio], unit="x", most_median=_MOST_RATIO),
        figure("  clockings that had not gone out at the end", [float(left)], unit="rows"),
    ]


def _badges(
    kiosk: PtyProcess, reader: VirtualReader, folder: Path, guests: Iterator[RosterPerson], go_on: Callable[[int], bool]
) -> list[float]:
    times: list[float] = []
    while go_on(len(times)):
        for _ in range(_RUSH):
            written, painted = badge(kiosk, reader, next(guests))
            times.append((painted - written) / 1e6)
            kiosk.drain(random.uniform(0.02, 0.05))
        rest(kiosk, folder)
    return times


def _is_done(folder: Path) -> bool:
    waiting = count(
        folder / "ledger.db", f"SELECT count(*) FROM clocking WHERE sequence <= {_WAITING} AND state = 'recorded'"
    )
    return waiting == 0 and is_synchronised(folder)


def _people() -> list[RosterPerson]:
    """The simulator's people, so that a synchronisation changes nobody's badge."""
    from terminal_app.simulator.settings import Settings
    from terminal_app.simulator.state import State

    people = State(PEOPLE, Settings()).people
    records = ((key, people.record(key)) for key in people.ids())
    return [
        RosterPerson(key, str(one["firstName"]), str(one["lastName"]), str(one["badgeNumber"]))
        for key, one in records
        if one.get("badgeNumber") and not one.get("outOfServiceDate")
    ]


def _guests(everybody: list[RosterPerson]) -> Iterator[RosterPerson]:
    """Different badges, no name twice in a row: else there would be nothing new to paint."""
    former = b""
    for who in random.sample(everybody[10:], len(everybody) - 10):
        if who.painted != former and who.badge_number.isdecimal():
            former = who.painted
            yield who


def _fill_ledger(folder: Path, everybody: list[RosterPerson]) -> None:
    with closing(LedgerDatabase(folder)) as ledger:
        for number, who in enumerate(everybody[10 : _WAITING + 10]):
            record(ledger, clocking_of(who, ago=timedelta(hours=1)))
            if number % 50 == 0:
                ledger.checkpoint()
