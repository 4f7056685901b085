"""Putting a clocking on the disk, beside a bare insert of the same rows."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.bare_ledger import BareLedger, clocking_of, rows_of
from benchmarks.figures import Outcome, Skipped, figure
from benchmarks.site import person, scratch_folder
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record

_ROUNDS = 12
_ROWS = 200
_CHECKPOINT_EVERY = 50


def measure() -> list[Outcome]:
    """Rounds in shuffled order; a new file for the floor in each, so that its WAL is never a grown one."""
    times: dict[str, list[float]] = {"ours": [], "floor": []}
    with scratch_folder() as folder:
        ledger = LedgerDatabase(folder)
        contenders: dict[str, Callable[[int], list[float]]] = {
            "ours": lambda _: _recordings(ledger, _ROWS),
            "floor": lambda number: _bare_inserts(folder / f"bare-{number}.db", _ROWS),
        }
        for number in range(_ROUNDS):
            for name in random.sample(sorted(contenders), len(contenders)):
                times[name] += contenders[name](number)
        ledger.close()
        floor = median(times["floor"])
        return [
            figure("recording / bare WAL+FULL insert", times["ours"], floor=floor, most_ratio=0.7),
            figure("  its floor", times["floor"]),
            _syncs(folder),
        ]


def record_some(folder: Path, rows: int) -> None:
    """For strace: open, record, close."""
    ledger = LedgerDatabase(folder)
    for number in range(rows):
        record(ledger, clocking_of(person(number + 1)))
    ledger.close()


def _recordings(ledger: LedgerDatabase, rows: int) -> list[float]:
    times = []
    for number in range(rows):
        if number % _CHECKPOINT_EVERY == 0:
            ledger.checkpoint()  # the kiosk's, in an idle moment: nobody waits for it
        clocking = clocking_of(person(random.randrange(1, 100_000)))
        start = time.perf_counter_ns()
        record(ledger, clocking)
        times.append((time.perf_counter_ns() - start) / 1e6)
    return times


def _bare_inserts(path: Path, rows: int) -> list[float]:
    ledger = BareLedger(path)
    times = []
    for number in range(rows):
        row, event = rows_of(clocking_of(person(random.randrange(1, 100_000))), number + 1)
        start = time.perf_counter_ns()
        ledger.insert(row, event)
        times.append((time.perf_counter_ns() - start) / 1e6)
    ledger.close()
    return times


def _syncs(folder: Path) -> Outcome:
    what = "syncs per recording"
    strace = shutil.which("strace")
    if strace is None:
        return Skipped(what, "strace is not installed")
    rows = 50
    counts = []
    for number in (0, rows):
        (place := folder / f"syncs-{number}").mkdir()
        log = place / "strace.log"
        program = (
            "from pathlib import Path; from benchmarks.recording import record_some; "
            f"record_some(Path({str(place)!r}), {number})"
        )
        traced = subprocess.run(
            [strace, "-f", "-qq", "-e", "trace=fsync,fdatasync,sync,syncfs", "-o", log, sys.executable, "-c", program],
            check=False,
            stderr=subprocess.PIPE,
        )
        if traced.returncode:
            return Skipped(what, f"strace may not trace here: {traced.stderr.decode(errors='replace')[-100:]!r}")
        counts.append(len(log.read_text(encoding="utf-8").splitlines()))
    return figure(what, [(counts[1] - counts[0]) / rows], unit="syncs", most_median=1)
