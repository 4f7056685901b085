"""The first thing a child process of ours does: tie its life to its parent's, take its terminal, then be the command.

Run as `python -m terminal_app.child COMMAND...`. Done here and not between fork and exec, where a parent with threads
may hold locks.
"""

import ctypes
import fcntl
import os
import signal
import sys
import termios

from terminal_app.children import PARENT

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the command; end at once when the parent is gone already."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(os.environ.pop(PARENT)):
        sys.exit(1)
    if os.isatty(0) and os.getsid(0) == os.getpid():
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    from terminal_app.cli.main import main as command_line  # noqa: PLC0415 # after the parent is known to live

    command_line()


if __name__ == "__main__":
    main()
