"""The mirror's files: one for each day of clockings, one line for each clocking, appended and never changed.

A line is the CRC-32 of its JSON in eight hexadecimal digits, a space, and the JSON. SQLite is not used there: on a
stick's FAT a write-ahead log is not safe, and of a text with checksums all but a damaged line can be read. What is
erased becomes spaces, in its place: others append meanwhile.
"""

import json
import os
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.ledger.files import sync_folder
from terminal_app.ledger.rows import Values
from terminal_app.ledger.seal import SEALED_COLUMNS

SUFFIX = ".clockings"
_COLUMNS = (
    f"sequence, {SEALED_COLUMNS}, seal, time_state, time_error_us, time_settled, raw_instant, raw_date, raw_minute"
)
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


def append_lines(folder: Path, lines: Sequence[Line]) -> None:
    """Write lines to the files of their days, and sync them. Raises OSError."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines:
        days[line.day].append(line.text)
    for day, texts in days.items():
        path = folder / f"{day}{SUFFIX}"
        is_new = not path.exists()
        with path.open("a+b", buffering=0) as file:
            whole = "".join(texts).encode()
            end = file.seek(0, os.SEEK_END)
            if end:
                file.seek(end - 1)
                whole = whole if file.read(1) == b"\n" else b"\n" + whole  # a line that a cut has left unfinished
            if file.write(whole) != len(whole):
                raise OSError(0, "the medium is full")
            os.fsync(file.fileno())
        if is_new:
            sync_folder(folder)


def day_files(folder: Path) -> list[Path]:
    """The files of a mirror, oldest day first. Raises OSError."""
    return sorted(path for path in folder.iterdir() if path.name.endswith(SUFFIX))


def read_lines(path: Path) -> Iterator[Values | None]:
    """What a file holds, line by line; None for a line that is damaged, nothing for an erased one. Raises OSError."""
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE):
            if not line.isspace():
                yield _read(line)


def erase_lines(path: Path, is_one: Callable[[Values | None, bytes], bool]) -> int:
    """Overwrite the lines that are to go, and sync; how many. It is asked with what a line holds, and its bytes.

    Raises OSError.
    """
    found: list[tuple[int, int]] = []
    with path.open("r+b", buffering=0) as file:
        at = 0
        with path.open("rb") as lines:
            while line := lines.readline(_LONGEST_LINE):
                text = line.rstrip(b"\n")
                if not line.isspace() and is_one(_read(line), line):
                    found.append((at, len(text)))
                at += len(line)
        for start, length in found:
            os.pwrite(file.fileno(), b" " * length, start)
        if found:
            os.fsync(file.fileno())
    return len(found)


def _read(line: bytes) -> Values | None:
    told, _, text = line.rstrip(b"\n").partition(b" ")
    try:
        if int(told, 16) != zlib.crc32(text):
            return None
        held = json.loads(text)
        values = {**held, "id": bytes.fromhex(held["id"])}
        return values if all(map(_is_value, values.values())) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _is_value(value: object) -> bool:
    """Whether a column may have it: whoever can write the stick can write anything."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or isinstance(value, str | float | bytes)
