"""Activity definitions as a CSV file: what its columns are, and what is wrong with one, line by line. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from terminal_app.clocking.clean_text import clean_text
from terminal_app.protime.collections.activities import ActivityDefinition

LEVEL, NAME, PARENT = "level", "name", "parent"
EXTERNAL_REFERENCE, DATA_ENTRY_CODE = "external_reference", "data_entry_code"
SHORT_CODE, INFO, ACTIVE_FROM, ACTIVE_UNTIL = "short_code", "info", "active_from", "active_until"
COLUMNS = (
    *(LEVEL, EXTERNAL_REFERENCE, DATA_ENTRY_CODE, NAME, PARENT),
    *(SHORT_CODE, INFO, ACTIVE_FROM, ACTIVE_UNTIL),
)
TRANSLATION = "name:"
"""Before a culture code: a column for each language, such as `name:nl-NL`."""
_CODES = (EXTERNAL_REFERENCE, DATA_ENTRY_CODE)
_LONGEST_CODE = 16
_LONGEST_TEXT = 200
_LONGEST_INFO = 4000
_MOST_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line of the file, which counts from 1."""

    line: int
    text: str


class FileFaults(Exception):
    """A file that cannot be imported, with every fault that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("; ".join(f"line {fault.line}: {fault.text}" for fault in self.faults))


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One definition in the file."""

    line: int
    level: int
    cells: Mapping[str, str]
    """Of the columns that the file has; an empty one says that there is nothing."""

    @property
    def external_reference(self) -> str:
        """Empty when there is none, as the code's."""
        return self.cells.get(EXTERNAL_REFERENCE, "")

    @property
    def data_entry_code(self) -> str:
        """Empty when there is none."""
        return self.cells.get(DATA_ENTRY_CODE, "")

    @property
    def label(self) -> str:
        """How the report calls it."""
        return self.external_reference or self.data_entry_code

    @property
    def translations(self) -> dict[str, str]:
        """By culture code, as far as the file has columns for them; an empty text takes one away."""
        return {
            column.removeprefix(TRANSLATION): text
            for column, text in self.cells.items()
            if column.startswith(TRANSLATION)
        }

    def day(self, column: str) -> date | None:
        """The day in a column."""
        text = self.cells.get(column, "")
        return date.fromisoformat(text) if text else None


def read_file(raw: bytes) -> list[ActivityRow]:
    """The rows of a file in UTF-8, with commas or semicolons. Raises FileFaults, which tells all that is wrong."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise FileFaults([Fault(line, "not UTF-8. Save the file as CSV UTF-8")]) from None
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    try:
        header = [one.strip() for one in next(reader, [])]
        _check_header(header)
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise FileFaults([Fault(reader.line_num, f"not CSV: {error}")]) from None
    rows, faults = [], []
    for line, cells in lines:
        if len(cells) != len(header):
            faults.append(Fault(line, f"{len(cells)} columns instead of {len(header)}"))
            continue
        named = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        wrong = [Fault(line, text) for text in _wrong(named)]
        faults += wrong
        if not wrong:
            rows.append(ActivityRow(line, int(named[LEVEL]), named))
    faults += _twice(rows)
    if faults:
        raise FileFaults(faults)
    return rows


def _check_header(header: list[str]) -> None:
    faults = [f"the column {name} is missing" for name in (LEVEL, NAME) if name not in header]
    if not set(_CODES) & set(header):
        faults.append(f"one of the columns {' and '.join(_CODES)} is needed")
    faults += [
        f"unknown column {clean_text(name, 50)!r}"
        for name in dict.fromkeys(header)
        if name not in COLUMNS and not (name.startswith(TRANSLATION) and name != TRANSLATION)
    ]
    faults += [
        f"the column {clean_text(name, 50)} comes twice" for name in dict.fromkeys(header) if header.count(name) > 1
    ]
    if faults:
        raise FileFaults(Fault(1, text) for text in faults)


def _wrong(cells: Mapping[str, str]) -> Iterator[str]:
    level = cells[LEVEL]
    if not (level.isascii() and level.isdigit() and 1 <= int(level[:3]) <= _MOST_LEVELS):
        yield f"{LEVEL} must be a number from 1 to {_MOST_LEVELS}"
    if not cells[NAME]:
        yield f"{NAME} is empty"
    if not any(cells.get(code) for code in _CODES):
        yield f"neither {EXTERNAL_REFERENCE} nor {DATA_ENTRY_CODE}: one of them has to name the row"
    for column, cell in cells.items():
        longest = _LONGEST_CODE if column in _CODES else _LONGEST_INFO if column == INFO else _LONGEST_TEXT
        if len(cell) > longest:
            yield f"{column} is longer than {longest} characters"
        elif cell != clean_text(cell, longest):
            yield f"{column} holds characters that cannot be shown"
    days = {}
    for column in (ACTIVE_FROM, ACTIVE_UNTIL):
        try:
            days[column] = date.fromisoformat(cells[column]) if cells.get(column) else None
        except ValueError:
            yield f"{column} is no day; it is written like 2026-01-31"
    begin, end = days.get(ACTIVE_FROM), days.get(ACTIVE_UNTIL)
    if begin and end and end < begin:
        yield f"{ACTIVE_UNTIL} is before {ACTIVE_FROM}"


def _twice(rows: list[ActivityRow]) -> Iterator[Fault]:
    for column in _CODES:
        seen: dict[tuple[int, str], int] = {}
        for row in rows:
            code = row.cells.get(column)
            if code and (first := seen.setdefault((row.level, code), row.line)) != row.line:
                yield Fault(row.line, f"{column} is that of line {first} too")


def cells_of(definition: ActivityDefinition, parent: str) -> dict[str, str]:
    """A definition as the file has it; `parent` is what names its parent there."""
    name = definition.name
    translations = {culture: text for culture, text in (name.translations or {}).items() if text} if name else {}
    return {
        EXTERNAL_REFERENCE: definition.external_reference or "",
        DATA_ENTRY_CODE: definition.data_entry_code or "",
        NAME: (name.default if name else None) or "",
        PARENT: parent,
        SHORT_CODE: definition.short_code or "",
        INFO: definition.info or "",
        ACTIVE_FROM: str(definition.active_from or ""),
        ACTIVE_UNTIL: str(definition.active_until or ""),
        **{TRANSLATION + culture: text for culture, text in translations.items()},
    }


def written_file(rows: Iterable[tuple[int, Mapping[str, str]]]) -> str:
    """Levels and cells as a file, with a column for each translation that there is."""
    found = list(rows)
    cultures = sorted({column for _, cells in found for column in cells if column.startswith(TRANSLATION)})
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, [*COLUMNS, *cultures], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({LEVEL: level, **cells} for level, cells in found)
    return out.getvalue()
