"""A program on a pseudo terminal of 100 x 30, and when it painted what."""

import os
import select
import subprocess
import sys
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from terminal_app.children import end_child, set_size

_ROWS, _COLUMNS = 30, 100
_PATIENCE_SECONDS = 30.0
_SAME = {b"reader ready": (b"reader ready", b"clock unsure")}
"""Where the machine's clock is not synchronised the status line says so, in the place of a reader that is well."""


class PtyProcess:
    """`python ARGUMENTS` with a terminal of its own. Its output must be waited for or drained, or it stands still."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._seen = b""

    def __enter__(self) -> Self:
        self._pty, theirs = os.openpty()
        set_size(self._pty, _ROWS, _COLUMNS)
        self.started_ns = time.monotonic_ns()
        self._process = subprocess.Popen(
            [sys.executable, *self._arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "linux", "COLUMNS": "", "LINES": ""},
        )
        os.close(theirs)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # What it paints while it ends must be taken from it too.
        self._process.terminate()
        deadline = time.monotonic() + 5.0
        with suppress(ChildProcessError):
            while self._process.poll() is None and time.monotonic() < deadline:
                self._read(0.05)
        end_child(self._process)
        os.close(self._pty)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def everything(self) -> bytes:
        """What it painted since `forget`, as far as it was waited for."""
        return self._seen

    def press(self, key: bytes) -> None:
        """Type."""
        os.write(self._pty, key)

    def forget(self) -> None:
        """What was painted so far counts no more."""
        self.drain(0.0)
        self._seen = b""

    def drain(self, seconds: float) -> None:
        """Take what it paints for so long."""
        end = time.monotonic() + seconds
        while self._read(max(0.0, end - time.monotonic())) or time.monotonic() < end:
            pass

    def seen(self, text: bytes, within_seconds: float) -> bool:
        """Whether it paints `text` within that time, or has since `forget`."""
        end = time.monotonic() + within_seconds
        while not any(one in self._seen for one in _SAME.get(text, (text,))):
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._read(left)
        return True

    def painted_ns(self, text: bytes) -> int:
        """Wait until `text` has been painted since `forget`; the monotonic time at which it was here.

        Raises TimeoutError, with the end of what was painted.
        """
        if not self.seen(text, _PATIENCE_SECONDS):
            raise TimeoutError(f"{text!r} was not painted within {_PATIENCE_SECONDS:.0f} s; but {self._seen[-2000:]!r}")
        return time.monotonic_ns()

    def _read(self, seconds: float) -> bool:
        if not select.select([self._pty], [], [], seconds)[0]:
            return False
        try:
            self._seen += os.read(self._pty, 65536)
        except OSError as error:
            if self._process.poll() is None:
                time.sleep(0.01)
                return False
            raise ChildProcessError(f"ended with {self._process.returncode}: {self._seen[-2000:]!r}") from error
        return True
