"""How the whole records of the library are read: as `fields`, and nothing that the API sends is lost.

Unknown fields are in `model_extra` under the API's names, unknown values of an enumeration are kept as they came.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from terminal_app.clocking.clean_text import clean_text
from terminal_app.protime.fields import CleanText, Day, Flag, Id, Lenient, Record, References, Texts

_LONGEST_NOTE = 4000
_SHOWN = frozenset({"id", "change_version"})


def _note(text: str) -> str | None:
    lines = text[:_LONGEST_NOTE].replace("\r\n", "\n").split("\n")
    return "\n".join(clean_text(line, _LONGEST_NOTE) for line in lines).strip() or None


class OpenEnum(StrEnum):
    """An enumeration that grows: a value that is not known yet is a member of its own, equal to its text."""

    @classmethod
    def _missing_(cls, value: object) -> "OpenEnum | None":
        if not isinstance(value, str) or not value:
            return None
        text = clean_text(value)
        one = str.__new__(cls, text)
        one._name_, one._value_ = text, text
        return one

    @property
    def is_known(self) -> bool:
        """Whether the reference lists it."""
        return any(self is one for one in type(self))


class WholeRecord(Record):
    """A record with all that the API sends; its repr shows no personal data."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="allow", frozen=True, coerce_numbers_to_str=True, populate_by_name=True
    )

    change_version: CleanText = None
    """The order of changes: compare as text."""
    external_references: References = None
    """Those that were asked for, by name."""

    def __repr_args__(self) -> Any:  # noqa: ANN401 # pydantic's own type
        return [(name, value) for name, value in super().__repr_args__() if name in _SHOWN]


class NumberedRecord(WholeRecord):
    """A record with a number for an id."""

    id: Id


class Part(Record):
    """A part of a record; with all that the API sends, too, and its id only in the repr: a reference may be a badge."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="allow", frozen=True, coerce_numbers_to_str=True, populate_by_name=True
    )

    def __repr_args__(self) -> Any:  # noqa: ANN401 # pydantic's own type
        return [(name, value) for name, value in super().__repr_args__() if name in _SHOWN]


class NumberReference(Part):
    """Another record, by its id."""

    id: Annotated[Id | None, Lenient] = None
    external_references: References = None


class TextReference(Part):
    """Another record, by an id that is text or a GUID."""

    id: CleanText = None
    external_references: References = None


class ActivityLevelRecord(Part):
    """What was chosen on a level of the activity structure."""

    level: Annotated[int | None, Lenient] = None
    activity_definition: Annotated[TextReference | None, Lenient] = None


Name = Annotated[Texts | None, Lenient]
Reference = Annotated[NumberReference | None, Lenient]
TextRef = Annotated[TextReference | None, Lenient]
Number = Annotated[float | None, Lenient]
Whole = Annotated[int | None, Lenient]
Minutes = Annotated[Annotated[int, Field(ge=-10_000_000, le=10_000_000)] | None, Lenient]
"""A duration, or minutes since midnight of the record's date (then -1440 to 2880, 0 to 1439 on older pages)."""
Note = Annotated[Annotated[str, AfterValidator(_note)] | None, Lenient]
"""A longer text, perhaps of several lines; None when it is empty."""
Instant = Annotated[datetime | None, Lenient]
Levels = Annotated[tuple[ActivityLevelRecord, ...] | None, Lenient]

__all__ = [
    "ActivityLevelRecord",
    "CleanText",
    "Day",
    "Flag",
    "Instant",
    "Lenient",
    "Levels",
    "Minutes",
    "Name",
    "Note",
    "Number",
    "NumberReference",
    "NumberedRecord",
    "OpenEnum",
    "Part",
    "Reference",
    "TextRef",
    "TextReference",
    "Whole",
    "WholeRecord",
]
