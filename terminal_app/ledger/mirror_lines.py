"""The mirror's files: one for each day of clockings, one line for each clocking, appended and never changed.

A line is the CRC-32 of its JSON in eight hexadecimal digits, a space, and the JSON. SQLite is not used there: on a
stick's FAT a write-ahead log is not safe, and of a text with checksums all but a damaged line can be read.
"""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.ledger.carrying import Values
from terminal_app.ledger.seal import SEALED_COLUMNS

SUFFIX = ".clockings"
_COLUMNS = f"sequence, {SEALED_COLUMNS}, seal"
_LONGEST_LINE = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be appended."""

    day: str
    """Whose file: the clocking's date, ISO 8601."""
    key: bytes
    """The clocking's id."""
    text: str


def lines_of(connection: sqlite3.Connection, where: str, values: tuple[object, ...]) -> Iterator[Line]:
    """The lines of the clockings that a condition chooses: the whole of each, or that it was taken back."""
    names = _COLUMNS.split(", ")
    question = f"SELECT {_COLUMNS}, state FROM clocking WHERE {where}"  # noqa: S608 # constants, and question marks
    for *row, state in connection.execute(question, values):
        held = dict(zip(names, row, strict=True))
        if state == DeliveryState.UNDONE:
            held = {"id": held["id"], "date": held["date"], "state": state}
        yield Line(str(held["date"]), held["id"], _line({**held, "id": held["id"].hex()}))


def _line(held: dict[str, object]) -> str:
    text = json.dumps(held)
    return f"{zlib.crc32(text.encode()):08x} {text}\n"


def day_files(folder: Path) -> list[Path]:
    """The files of a mirror, oldest day first. Raises OSError."""
    return sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))


def read_lines(path: Path) -> Iterator[Values | None]:
    """What a file holds, line by line; None for a line that is damaged. Raises OSError."""
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            yield _read(line)


def _read(line: bytes) -> Values | None:
    told, _, text = line.rstrip(b"\n").partition(b" ")
    try:
        if int(told, 16) != zlib.crc32(text):
            return None
        held = json.loads(text)
        return {**held, "id": bytes.fromhex(held["id"])}
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
