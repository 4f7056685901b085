"""External references: other names for a record (reference, section 8)."""

from collections.abc import Mapping
from urllib.parse import quote

from terminal_app.clocking.clean_text import clean_text

BADGE_NUMBER = "@badge-number"
EXTERNAL_CODE = "@external-code"
ABSENCE_CODE = "@absence-code"
DATA_ENTRY_CODE = "@data-entry-code"
EXTERNAL_REFERENCE = "@external-reference"


def asked(collection: str, name: str) -> str:
    """The query parameter that asks for a reference in the answer, encoded."""
    return f"externalReferences={quote(f'({collection},{name})', safe='(),@')}"


def by_reference(name: str, value: str) -> dict[str, object]:
    """A record named in a body by an external reference."""
    return {"externalReferences": {name: value}}


def by_id(key: int | str) -> dict[str, object]:
    """A record named in a body by its id."""
    return {"id": key}


def value_of(references: Mapping[str, object] | None, name: str) -> str | None:
    """The value of a reference in an answer; None when there is none.

    One that is not clean text, as `clean_text` has it, counts as none: cleaned, it would name nobody.
    """
    value = references.get(name) if references else None
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value)
    return text if text and text == clean_text(text) else None
