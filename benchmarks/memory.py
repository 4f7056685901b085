"""What kiosk and courier take when nobody is there: resident memory, and processor time of an idle terminal."""

import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.badge_to_paint import badge
from benchmarks.figures import Outcome, Skipped, figure
from benchmarks.processes import (
    courier,
    cpu_seconds,
    is_synchronised,
    resident_mib,
    simulator,
    wait_until,
    what_is_missing,
)
from benchmarks.pty_process import PtyProcess
from benchmarks.site import PEOPLE, person, scratch_folder, write_roster, write_settings
from drivers.rehearsal import VirtualReader

_IDLE_SECONDS = 20.0
_BADGES = 100


def measure() -> list[Outcome]:
    """Kiosk, then courier."""
    with scratch_folder() as folder:
        outcomes = _kiosk(folder)
    missing = what_is_missing()
    if missing:
        return [*outcomes, Skipped("courier: memory and idle processor time", missing)]
    with scratch_folder() as folder:
        return [*outcomes, *_courier(folder)]


def _kiosk(folder: Path) -> list[Outcome]:
    settings = write_settings(folder)
    write_roster(folder)
    with (
        VirtualReader("rdm6300", link=folder / "reader") as reader,
        PtyProcess("-m", "terminal_app", "kiosk", "--config", str(settings)) as kiosk,
    ):
        kiosk.painted_ns(b"reader ready")
        for number in range(_BADGES):
            badge(kiosk, reader, person(number + 1))
        kiosk.drain(2.0)
        return _costs("kiosk", kiosk.pid, 60, 0.5, lambda: kiosk.drain(_IDLE_SECONDS))


def _courier(folder: Path) -> list[Outcome]:
    with simulator(PEOPLE) as url:
        settings = write_settings(folder, url=url)
        with courier(settings) as pid:
            wait_until(
                lambda: is_synchronised(folder),
                "the first synchronisation",
                between=lambda: time.sleep(0.5),
            )
            time.sleep(3.0)
            return _costs("courier", pid, 80, 1, lambda: time.sleep(_IDLE_SECONDS))


def _costs(name: str, pid: int, most_mib: float, most_idle: float, idle: Callable[[], None]) -> list[Outcome]:
    before, start = cpu_seconds(pid), time.monotonic()
    idle()
    share = (cpu_seconds(pid) - before) / (time.monotonic() - start) * 100
    return [
        figure(f"{name}: resident, {PEOPLE} people", [resident_mib(pid)], unit="MiB", most_median=most_mib),
        figure(f"{name}: idle, of one core", [share], unit="%", most_median=most_idle),
    ]
