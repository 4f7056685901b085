"""How the API's fields are read: a field that is missing, or not what it should be, is an empty one.

The API grows (reference, section 1): unknown fields and values must not stop a terminal.
"""

import contextlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

from terminal_app.clocking.choices import Text
from terminal_app.clocking.clean_text import clean_text


def _or_none(value: Any, read: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401 # of any field's type
    try:
        return read(value)
    except ValidationError:
        return None


def _or_nothing(text: str) -> str | None:
    return clean_text(text).strip() or None


Lenient = WrapValidator(_or_none)
Id = Annotated[int, Field(ge=0, lt=2**63)]
CleanText = Annotated[Annotated[str, AfterValidator(_or_nothing)] | None, Lenient]
"""None when it is empty."""
Day = Annotated[date | None, Lenient]
Flag = Annotated[bool | None, Lenient]
References = Annotated[dict[str, object] | None, Lenient]


class Record(BaseModel):
    """A record of the API, in its own names."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", frozen=True, coerce_numbers_to_str=True, populate_by_name=True
    )


R = TypeVar("R", bound=Record)


class IdReference(Record):
    """Another record, by its id."""

    id: Annotated[Id | None, Lenient] = None
    external_references: References = None


class Texts(Record):
    """A name in several languages."""

    default: CleanText = None
    translations: Annotated[dict[str, CleanText] | None, Lenient] = None

    def as_text(self, otherwise: str) -> Text:
        """By language code; `otherwise` where there is no default."""
        found: dict[str, str] = {}
        for culture, text in (self.translations or {}).items():
            if text:
                found.setdefault(language_of(culture), text)
        return Text(self.default or next(iter(found.values()), otherwise), found)

    @property
    def is_empty(self) -> bool:
        """Whether there is no name at all."""
        return self.default is None and not any((self.translations or {}).values())


def language_of(culture: str) -> str:
    """The language code of a culture: "nl" of "nl-BE"."""
    return clean_text(culture, 20).replace("_", "-").partition("-")[0].strip().lower()


def readable(kind: type[R], records: Iterable[Mapping[str, object]]) -> list[R]:
    """The records that are what the reference says; one without an id, say, is left out."""
    found = []
    for record in records:
        with contextlib.suppress(ValidationError):
            found.append(kind.model_validate(record))
    return found
