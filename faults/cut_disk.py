"""Power cuts of a real ext4 under the product's own store (docs/proof.md)."""

import os
import random
import select
import signal
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.site import scratch_folder
from faults.loop_disk import LoopDisk, loop_disk
from faults.report import Report
from faults.rows import what_is_wrong
from faults.tracing import forked_and_stopped, traced
from faults.writer import Work, told_in, write_both

_CUTS_A_DISK = 10
"""Then a new one: a first start is cut too, and the file stays small."""
_CONTROL_CUTS = 5
_MEBIBYTES = 64
_AT_WORK = 0.7
"""Share of the cuts that come once something was told; the others may come while the files are being opened."""
_WORK_SECONDS, _START_SECONDS, _PATIENCE_SECONDS = 0.25, 0.1, 10.0
_MANY = 1_000_000
_NO_SYNCS = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:retval=0"]
_NORMAL, _UNSYNCED = "synchronous = NORMAL", "syncs switched off with strace"


@dataclass(slots=True)
class _Found:
    cuts: int = 0
    told: int = 0
    lossy: int = 0
    faults: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> Report:
    """`count` cuts at random instants, each followed by the kernel's journal replay; and two controls."""
    chance = random.Random(seed)
    with scratch_folder() as scratch:
        found = _cuts(scratch, count, chance)
        controls = {which: _cuts(scratch, _CONTROL_CUTS, chance, control=which) for which in (_NORMAL, _UNSYNCED)}
    return Report(
        claim="after a power cut of ext4 what was told to be recorded is there, every row is whole, integrity_check is"
        " ok, and the product opens the file by itself",
        tried=f"{found.cuts} cuts",
        figures={
            "deeds told": found.told,
            **{f"control, {which}: cuts of {one.cuts} that lost": one.lossy for which, one in controls.items()},
        },
        faults=found.faults,
        void=[
            *([] if found.told else ["nothing was told to be recorded"]),
            *(f"control, {which}: lost nothing" for which, one in controls.items() if not one.lossy),
        ],
    )


def _cuts(scratch: Path, count: int, chance: random.Random, *, control: str = "") -> _Found:
    found = _Found()
    while found.cuts < count:
        with loop_disk(scratch, _MEBIBYTES) as disk:
            told = b""
            for _ in range(min(_CUTS_A_DISK, count - found.cuts)):
                new = _cut(disk, chance, control)
                told += new
                found.cuts += 1
                found.told += new.count(b"\n")
                wrong = what_is_wrong(disk.mounted_at, told_in(told))
                found.lossy += bool(wrong)
                found.faults += [f"cut {found.cuts}: {fault}" for fault in wrong]
                if wrong:
                    break  # what was lost once stays lost
    return found


def _cut(disk: LoopDisk, chance: random.Random, control: str) -> bytes:
    """Let both write, cut, and bring the disk back; what they had told by then."""
    hear, tell = os.pipe()
    work = Work(disk.mounted_at, _MANY, tell, "NORMAL" if control == _NORMAL else None)
    seed = chance.getrandbits(32)
    # The copy of the pipe's other end in the child is closed by its end.
    writer = forked_and_stopped(lambda: write_both(work, seed))
    os.close(tell)
    with traced(writer, _NO_SYNCS) if control == _UNSYNCED else nullcontext():
        os.kill(writer, signal.SIGCONT)
        if control or chance.random() < _AT_WORK:
            select.select([hear], [], [], _PATIENCE_SECONDS)
            time.sleep(chance.uniform(0.0, _WORK_SECONDS) + (_WORK_SECONDS if control else 0.0))
        else:
            time.sleep(chance.uniform(0.0, _START_SECONDS))
        cut_ns = time.monotonic_ns()
        disk.cut_power()
        os.killpg(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
    told = _all_of(hear)
    disk.unmount()
    disk.mount()
    # What was told while the cut was under way may have been told after it.
    kept = [line for line in told.splitlines(keepends=True) if line.endswith(b"\n") and int(line.split()[0]) < cut_ns]
    return b"".join(kept)


def _all_of(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as pipe:
        return pipe.read()
