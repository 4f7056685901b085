"""Bytes that a clocking makes the disk write, as the kernel counts them: an SD card bears so many and no more."""

import random
from collections.abc import Callable
from pathlib import Path

from benchmarks.bare_ledger import BareLedger, clocking_of, rows_of
from benchmarks.figures import Outcome, Skipped, figure
from benchmarks.site import person, scratch_folder
from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.recording import record

_CLOCKINGS = 500
_ROUNDS = 5
_CHECKPOINT_EVERY = 50
_KIB = 1024


def measure() -> list[Outcome]:
    """Until it is recorded, and until it is delivered; checkpoints and all."""
    recorded: list[float] = []
    delivered: list[float] = []
    floor: list[float] = []
    with scratch_folder() as folder:
        for number in range(_ROUNDS):
            for name, figures, work in (
                ("recorded", recorded, _record),
                ("delivered", delivered, _record_and_deliver),
                ("floor", floor, _insert),
            ):
                (place := folder / f"{name}-{number}").mkdir()
                figures.append(work(place) / _CLOCKINGS / _KIB)
    what = "written to the disk per clocking"
    if not any(floor):
        return [Skipped(what, "this disk lies in memory: the kernel counts no bytes")]
    lowest = figure("  its floor: a bare insert", floor, unit="KiB")
    return [
        figure(f"{what}, recorded", recorded, unit="KiB", floor=lowest.median, most_median=12),
        figure(f"{what}, and delivered", delivered, unit="KiB"),
        lowest,
    ]


def _record(folder: Path) -> int:
    return _written(folder, lambda _ledger, _sequence: None)


def _record_and_deliver(folder: Path) -> int:
    def deliver(ledger: LedgerDatabase, sequence: int) -> None:
        start_sending(ledger, sequence)
        settle(ledger, sequence, Confirmed(1_000_000 + sequence))

    return _written(folder, deliver)


def _written(folder: Path, then: Callable[[LedgerDatabase, int], object]) -> int:
    ledger = LedgerDatabase(folder)
    before = _bytes_written()
    for number in range(_CLOCKINGS):
        then(ledger, record(ledger, clocking_of(person(random.randrange(1, 100_000)))))
        if number % _CHECKPOINT_EVERY == 0:
            ledger.checkpoint()
    ledger.checkpoint()
    written = _bytes_written() - before
    ledger.close()
    return written


def _insert(folder: Path) -> int:
    ledger = BareLedger(folder / "bare.db")
    before = _bytes_written()
    for number in range(_CLOCKINGS):
        ledger.insert(*rows_of(clocking_of(person(random.randrange(1, 100_000))), number + 1))
    ledger.close()
    return _bytes_written() - before


def _bytes_written() -> int:
    """By this process so far, to what is stored, as the kernel counts them (proc(5), io: write_bytes)."""
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return next(int(line.partition(":")[2]) for line in lines if line.startswith("write_bytes:"))
