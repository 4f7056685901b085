"""External references (reference section 8): other names for a record, in paths, in bodies and in answers."""

import re
from collections.abc import Iterable, Mapping
from typing import Generic, Protocol, TypeAlias, TypeVar

from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.older_names import Names, as_asked_newer

Key = TypeVar("Key", int, str)
Asked: TypeAlias = Mapping[str, tuple[str, ...]]

_FORM = re.compile(r"(\([a-z-]+,@?[^(),]+\))+", re.ASCII)
_ONE = re.compile(r"\(([a-z-]+),(@?[^(),]+)\)", re.ASCII)


class Referenced(Protocol[Key]):
    """Records of one collection that have external references."""

    collection: str
    reference_names: frozenset[str]

    def __contains__(self, key: object) -> bool: ...

    def find(self, name: str, value: str) -> Key | None:
        """The record with this value, if any."""
        ...

    def references(self, key: Key) -> Mapping[str, str]:
        """The values of a record, by reference name; names without a value are left out."""
        ...


class Catalogue(Generic[Key]):
    """External references of a small collection, held in memory."""

    def __init__(self, collection: str, reference_names: Iterable[str]) -> None:
        self.collection = collection
        self.reference_names = frozenset(reference_names)
        self._references: dict[Key, Mapping[str, str]] = {}
        self._keys: dict[tuple[str, str], Key] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._references

    def put(self, key: Key, references: Mapping[str, str]) -> None:
        """Adds a record, or replaces its references."""
        for name, value in self._references.get(key, {}).items():
            self._keys.pop((name, value), None)
        self._references[key] = references
        for name, value in references.items():
            self._keys[name, value] = key

    def find(self, name: str, value: str) -> Key | None:
        """The record with this value, if any."""
        return self._keys.get((name, value))

    def references(self, key: Key) -> Mapping[str, str]:
        """The values of a record, by reference name."""
        return self._references[key]


class WritableReferences(Generic[Key]):
    """The references of a collection, and over them what was set or taken away since."""

    def __init__(self, inner: Referenced[Key]) -> None:
        self._inner: Referenced[Key] = inner
        self._set: dict[Key, dict[str, str | None]] = {}
        self._keys: dict[tuple[str, str], Key] = {}
        self.collection = inner.collection
        self.reference_names = inner.reference_names

    def __contains__(self, key: object) -> bool:
        return key in self._inner

    def find(self, name: str, value: str) -> Key | None:
        """The record with this value, if any."""
        key = self._keys.get((name, value))
        if key is None and name in self._inner.reference_names:
            key = self._inner.find(name, value)
        return key if key is not None and key in self and self.references(key).get(name) == value else None

    def references(self, key: Key) -> dict[str, str]:
        """The values of a record, by reference name."""
        merged = {**self._inner.references(key), **self._set.get(key, {})}
        return {name: value for name, value in merged.items() if value is not None}

    def put(self, key: Key, name: str, value: str | None) -> None:
        """Sets a custom reference, or (None) takes it away; `ValueError` when another record has the value."""
        if value is not None:
            if self.find(name, value) not in (None, key):
                raise ValueError("Another record has this value.")
            self._keys[name, value] = key
        self._set.setdefault(key, {})[name] = value
        self.reference_names |= {name}


def read_asked(text: str | None, offered: Mapping[str, frozenset[str]], names: Names = Names.NEWER) -> Asked:
    """Reads the query parameter `externalReferences`; with older names those of 2025 are understood too.

    Raises:
        ApiError: 400 for a form, a collection or a reference name that is not offered here.
    """
    if text is None:
        return {}
    if names is Names.OLDER:
        text = as_asked_newer(text)
    if _FORM.fullmatch(text) is None:
        raise ApiError(400, "externalReferences is not valid.", reasons=["The form is (collection,name)."])
    asked: dict[str, tuple[str, ...]] = {}
    for collection, name in _ONE.findall(text):
        if name not in offered.get(collection, ()):
            reason = f"The external reference ({collection},{name}) is not offered here."
            raise ApiError(400, "externalReferences is not valid.", reasons=[reason])
        asked[collection] = (*asked.get(collection, ()), name)
    return asked


def answered(key: Key, records: Referenced[Key], asked: Asked) -> dict[str, object]:
    """A reference as it stands in an answer: the id, and the external references that were asked for."""
    reference: dict[str, object] = {"id": key}
    names = asked.get(records.collection)
    if names:
        values = records.references(key)
        wanted = {name: values[name] for name in names if name in values}
        if wanted:
            reference["externalReferences"] = wanted
    return reference


class _Known(Protocol):
    def __contains__(self, key: object) -> bool: ...


def addressed(text: str, records: Referenced[int] | _Known, asked: Asked, collection: str) -> int:
    """The record that a path names, by id or by the external reference of its own collection.

    Raises:
        ApiError: 400 for a text that is no id, 404 for a record that does not exist.
    """
    names = asked.get(collection)
    if names is None:
        if re.fullmatch(r"\d{1,18}", text, re.ASCII) is None:
            raise ApiError(400, "The id is not a number, and no external reference is named.")
        number = int(text)
        if number not in records:
            raise ApiError(404, "There is no such record.")
        return number
    if len(names) > 1:
        raise ApiError(400, "A path holds the value of one external reference, not of two.")
    key = records.find(names[0], text)  # type: ignore[union-attr]  # what offers references has them
    if key is None:
        raise ApiError(404, "There is no such record.")
    return key
