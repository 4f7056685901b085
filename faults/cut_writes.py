"""Power cuts of the product's own store that keep any part of what was not synced (docs/proof.md)."""

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from faults.disk_writes import Call, Disk, Said, Sync, names_of_ledger, recorded_calls, strace
from faults.report import Report
from faults.rows import what_is_wrong
from faults.writer import told_in

_CUTS_A_RUN = 2_000
_CONTROL_CUTS = 200
_DEEDS = 50
_RAM = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class _Found:
    calls: int
    told: int
    faults: tuple[str, ...]


def run(count: int, seed: int) -> Report:
    """`count` cuts of recorded runs of the store, each opened by the product; and two controls that must lose."""
    strace()
    runs = [(seed * 1_000_000 + number, min(_CUTS_A_RUN, count - number)) for number in range(0, count, _CUTS_A_RUN)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(_cut_one_run, runs))
        normal, unsynced = pool.map(partial(_control, seed=seed), ("synchronous = NORMAL", "no sync reaches the disk"))
    controls = {"control, synchronous = NORMAL": normal, "control, no sync reaches the disk": unsynced}
    return Report(
        claim="whatever part of what was not synced a power cut keeps, what was told to be recorded is there, every row"
        " is whole, integrity_check is ok, and the product opens the file by itself",
        tried=f"{count} cuts of {len(runs)} recorded runs of kiosk's and courier's store",
        figures={
            "calls recorded": sum(one.calls for one in found),
            "deeds told": sum(one.told for one in found),
            **{f"{name}: cuts of {_CONTROL_CUTS} that lost": lost for name, lost in controls.items()},
        },
        faults=[fault for one in found for fault in one.faults],
        void=[
            *([] if all(one.told for one in found) else ["nothing was told to be recorded in some run"]),
            *(f"{name}: lost nothing" for name, lost in controls.items() if not lost),
        ],
    )


def _cut_one_run(of: tuple[int, int]) -> _Found:
    seed, cuts = of
    calls = _record(seed, None)
    faults = [f"run {seed}: {fault}" for fault in _cut(calls, seed, cuts)]
    return _Found(len(calls), sum(isinstance(call, Said) for call in calls), tuple(faults))


def _control(which: str, seed: int) -> int:
    """How many cuts lost something."""
    calls = _record(seed, "NORMAL" if "NORMAL" in which else None)
    if "NORMAL" not in which:
        calls = [call for call in calls if not isinstance(call, Sync)]
    return len({fault.partition(":")[0] for fault in _cut(calls, seed, _CONTROL_CUTS)})


def _record(seed: int, synchronous: str | None) -> list[Call]:
    """Two lives of the store in one folder: the second finds what the first left, closed or not."""
    calls: list[Call] = []
    with tempfile.TemporaryDirectory(dir=_RAM) as name:
        folder = Path(name, "store")
        folder.mkdir()
        for life in range(2):
            command = [sys.executable, "-m", "faults.writer", f"{folder}", f"{seed + life}", f"{_DEEDS}"]
            calls += recorded_calls([*command, *([synchronous] if synchronous else [])], folder, Path(name, "trace"))
        _compare(calls, folder)
    return calls


def _compare(calls: Iterable[Call], folder: Path) -> None:
    """Nothing was missed: what was recorded makes the files that are there."""
    disk = Disk()
    for call in calls:
        disk.do(call)
    there = {name: (folder / name).read_bytes() for name in names_of_ledger() if (folder / name).exists()}
    if disk.without_cut() != there:
        raise RuntimeError(f"the calls that were recorded do not make the files that are there: {sorted(there)}")


def _cut(calls: Sequence[Call], seed: int, cuts: int) -> Iterable[str]:
    chance = random.Random(seed)
    first = next(number for number, call in enumerate(calls) if isinstance(call, Said))
    # The growing of the log is most of the calls and has nothing told yet: one cut in ten is enough for it.
    points = sorted(
        chance.randrange(len(calls)) if chance.random() < 0.1 else chance.randrange(first, len(calls))
        for _ in range(cuts)
    )
    disk, at, said = Disk(), 0, b""
    with tempfile.TemporaryDirectory(dir=_RAM) as name:
        for point in points:
            for call in calls[at:point]:
                disk.do(call)
                if isinstance(call, Said):
                    said += call.text
            at = max(at, point)
            folder = Path(name, "cut")
            folder.mkdir()
            for file, content in disk.after_cut(chance).items():
                (folder / file).write_bytes(content)
            for fault in what_is_wrong(folder, told_in(said)):
                yield f"cut at call {point}: {fault}"
            shutil.rmtree(folder)
