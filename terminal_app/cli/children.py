"""Processes of ours that end with this one, however it ends."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import IO

PATIENCE_SECONDS = 10.0
"""For a child to end by itself after SIGTERM; longer than a request that is under way should take."""

_PR_SET_PDEATHSIG = 1


def start(*arguments: str, log: IO[bytes] | None = None) -> "subprocess.Popen[bytes]":
    """Start a command of clocking-terminal; with `log` away from the tty and its keys, else in the foreground.

    Call it from the main thread: the kernel ends the child with the thread that made it.
    """
    return subprocess.Popen(  # noqa: S603 # our own command
        [sys.executable, "-m", "terminal_app", *arguments],
        stdin=subprocess.DEVNULL if log else None,
        stdout=log,
        stderr=log,
        start_new_session=log is not None,
        preexec_fn=_dying_with_parent(),  # noqa: PLW1509 # there is no thread at the fork
    )


def end(child: "subprocess.Popen[bytes]") -> None:
    """Ask a child to end, wait PATIENCE_SECONDS, kill it; nothing for one that has ended."""
    child.terminate()
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _dying_with_parent() -> Callable[[], None]:
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def in_child() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
        if os.getppid() != parent:  # it died before the call
            os._exit(1)

    return in_child
