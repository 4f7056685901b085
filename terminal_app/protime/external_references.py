"""External references: other names for a record (reference, section 8)."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from terminal_app.clocking.clean_text import clean_text

BADGE_NUMBER = "@badge-number"
EMPLOYEE_NUMBER = "@employee-number"
EXTERNAL_CODE = "@external-code"
ABSENCE_CODE = "@absence-code"
DATA_ENTRY_CODE = "@data-entry-code"
EXTERNAL_REFERENCE = "@external-reference"
COUNTER_CODE = "@counter-code"
SHIFT_CODE = "@shift-code"

PREDEFINED: Mapping[str, tuple[str, ...]] = {
    "people": (BADGE_NUMBER, EMPLOYEE_NUMBER),
    "terminals": (EXTERNAL_CODE,),
    "activity-definitions": (DATA_ENTRY_CODE, EXTERNAL_REFERENCE),
    "absence-definitions": (ABSENCE_CODE,),
    "counter-definitions": (COUNTER_CODE,),
    "shift-definitions": (SHIFT_CODE,),
}
"""The names with @ by collection; custom ones have none."""
_OLDER_NAMES: Mapping[str, str] = {BADGE_NUMBER: "@badge"}
"""Until May 2025."""


def asked(collection: str, name: str) -> str:
    """The query parameter that asks for a reference in the answer, encoded."""
    return asked_for([(collection, name)])


def asked_for(references: Iterable[tuple[str, str]]) -> str:
    """The query parameter for several, as pairs of collection and name; empty when there is none."""
    text = "".join(f"({collection},{name})" for collection, name in references)
    return f"externalReferences={quote(text, safe='(),@')}" if text else ""


def by_reference(name: str, value: str) -> dict[str, object]:
    """A record named in a body by an external reference."""
    return {"externalReferences": {name: value}}


def by_id(key: int | str) -> dict[str, object]:
    """A record named in a body by its id."""
    return {"id": key}


def value_of(references: Mapping[str, object] | None, name: str) -> str | None:
    """The value of a reference in an answer, also under its older name; None when there is none.

    One that is not clean text, as `clean_text` has it, counts as none: cleaned, it would name nobody.
    """
    value = references.get(name, references.get(_OLDER_NAMES.get(name, name))) if references else None
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value)
    return text if text and text == clean_text(text) else None
