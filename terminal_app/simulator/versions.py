"""Rising `changeVersion`s (20 upper-case hex digits that compare as text), and what changed with each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

_SEEDED = 0x0000_0902_0000_4BD0_0000
_LATER = 0x0000_0903_0000_0000_0000


class ChangeType(StrEnum):
    """What the API says of a change."""

    INSERT_OR_UPDATE = "InsertOrUpdate"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of one record."""

    collection: str
    key: int
    type: ChangeType
    version: int


def version_text(version: int) -> str:
    """A version as the API writes it."""
    return f"{version:020X}"


def seeded_version(number: int) -> str:
    """The version of a record that was there from the start; lower than any later one (`number` below 2**40)."""
    return version_text(_SEEDED + number)


class Changes:
    """Gives out versions and keeps the last change of every record that ever changed, oldest first.

    Attributes:
        listeners: Called with each change. The record may be stored only after the call.
    """

    def __init__(self) -> None:
        self.last = _LATER
        self.listeners: list[Callable[[Change], None]] = []
        self._by_collection: dict[str, dict[int, Change]] = {}

    def next(self) -> str:
        """A new version, for what is in no delta."""
        self.last += 1
        return version_text(self.last)

    def note(self, collection: str, key: int, type_: ChangeType = ChangeType.INSERT_OR_UPDATE) -> str:
        """A new version for a record that changes now."""
        self.last += 1
        change = Change(collection, key, type_, self.last)
        changes = self._by_collection.setdefault(collection, {})
        changes.pop(key, None)  # so that it comes last
        changes[key] = change
        for listener in self.listeners:
            listener(change)
        return version_text(change.version)

    def version(self, collection: str, key: int) -> str:
        """The version that a record has now."""
        change = self._by_collection.get(collection, {}).get(key)
        return version_text(change.version) if change else seeded_version(key)

    def since(self, collection: str, version: int) -> Iterator[Change]:
        """The changes after a version, oldest first, each record once."""
        newer: list[Change] = []
        for change in reversed(self._by_collection.get(collection, {}).values()):
            if change.version <= version:
                break
            newer.append(change)
        return reversed(newer)
