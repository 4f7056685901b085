"""From the last byte of a badge to the name on the screen, in the real kiosk on a pty.

The floor is the sum of what cannot be saved: one durable insert, and one paint of a Textual app.
"""

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.bare_ledger import BareLedger, clocking_of, rows_of
from benchmarks.figures import Outcome, figure
from benchmarks.minimal_app import FIRST
from benchmarks.pty_process import PtyProcess
from benchmarks.site import IDLE_HINT, RosterPerson, person, scratch_folder, write_roster, write_settings
from drivers.rehearsal import VirtualReader
from terminal_app.doorbell import ring

_ROUNDS = 6
_BADGES = 100
_FROM_IDLE = 8
_MOST_RATIO = 1.5
_PAUSE_SECONDS = (0.02, 0.05)
"""After each paint: Textual paints 60 times a second at most, and nobody badges in the same sixtieth as another."""


def measure() -> list[Outcome]:
    """Rounds of badges, keys and inserts, in shuffled order."""
    with scratch_folder() as folder:
        settings = write_settings(folder)
        write_roster(folder)
        stages = folder / "stages.json"
        with (
            VirtualReader("rdm6300", link=folder / "reader") as reader,
            PtyProcess("-m", "benchmarks.timed_kiosk", str(settings), str(stages)) as kiosk,
            PtyProcess("-m", "benchmarks.minimal_app") as minimal,
        ):
            kiosk.painted_ns(b"reader ready")
            minimal.painted_ns(FIRST)
            rounds = _Rounds(folder, kiosk, minimal, reader)
            rounds.run()
        return _figures(rounds, json.loads(stages.read_text(encoding="utf-8")))


def badge(kiosk: PtyProcess, reader: VirtualReader, who: RosterPerson) -> tuple[int, int]:
    """Hold a badge, wait for the name; the monotonic times of both in ns."""
    kiosk.forget()
    written = time.monotonic_ns()
    reader.hold(who.card)
    return written, kiosk.painted_ns(who.painted)


def rest(kiosk: PtyProcess, folder: Path) -> None:
    """Let the answer go, and the kiosk do what it does when nobody is there."""
    kiosk.painted_ns(IDLE_HINT)
    ring(folder, "kiosk")
    kiosk.drain(0.2)


class _Rounds:
    """The four contenders, and what they took: ms, and of each badge the monotonic ns."""

    def __init__(self, folder: Path, kiosk: PtyProcess, minimal: PtyProcess, reader: VirtualReader) -> None:
        self._folder, self._kiosk, self._minimal, self._reader = folder, kiosk, minimal, reader
        self._people = map(person, random.sample(range(1, 100_000), _ROUNDS * (_BADGES + _FROM_IDLE)))
        self.over_answer: list[int] = []
        """Which of all badges, by number from 0."""
        self.over_idle: list[int] = []
        self.written: list[int] = []
        self.painted: list[int] = []
        self.insert: list[float] = []
        self.paint: list[float] = []

    def run(self) -> None:
        """In shuffled order, round by round."""
        contenders: list[Callable[[], None]] = [self._queue, self._single, self._keys, self._inserts]
        for _ in range(_ROUNDS):
            for contender in random.sample(contenders, len(contenders)):
                contender()
                self._kiosk.drain(0.0)

    def _queue(self) -> None:
        self._badge(self.over_idle)
        for _ in range(_BADGES - 1):
            _pause(self._kiosk)
            self._badge(self.over_answer)
        rest(self._kiosk, self._folder)

    def _single(self) -> None:
        for _ in range(_FROM_IDLE):
            self._badge(self.over_idle)
            rest(self._kiosk, self._folder)

    def _badge(self, among: list[int]) -> None:
        among.append(len(self.written))
        written, painted = badge(self._kiosk, self._reader, next(self._people))
        self.written.append(written)
        self.painted.append(painted)

    def _keys(self) -> None:
        for _ in range(_BADGES):
            _pause(self._minimal)
            self._minimal.forget()
            start = time.monotonic_ns()
            self._minimal.press(b"x")
            painted = self._minimal.painted_ns(f"{len(self.paint) + 1:06d}".encode())
            self.paint.append((painted - start) / 1e6)

    def _inserts(self) -> None:
        # A new file in each round: its WAL is never a grown one.
        ledger = BareLedger(self._folder / f"bare-{len(self.insert)}.db")
        for number in range(_BADGES):
            row, event = rows_of(clocking_of(person(random.randrange(1, 100_000))), number + 1)
            _pause(self._kiosk)  # as the kiosk: a disk and a processor that have rested are slower
            start = time.monotonic_ns()
            ledger.insert(row, event)
            self.insert.append((time.monotonic_ns() - start) / 1e6)
        ledger.close()


def _pause(process: PtyProcess) -> None:
    process.drain(random.uniform(*_PAUSE_SECONDS))


def _figures(times: _Rounds, stages: list[tuple[int, int, int]]) -> list[Outcome]:
    floor = median(times.insert) + median(times.paint)

    def between(which: list[int], start: Callable[[int], int], end: Callable[[int], int]) -> list[float]:
        return [(end(number) - start(number)) / 1e6 for number in which]

    written, painted = times.written.__getitem__, times.painted.__getitem__

    def stage(column: int) -> Callable[[int], int]:
        return lambda number: stages[number][column]

    return [
        figure(
            "badge to paint, over another answer",
            between(times.over_answer, written, painted),
            floor=floor,
            most_ratio=_MOST_RATIO,
            most_p99=15,
        ),
        figure(
            "badge to paint, over the idle screen",
            between(times.over_idle, written, painted),
            floor=floor,
            most_ratio=_MOST_RATIO,
            most_p99=15,
        ),
        figure(
            "badge to commit",
            between(times.over_answer, written, stage(2)),
            floor=median(times.insert),
            most_median=1.5,
            most_p99=8,
        ),
        figure("  stage: last byte to storage thread", between(times.over_answer, written, stage(1))),
        figure("  stage: look-up and commit", between(times.over_answer, stage(1), stage(2))),
        figure("  stage: commit to paint, over another answer", between(times.over_answer, stage(2), painted)),
        figure("  stage: commit to paint, over the idle screen", between(times.over_idle, stage(2), painted)),
        figure("  floor: bare durable insert", times.insert),
        figure("  floor: key to paint of a minimal app", times.paint),
    ]
