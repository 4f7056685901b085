"""A forked child that does not begin before strace has it, so that only its own system calls are counted."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from faults.disk_writes import strace
from faults.report import CannotRun

_PATIENCE_SECONDS = 10.0


def forked_and_stopped(work: Callable[[], NoReturn]) -> int:
    """The process id of a child in a group of its own that does `work` once it is continued."""
    child = os.fork()
    if child == 0:
        try:
            os.setpgid(0, 0)
            signal.raise_signal(signal.SIGSTOP)
            work()
        finally:
            os._exit(1)
    os.waitpid(child, os.WUNTRACED)
    return child


@contextmanager
def traced(process: int, options: Sequence[str], log: Path | None = None) -> Iterator[None]:
    """strace at a process while the context lasts, which must see the end of that process. Raises CannotRun."""
    command = [strace(), "-f", "-qq", "-o", str(log or os.devnull), *options, "-p", str(process)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as tracer:
        end = time.monotonic() + _PATIENCE_SECONDS
        while "TracerPid:\t0\n" in Path(f"/proc/{process}/status").read_text(encoding="ascii"):
            if tracer.poll() is not None or time.monotonic() > end:
                tracer.kill()
                assert tracer.stderr is not None
                raise CannotRun(f"strace may not trace here: {tracer.stderr.read().decode(errors='replace')[-200:]}")
            time.sleep(0.001)
        try:
            yield
        finally:
            tracer.wait()
