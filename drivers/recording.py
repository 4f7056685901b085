"""What came over a reader's line, in a file that support can play again: a line of text for each read.

    # clocking-terminal reader recording 1
    0.000000 0230363030443530374430303403

Seconds since the beginning, then the bytes in hex. It holds card numbers: it is personal data.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from drivers.errors import ReaderError

HEADING = "# clocking-terminal reader recording 1"
_LINE = re.compile(r"([0-9]{1,9}\.[0-9]{6}) ((?:[0-9A-Fa-f]{2})+)")


class RecordingError(ReaderError):
    """A file that is no recording; says which line."""


@dataclass(frozen=True, slots=True)
class RecordedRead:
    """Bytes (one or more), and when they came, in seconds since the recording began."""

    seconds: float
    data: bytes = field(repr=False)


def line_of(read: RecordedRead) -> str:
    """The line of the file, without its end."""
    return f"{read.seconds:.6f} {read.data.hex().upper()}"


def reads_of(lines: Iterable[str]) -> Iterator[RecordedRead]:
    """The reads of a file's lines; empty ones and comments are left out.

    Raises:
        RecordingError: it does not begin with the heading, a line is none of a recording, or time goes backwards.
    """
    last = 0.0
    for number, raw in enumerate(lines, start=1):
        line = raw.strip()
        if number == 1 and line != HEADING:
            raise RecordingError(f"line 1: a recording begins with: {HEADING}")
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise RecordingError(f"line {number}: it must be seconds, a blank and bytes in hex")
        seconds = float(found[1])
        if seconds < last:
            raise RecordingError(f"line {number}: it is earlier than the one before")
        last = seconds
        yield RecordedRead(seconds, bytes.fromhex(found[2]))
