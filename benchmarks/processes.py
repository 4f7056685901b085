"""Courier and simulator in processes of their own, and what any process costs."""

import importlib.util
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from terminal_app.children import end_child, start_child
from terminal_app.roster.tables import Collection

_PATIENCE_SECONDS = 300.0


def what_is_missing() -> str | None:
    """Why courier and simulator cannot run here; None when they can."""
    for module in ("terminal_app.courier.courier", "terminal_app.simulator.server"):
        try:
            found = importlib.util.find_spec(module)
        except ModuleNotFoundError:
            found = None
        if found is None:
            return f"there is no {module} yet"
    return None


@contextmanager
def simulator(people: int) -> Iterator[str]:
    """A simulated Protime of so many people; its address."""
    child = subprocess.Popen(
        # nice: in life it has processors of its own
        ["nice", "-n", "19", sys.executable, "-m", "terminal_app", "simulator", "--port", "0", "--people", str(people)],
        stdout=subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        for line in child.stdout:
            if found := re.search(rb"http://127\.0\.0\.1:\d+", line):
                yield found[0].decode()
                return
        raise ChildProcessError(f"the simulator ended with {child.wait()}")
    finally:
        end_child(child)


@contextmanager
def courier(settings: Path) -> Iterator[int]:
    """A courier; its process id."""
    with settings.with_name("courier.log").open("ab") as log:
        child = start_child("courier", "--config", str(settings), log=log)
        try:
            yield child.pid
        finally:
            end_child(child)


def count(path: Path, question: str) -> int:
    """The number that a question to a SQLite file gives; 0 before its table exists."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return int(connection.execute(question).fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def is_synchronised(folder: Path) -> bool:
    """Whether a courier has read all people since the roster was made by a benchmark."""
    return count(folder / "roster.db", f"SELECT count(*) FROM reading WHERE collection = '{Collection.PEOPLE}'") > 0


def wait_until(condition: Callable[[], bool], what: str, *, between: Callable[[], None]) -> None:
    """Wait for a condition, with something to do meanwhile. Raises TimeoutError."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {_PATIENCE_SECONDS:.0f} s")
        between()


def resident_mib(pid: int) -> float:
    """Resident memory of a process, shared pages included."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found is None:
        raise ChildProcessError(f"process {pid} has ended")
    return int(found[1]) / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads that a process has, to the nanosecond."""
    return (
        sum(int(task.read_text(encoding="ascii").split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))
        / 1e9
    )
