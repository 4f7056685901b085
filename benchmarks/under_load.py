"""Badge to paint while 100,000 people are synchronised and 10,000 clockings go out, beside the same in quiet."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.badge_to_paint import badge, rest
from benchmarks.figures import Outcome, Skipped, figure, percentile
from benchmarks.processes import count, courier, is_synchronised, simulator, what_is_missing
from benchmarks.pty_process import PtyProcess
from benchmarks.site import PEOPLE, RosterPerson, scratch_folder, write_roster, write_settings
from benchmarks.waiting import fill_ledger, people_of_simulator
from drivers.rehearsal import VirtualReader

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
    everybody = people_of_simulator(PEOPLE)
    with scratch_folder() as folder, simulator(PEOPLE) as url:
        settings = write_settings(folder, url=url)
        write_roster(folder, everybody)
        fill_ledger(folder, everybody[10 : _WAITING + 10])
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


def _guests(everybody: list[RosterPerson]) -> Iterator[RosterPerson]:
    """Different badges, no name twice in a row: else there would be nothing new to paint."""
    former = b""
    for who in random.sample(everybody[10:], len(everybody) - 10):
        if who.painted != former and who.badge_number.isdecimal():
            former = who.painted
            yield who
