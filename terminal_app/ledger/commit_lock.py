"""One writer at a time, through commit and checkpoint, across processes.

SQLite 3.7.0 to 3.51.2 can corrupt a WAL file when two connections write or checkpoint it at the same instant, and
Debian 12 and 13 ship such versions (docs/decisions/0002-two-writers.md). SQLite's own lock is not enough: a checkpoint
does not take it. So both processes take this one, an flock, which the kernel releases when a process dies.
"""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE_SECONDS = 5.0
"""A checkpoint of the grown WAL on a slow card takes a second or two."""
_LOOK_SECONDS = 0.0002
_GAP_SECONDS = 0.0005
"""Between two turns of one process, longer than the other takes to look: which so waits for a commit, seldom two."""


class LockNotTaken(Exception):
    """The lock cannot be had; the text says why, and what to do."""


class LockHeldByAnother(LockNotTaken):
    """Another process has held the lock for too long: it is stopped, or it is no process of ours."""

    def __str__(self) -> str:
        return (
            "another process holds ledger.lock and does not let go. `fuser` on that file names it; end it, and the"
            " terminal goes on by itself."
        )


class CommitLock:
    """The lock file beside a ledger. Not for sharing between threads."""

    def __init__(self, path: Path, *, patience_seconds: float = PATIENCE_SECONDS, gives_way: bool = False) -> None:
        """Open `path`; who `gives_way` leaves the others time to take the lock between two turns of its own."""
        self._patience_seconds = patience_seconds
        self._gap_seconds = _GAP_SECONDS if gives_way else 0.0
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        self._let_go_at = 0.0
        """On the monotonic clock."""

    def held(self) -> Self:
        """To be entered as a context: waits for the other process as long as one commit or checkpoint of it takes.

        Raises LockHeldByAnother when that takes longer than it ever should: whoever badges must not wait for it; and
        LockNotTaken when the file refuses to be locked.
        """
        return self

    def __enter__(self) -> None:
        self._take()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What was written is written: the next one who holds it lets go of it once more.
        with suppress(OSError):
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        self._let_go_at = time.monotonic()

    def _take(self) -> None:
        began = time.monotonic()
        if (gap := self._let_go_at + self._gap_seconds - began) > 0:
            time.sleep(gap)
        end = began + self._patience_seconds
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    raise LockHeldByAnother from None
                time.sleep(_LOOK_SECONDS)
            except OSError as error:
                raise LockNotTaken(f"ledger.lock cannot be locked: {error.strerror}. Look at the disk.") from error
            else:
                return

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._descriptor)
