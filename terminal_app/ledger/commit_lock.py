"""One writer at a time, through commit and checkpoint, across processes.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL file when two connections write or checkpoint it at the same instant, and
Debian 12 and 13 ship such versions (docs/decisions/0002-two-writers.md). SQLite's own lock is not enough: a checkpoint
does not take it. So both processes take this one, an flock, which the kernel releases when a process dies.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CommitLock:
    """The lock file beside a ledger. Not for sharing between threads."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock; waits for the other process at most as long as one commit or checkpoint of it takes."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)
