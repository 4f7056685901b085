"""The ways out of a command. What comes from outside is shown without control characters or escapes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.clocking.clean_text import clean_text

PROGRAM = "clocking-terminal"


def clean(text: str) -> str:
    """The text on one line, everything that a terminal might obey replaced; as long as it was."""
    return clean_text(text, len(text))


def say(line: str = "") -> None:
    """A line to the person who asked."""
    sys.stdout.write(f"{clean(line)}\n")


def complain(text: str) -> None:
    """What went wrong: a line on the error output for each line of the text."""
    for line in text.splitlines():
        sys.stderr.write(f"{PROGRAM}: {clean(line)}\n")


@contextmanager
def file_for_the_owner(path: Path) -> Iterator[TextIO]:
    """A file of ASCII to write, for its owner only: it holds badge numbers. Raises Failure when it cannot be."""
    try:
        with open(path, "w", encoding="ascii", opener=_opened) as file:
            yield file
    except OSError as error:
        raise Failure(ExitCode.FAILED, f"{path} cannot be written: {error.strerror}") from error


def _opened(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)  # also where there was a file before
    return descriptor
