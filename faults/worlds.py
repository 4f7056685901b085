"""`python -m faults.worlds [--worlds N] [--seed S]`: many simulated worlds, and controls that have to fail.

`--loop` runs them around the courier's own loop and a real ledger (`faults/loop_world.py`), some hundred times slower.
`--replay SEED` runs one world again and says what went wrong in it. Ends with 0 when nothing was lost or doubled.
"""

import argparse
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from faults.loop_world import run_loop_world
from faults.report import Report, Verdict, as_text
from faults.world import run_world
from faults.world_site import Breakage, Ended

BOUNDED, LONG = 100_000, 10_000_000
LOOP_BOUNDED, LOOP_LONG = 100, 10_000
CONTROLS = (Breakage.NO_SETTLING, Breakage.NO_LAG, Breakage.NO_LOOK_UP)
_LOOP_CONTROLS = {Breakage.NO_SETTLING: 60, Breakage.NO_OWNER: 300}
"""In how many worlds each is tried."""
_AT_A_TIME = 500
_CONTROL_SHARE = 100
_FEWEST_CONTROLS = 300
_MOST_TOLD = 20
RunOne = Callable[[int, Breakage], Ended]


@dataclass(slots=True)
class Sum:
    """What many worlds came to."""

    worlds: int = 0
    lost: int = 0
    doubled: int = 0
    broken: int = 0
    """Worlds in which anything was wrong."""
    counts: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def add(self, ended: Ended) -> None:
        """Take one world in."""
        self.add_all(Sum(1, ended.lost, ended.doubled, bool(ended.violations), ended.counts, ended.violations[:1]))

    def add_all(self, other: "Sum") -> None:
        """Take the numbers of many in."""
        self.worlds += other.worlds
        self.lost += other.lost
        self.doubled += other.doubled
        self.broken += other.broken
        self.counts.update(other.counts)
        self.told += other.told
        del self.told[_MOST_TOLD:]


def run(count: int, seed: int, *, with_controls: bool = True) -> Report:
    """`count` worlds from `seed` on, and a hundredth of that for each control."""
    whole = _sum_of(count, seed, Breakage.NONE, run_world)
    controls = max(count // _CONTROL_SHARE, _FEWEST_CONTROLS)
    void = []
    figures: dict[str, int | float | str] = {
        "broken worlds": whole.broken,
        "lost": whole.lost,
        "doubled": whole.doubled,
        **_counts(whole),
    }
    for breakage in CONTROLS if with_controls else ():
        control = _sum_of(controls, seed, breakage, run_world)
        figures[f"control, {breakage.value}: doubled in {controls} worlds"] = control.doubled
        if not control.doubled:
            void.append(f"{breakage.value}: nothing was doubled in {controls} worlds")
    return _report(whole, seed, figures, void, "")


def run_loop(count: int, seed: int) -> Report:
    """`count` worlds around the courier's own loop, and some of each control."""
    whole = _sum_of(count, seed, Breakage.NONE, run_loop_world)
    figures: dict[str, int | float | str] = {"lost": whole.lost, "doubled": whole.doubled, **_counts(whole)}
    void = []
    for breakage, worlds in _LOOP_CONTROLS.items():
        control = _sum_of(worlds, seed, breakage, run_loop_world)
        figures[f"control, {breakage.value}: doubled in {worlds} worlds"] = control.doubled
        if not control.doubled:
            void.append(f"{breakage.value}: nothing was doubled in {worlds} worlds")
    return _report(whole, seed, figures, void, "--loop ")


def _report(whole: Sum, seed: int, figures: dict[str, int | float | str], void: list[str], option: str) -> Report:
    return Report(
        claim="every clocking reaches Protime exactly once, in order per person, and none waits for ever",
        tried=f"{whole.worlds:,} worlds from seed {seed}",
        figures=figures,
        faults=[f"{one}; again with: python -m faults.worlds {option}--replay {one.split()[1]}" for one in whole.told],
        void=void,
    )


def _counts(whole: Sum) -> dict[str, int]:
    """What happened in the worlds, by name."""
    return dict(sorted(whole.counts.items(), key=lambda one: -one[1]))


def _sum_of(count: int, seed: int, breakage: Breakage, run_one: RunOne) -> Sum:
    size = max(1, min(_AT_A_TIME, count // 8))
    pieces = [range(start, min(start + size, seed + count)) for start in range(seed, seed + count, size)]
    whole = Sum()
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for piece in pool.imap(partial(_piece, breakage=breakage, run_one=run_one), pieces):
            whole.add_all(piece)
    return whole


def _piece(seeds: Iterable[int], *, breakage: Breakage, run_one: RunOne) -> Sum:
    logging.disable(logging.CRITICAL)  # the product's own warnings, of every bad day of every world
    piece = Sum()
    for seed in seeds:
        piece.add(run_one(seed, breakage))
    return piece


def main() -> int:
    """Run from the command line; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m faults.worlds", description=__doc__)
    parser.add_argument("--worlds", type=int, help=f"{BOUNDED}, with --loop {LOOP_BOUNDED}, if not given")
    parser.add_argument("--loop", action="store_true", help="around the courier's own loop")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--replay", type=int, metavar="SEED")
    parser.add_argument("--no-controls", action="store_true", help="for those who look at nothing but the exit code")
    arguments = parser.parse_args()
    if arguments.replay is not None:
        logging.disable(logging.CRITICAL)
        run_one = run_loop_world if arguments.loop else run_world
        violations = run_one(arguments.replay, Breakage.NONE).violations
        print(*violations or ["nothing went wrong"], sep="\n")
        return bool(violations)
    began = time.monotonic()
    if arguments.loop:
        report = run_loop(arguments.worlds or LOOP_BOUNDED, arguments.seed)
    else:
        report = run(arguments.worlds or BOUNDED, arguments.seed, with_controls=not arguments.no_controls)
    print(f"{as_text('worlds', report)}\n  took: {time.monotonic() - began:.0f} s")
    return report.verdict is not Verdict.PROVEN


if __name__ == "__main__":
    sys.exit(main())
