"""Records of one collection: those made from their number, and over them what was put or taken away since."""

import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias

from terminal_app.simulator.versions import Changes, ChangeType

Record: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list looks at before its filter is applied: days (both included) and people (None = all)."""

    first: date = date.min
    last: date = date.max
    people: frozenset[int] | None = None


EVERYTHING = Selection()


class Seeded(Protocol):
    """Records that were there from the start, not stored but made when asked for."""

    def __contains__(self, key: object) -> bool: ...

    def after(self, key: int, wanted: Selection) -> Iterator[int]:
        """Rising keys above this one; may hold more than the selection asks for, never less."""
        ...

    def record(self, key: int) -> Record:
        """The record without `changeVersion`; `KeyError` when there is none."""
        ...


class Rows:
    """A handful of seeded records, held in memory; ids are 1, 2, ... in this order."""

    def __init__(self, rows: Sequence[Mapping[str, object]]) -> None:
        self._rows = {key: {"id": key, **row} for key, row in enumerate(rows, start=1)}

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def after(self, key: int, wanted: Selection) -> Iterator[int]:  # noqa: ARG002 - the filter does the rest
        """Rising keys above this one."""
        return iter(range(max(key, 0) + 1, len(self._rows) + 1))

    def record(self, key: int) -> Record:
        """The record without `changeVersion`."""
        return dict(self._rows[key])


class Records:
    """The records of one collection. What was never changed is not stored."""

    def __init__(self, name: str, seeded: Seeded, changes: Changes, first_new_id: int = 1001) -> None:
        self.name = name
        self._seeded = seeded
        self._changes = changes
        self._next_id = first_new_id
        self._put: dict[int, Record] = {}
        self._removed: set[int] = set()

    def __contains__(self, key: object) -> bool:
        return key in self._put or (key in self._seeded and key not in self._removed)

    def after(self, key: int, wanted: Selection) -> Iterator[int]:
        """Rising keys above this one."""
        own = sorted(self._put)
        seeded = self._seeded.after(key, wanted)
        unchanged = (found for found in seeded if found not in self._put and found not in self._removed)
        return heapq.merge(iter(own[bisect_right(own, key) :]), unchanged)

    def record(self, key: int) -> Record:
        """The record as the API shows it; `KeyError` when there is none."""
        if key in self._removed:
            raise KeyError(key)
        found = self._put.get(key)
        record = dict(found) if found is not None else self._seeded.record(key)
        return {"changeVersion": self._changes.version(self.name, key), **record}

    def new_id(self) -> int:
        """The id of a record to come."""
        while self._next_id in self:
            self._next_id += 1
        self._next_id += 1
        return self._next_id - 1

    def put(self, key: int, record: Mapping[str, object]) -> None:
        """Adds or replaces a record; fields that are None are left out."""
        self._removed.discard(key)
        fields = {name: value for name, value in record.items() if name != "changeVersion" and value is not None}
        self._put[key] = {**fields, "id": key}
        self._changes.note(self.name, key)

    def remove(self, key: int) -> None:
        """Takes a record away; `KeyError` when there is none."""
        if key not in self:
            raise KeyError(key)
        self._put.pop(key, None)
        if key in self._seeded:
            self._removed.add(key)
        self._changes.note(self.name, key, ChangeType.DELETE)


class NumberedReferences:
    """External references that follow from the number: a prefix and the id. Nothing is stored.

    Args:
        collection: Its name in `externalReferences`.
        prefixes: Reference name to prefix.
        contains: Whether there is a record with this id.
    """

    def __init__(self, collection: str, prefixes: Mapping[str, str], contains: Callable[[int], bool]) -> None:
        self.collection = collection
        self.reference_names = frozenset(prefixes)
        self._prefixes = prefixes
        self._contains = contains

    def __contains__(self, key: object) -> bool:
        return isinstance(key, int) and self._contains(key)

    def find(self, name: str, value: str) -> int | None:
        """The record with this value, if any."""
        digits = value.removeprefix(self._prefixes[name])
        if not (digits.isascii() and digits.isdecimal()) or len(digits) > 15:  # noqa: PLR2004 - no id is longer
            return None
        key = int(digits)
        return key if self.references(key)[name] == value and key in self else None

    def references(self, key: int) -> dict[str, str]:
        """The values of a record, by reference name."""
        return {name: f"{prefix}{key}" for name, prefix in self._prefixes.items()}
