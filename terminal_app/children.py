"""Child processes that never outlive their parent."""

import fcntl
import os
import struct
import subprocess
import sys
import termios
from typing import IO

PARENT = "CLOCKING_TERMINAL_PARENT"
"""In a child's environment: the process id whose end is its own."""

_GRACE_SECONDS = 5.0
_SIZE_OF_ANOTHER_TERMINAL = ("COLUMNS", "LINES")


def start_child(
    *arguments: str, log: IO[bytes] | int | None = None, terminal: int | None = None
) -> subprocess.Popen[bytes]:
    """Start `clocking-terminal` with these arguments in a process of its own.

    `log` takes what it writes to stderr. With `terminal` (a pty's other end) that is its controlling terminal, and
    takes all of its output. The kernel ends it when this process dies in whatever way.
    """
    environment = {**os.environ, PARENT: str(os.getpid())}
    if terminal is not None:
        for name in _SIZE_OF_ANOTHER_TERMINAL:
            environment.pop(name, None)
    return subprocess.Popen(  # noqa: S603 # our own module, and arguments of our own
        [sys.executable, "-m", "terminal_app.child", *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=log if terminal is None else terminal,
        start_new_session=terminal is not None,
        env=environment,
    )


def end_child(child: subprocess.Popen[bytes]) -> int:
    """Ask it to end, insist after a while; gives its exit code."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
    return child.wait()


def set_size(terminal: int, rows: int, columns: int) -> None:
    """Give a pty its size."""
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
