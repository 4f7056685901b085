"""The terminal that this process was given, as it was before a full-screen program took it."""

import os
import sys
import termios
from contextlib import suppress
from typing import TypeAlias

Attributes: TypeAlias = list[int | list[bytes | int]]

_LEAVE = (
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"  # no mouse
    "\x1b[?2004l\x1b[?2048l\x1b[?1004l"  # nothing about pastes, sizes and focus
    "\x1b[?7h\x1b[<u"  # long lines go on below; keys as ever, which has to come before the next
    "\x1b[?1049l\x1b[?25h\x1b[0m\r\n"  # the other screen, with a cursor
)
"""Takes back all that Textual's driver for Linux asks a terminal for."""


def terminal_attributes() -> Attributes | None:
    """How the terminal of stdin treats its input; None when stdin is none."""
    try:
        return termios.tcgetattr(sys.stdin)
    except (termios.error, OSError, ValueError):  # no terminal, closed
        return None


def give_back(attributes: Attributes | None) -> None:
    """Leave the full screen, and treat input as before; for when the program that took it did not come to that."""
    if attributes is None:
        return
    with suppress(termios.error, OSError):  # it is gone itself
        screen = next((one for one in (sys.stderr, sys.stdout) if one.isatty()), None)
        if screen is not None:
            os.write(screen.fileno(), _LEAVE.encode())
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, attributes)
