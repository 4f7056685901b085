"""From exec to the first paint, beside a minimal Textual app; and from there until a badge is read."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.figures import Outcome, figure
from benchmarks.minimal_app import FIRST
from benchmarks.pty_process import PtyProcess
from benchmarks.site import SITE_NAME, person, scratch_folder, write_roster, write_settings
from drivers.rehearsal import VirtualReader

_STARTS = 15
_REPEAT_SECONDS = 0.005


def measure() -> list[Outcome]:
    """Starts of both in turn, the first of each pair by chance."""
    kiosk: list[float] = []
    ready: list[float] = []
    minimal: list[float] = []
    with scratch_folder() as folder:
        settings = write_settings(folder)
        write_roster(folder)
        with VirtualReader("rdm6300", link=folder / "reader") as reader:
            for number in range(1, _STARTS + 1):
                starts: list[Callable[[], None]] = [
                    partial(_start_kiosk, settings, reader, number, kiosk, ready),
                    partial(_start_minimal, minimal),
                ]
                for start in random.sample(starts, len(starts)):
                    start()
    return [
        figure("kiosk: exec to first paint", kiosk, floor=median(minimal), most_ratio=1.3),
        figure("  floor: the same of a minimal app", minimal),
        figure("kiosk: first paint to a badge read", ready, most_median=100),
    ]


def _start_minimal(times: list[float]) -> None:
    with PtyProcess("-m", "benchmarks.minimal_app") as process:
        times.append((process.painted_ns(FIRST) - process.started_ns) / 1e6)


def _start_kiosk(settings: Path, reader: VirtualReader, number: int, times: list[float], ready: list[float]) -> None:
    who = person(number)
    with PtyProcess("-m", "terminal_app", "kiosk", "--config", str(settings)) as process:
        painted = process.painted_ns(SITE_NAME.encode())
        times.append((painted - process.started_ns) / 1e6)
        # As a card that lies there: sent again and again until somebody listens.
        reader.hold(who.card)
        while not process.seen(who.painted, _REPEAT_SECONDS):
            reader.hold(who.card)
    with closing(sqlite3.connect(settings.with_name("ledger.db"))) as ledger:
        (read,) = ledger.execute(
            "SELECT min(monotonic_ns) FROM clocking WHERE badge_number = ?", (who.badge_number,)
        ).fetchone()
    ready.append((read - painted) / 1e6)
