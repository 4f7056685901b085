"""The two ways out of a command. What comes from outside is shown without control characters or escapes."""

import sys

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
