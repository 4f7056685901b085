"""What an import would do: each row of the file beside the definition that Protime has. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from terminal_app.cli.protime.activity_file import (
    ACTIVE_FROM,
    ACTIVE_UNTIL,
    DATA_ENTRY_CODE,
    EXTERNAL_REFERENCE,
    INFO,
    NAME,
    PARENT,
    SHORT_CODE,
    TRANSLATION,
    ActivityRow,
    Fault,
    FileFaults,
    cells_of,
)
from terminal_app.protime.collections.activities import ActivityDefinition, NewActivityDefinition, name_of
from terminal_app.protime.external_references import DATA_ENTRY_CODE as BY_CODE
from terminal_app.protime.external_references import EXTERNAL_REFERENCE as BY_REFERENCE
from terminal_app.protime.external_references import by_id, by_reference

_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_LONGEST_READ = {INFO: 4000}
"""What the client reads of a text; 200 of all others."""


class Level:
    """The definitions of a level, by what may name them."""

    def __init__(self, definitions: Iterable[ActivityDefinition] = ()) -> None:
        self.definitions = list(definitions)
        self._by_id = {one.id: one for one in self.definitions}
        self._by_code = {one.data_entry_code: one for one in self.definitions if one.data_entry_code}
        self._by_reference = {one.external_reference: one for one in self.definitions if one.external_reference}

    def named(self, name: str) -> ActivityDefinition | None:
        """By external reference, else by data entry code, else by id."""
        return self._by_reference.get(name) or self._by_code.get(name) or self._by_id.get(name)

    def of_row(self, row: ActivityRow) -> ActivityDefinition | None:
        """The definition that a row is about: by its external reference; by its code, when none has that reference."""
        return self._by_reference.get(row.external_reference) or self._by_code.get(row.data_entry_code)

    def with_id(self, key: str) -> ActivityDefinition | None:
        """By id only."""
        return self._by_id.get(key)

    def name_of(self, definition: ActivityDefinition) -> str:
        """What leads back to a definition by `named`."""
        names = (definition.external_reference, definition.data_entry_code, definition.id)
        return next(name for name in names if name and self.named(name) is definition)


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done for a row."""

    row: ActivityRow
    new: NewActivityDefinition
    key: str
    by: str | None
    """The external reference that `key` is of; None: an id."""
    is_new: bool
    changed: tuple[str, ...]
    """The columns that differ."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to write."""
        return self.is_new or bool(self.changed)


def planned(rows: Iterable[ActivityRow], levels: Mapping[int, Level]) -> list[Step]:
    """The steps of a file, upper levels first, so that parents are there before their children.

    Raises FileFaults for parents that do not exist or would change, which Protime does not do.
    """
    steps: list[Step] = []
    faults: list[Fault] = []
    taken: dict[str, int] = {}
    ordered = sorted(rows, key=lambda row: row.level)
    in_file = _NamesInFile.of(ordered)
    for row in ordered:
        step = _step(row, levels[row.level], levels.get(row.level - 1, Level()), in_file)
        before = levels[row.level].of_row(row)
        if isinstance(step, Fault):
            faults.append(step)
        elif before is not None and (first := taken.setdefault(before.id, row.line)) != row.line:
            faults.append(Fault(row.line, f"the definition that it names is that of line {first} too"))
        else:
            steps.append(step)
    if faults:
        raise FileFaults(faults)
    return steps


@dataclass(frozen=True, slots=True)
class _NamesInFile:
    """By level and text."""

    references: frozenset[tuple[int, str]]
    codes: frozenset[tuple[int, str]]

    @classmethod
    def of(cls, rows: list[ActivityRow]) -> Self:
        return cls(
            frozenset((row.level, row.external_reference) for row in rows),
            frozenset((row.level, row.data_entry_code) for row in rows),
        )


def _step(row: ActivityRow, level: Level, above: Level, in_file: _NamesInFile) -> Step | Fault:
    before = level.of_row(row)
    parent = _parent(row, above, in_file)
    if isinstance(parent, Fault):
        return parent
    if before is None:
        by, key = (BY_REFERENCE, row.external_reference) if row.external_reference else (BY_CODE, row.data_entry_code)
        return Step(row, _new(row, None, parent), key, by, True, ())
    shown_parent = parent_name(before, above)
    cells = cells_of(before, shown_parent)
    changed = tuple(name for name, cell in row.cells.items() if name != "level" and cell != cells.get(name, ""))
    if PARENT in changed:
        if parent is not None and parent == by_id(before.parent.id or "" if before.parent else ""):
            changed = tuple(name for name in changed if name != PARENT)  # another name of the same
        else:
            return Fault(row.line, f"the parent is {shown_parent or 'none'} in Protime, and cannot be changed there")
    carried = (name for name in cells if name not in row.cells or name not in changed)
    if changed and any(_is_not_whole(name, cells[name]) for name in carried):
        return Fault(row.line, "Protime has texts here that cannot be written back whole. Change it in Protime")
    if before.external_reference:
        return Step(row, _new(row, before, None), before.external_reference, BY_REFERENCE, False, changed)
    return Step(row, _new(row, before, None), before.id, None, False, changed)


def _parent(row: ActivityRow, above: Level, in_file: _NamesInFile) -> dict[str, object] | Fault | None:
    name = row.cells.get(PARENT, "")
    if not name:
        return None
    found = above.named(name)
    if found is not None:
        return by_id(found.id)
    if (row.level - 1, name) in in_file.references:
        return by_reference(BY_REFERENCE, name)
    if (row.level - 1, name) in in_file.codes:
        return by_reference(BY_CODE, name)
    return Fault(row.line, f"the parent {name} is neither on level {row.level - 1} in Protime nor in the file")


def parent_name(definition: ActivityDefinition, above: Level) -> str:
    """What names a definition's parent in the file; empty when it has none."""
    key = definition.parent.id if definition.parent else None
    found = above.with_id(key) if key else None
    return above.name_of(found) if found else key or ""


def _new(
    row: ActivityRow, before: ActivityDefinition | None, parent: dict[str, object] | None
) -> NewActivityDefinition:
    """What is sent: the row, and what Protime has in the columns that the file has not."""
    held = cells_of(before, "") if before else {}
    cells = {**held, **row.cells}
    translations = {
        column.removeprefix(TRANSLATION): text
        for column, text in cells.items()
        if column.startswith(TRANSLATION) and text
    }
    return NewActivityDefinition(
        name=name_of(cells[NAME], translations),
        parent=by_id(before.parent.id) if before and before.parent and before.parent.id else parent,
        short_code=cells.get(SHORT_CODE) or None,
        data_entry_code=cells.get(DATA_ENTRY_CODE) or None,
        external_reference=cells.get(EXTERNAL_REFERENCE) or None,
        info=cells.get(INFO) or None,
        active_from=_day(cells, ACTIVE_FROM),
        active_until=_day(cells, ACTIVE_UNTIL),
    )


def _day(cells: Mapping[str, str], column: str) -> date | None:
    return date.fromisoformat(cells[column]) if cells.get(column) else None


def _is_not_whole(column: str, text: str) -> bool:
    return _UNREADABLE in text or len(text) >= _LONGEST_READ.get(column, 200)
