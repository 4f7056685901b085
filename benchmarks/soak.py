"""Thousands of visits at one kiosk: by name only, as it takes minutes. `./run bench soak`

What it takes of memory must not grow with them, nor the answer get slower.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median

from benchmarks.badge_to_paint import badge
from benchmarks.figures import Outcome, figure
from benchmarks.processes import resident_mib
from benchmarks.pty_process import PtyProcess
from benchmarks.site import IDLE_HINT, PEOPLE, RosterPerson, person, scratch_folder, write_roster, write_settings
from drivers.rehearsal import VirtualReader

VISITS = 50_000
WARM = 2_000
"""Visits until caches, the WAL and Python's own arenas have their size."""
_MOST_MIB = 4.0
_UNDO, _REASON, _LANGUAGE, _ESCAPE = b"\x1b[19~", b"\x1bOS", b"\x1b[21~", b"\x1b[27u"
_KEYS_EVERY = {7: (_UNDO,), 11: (_REASON, _ESCAPE), 13: (_LANGUAGE,)}
"""Which keys every so many visits, after the answer; on a busy machine that may be gone, and a reason would be meant
for the next badge."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the kiosk was like after so many visits."""

    visits: int
    resident_mib: float
    answer_ms: float
    """Median from badge to paint since the sample before."""


def measure() -> list[Outcome]:
    """All of them, and what has grown."""
    with scratch_folder() as folder:
        write_roster(folder)
        samples = list(played(folder, VISITS, every=1_000, people=PEOPLE))
    warm = next(one for one in samples if one.visits >= WARM)
    return [
        figure(f"memory grown over {VISITS} visits", [samples[-1].resident_mib - warm.resident_mib], unit="MiB",
               most_median=_MOST_MIB),
        figure("  answer in the first thousands", [warm.answer_ms], unit="ms"),
        figure("  answer in the last thousand", [samples[-1].answer_ms], unit="ms"),
    ]  # fmt: skip


def played(folder: Path, visits: int, *, every: int, people: int) -> Iterator[Sample]:
    """Play visits of `people` people by turns, one right after the other; a sample after `every` visits."""
    settings = write_settings(folder)
    with (
        VirtualReader("rdm6300", link=folder / "reader") as reader,
        PtyProcess("-m", "terminal_app", "kiosk", "--config", str(settings)) as kiosk,
    ):
        kiosk.painted_ns(b"reader ready")
        answers: list[float] = []
        for number, who in zip(range(1, visits + 1), guests(people), strict=False):
            written, painted = badge(kiosk, reader, who)
            answers.append((painted - written) / 1e6)
            for each, keys in _KEYS_EVERY.items():
                if number % each == 0:
                    for key in keys:
                        kiosk.forget()
                        kiosk.press(key)
                        kiosk.drain(0.01)
                        if (
                            key is _ESCAPE
                        ):  # obeyed late, on a busy machine, it would end the next one's answer unpainted
                            kiosk.painted_ns(IDLE_HINT)
            if number % every == 0:
                kiosk.drain(0.3)
                yield Sample(number, resident_mib(kiosk.pid), median(answers))
                answers.clear()


def guests(people: int) -> Iterator[RosterPerson]:
    """Person after person, for ever."""
    return cycle(map(person, range(1, people + 1)))
