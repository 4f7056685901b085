"""The names of the pages of 2025 (reference sections 3, 8 and 9), sent in place of the newer ones by a switch."""

from collections.abc import Mapping
from enum import StrEnum

from terminal_app.simulator.data.of_people import HISTORY_FIELDS


class Names(StrEnum):
    """Which names the answers have."""

    NEWER = "newer"
    OLDER = "older"


_FIELDS = {
    "countryISOCode": "countryIsoCode",
    "nationalityISOCode": "nationalityIsoCode",
    "activityDefinitionId": "activityDefinition",
    "@badge-number": "@badge",
}
_HISTORY_FIELDS = frozenset(field for field, _ in HISTORY_FIELDS.values())
_ASKED = {"(persons,": "(people,", ",@badge)": ",@badge-number)", ",badge)": ",@badge-number)"}


def as_named(body: Mapping[str, object], names: Names) -> Mapping[str, object]:
    """A body with the names wanted; newer ones are left as they are."""
    return body if names is Names.NEWER else _older_object(body)


def as_asked_newer(text: str) -> str:
    """The query parameter `externalReferences` in its newer words."""
    for older, newer in _ASKED.items():
        text = text.replace(older, newer)
    return text


def _older_object(record: Mapping[str, object]) -> dict[str, object]:
    is_history = "from" in record and "person" in record and len(_HISTORY_FIELDS & set(record)) == 1
    renamed: dict[str, object] = {}
    for name, value in record.items():
        newer_history = is_history and name in _HISTORY_FIELDS
        renamed["historicalFieldCategory" if newer_history else _FIELDS.get(name, name)] = _older(value)
    if renamed.get("status") == "UnknownBadgeNumber":
        renamed["status"] = "UnknownBadge"
    return renamed


def _older(value: object) -> object:
    if isinstance(value, Mapping):
        return _older_object(value)
    if isinstance(value, list):
        return [_older(item) for item in value]
    return value
