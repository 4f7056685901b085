"""How the API's fields are read: a field that is missing, or not what it should be, is an empty one.

The API grows (reference, section 1): unknown fields and values must not stop a terminal.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    Strict,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema
from pydantic_core.core_schema import (
    no_info_after_validator_function,
    str_schema,
    union_schema,
    with_default_schema,
)

from terminal_app.clocking.choices import Text
from terminal_app.clocking.clean_text import clean_text

LONGEST_TEXT = 200


class _OrNone:
    """Reads what cannot be read as None; within pydantic's core, where it costs nothing."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return with_default_schema(handler(source), default=None, on_error="default")


class _Cleaned:
    """Cleans a text; the plain ones, which are nearly all, are let through within pydantic's core."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        return cleaned(handler(source), lambda text: text or None)


def cleaned(text: CoreSchema, then: Callable[[str], str | None]) -> CoreSchema:
    """A schema of texts that come cleaned and then go through `then`; plain ones, never empty, do not need either."""

    def clean(raw: str) -> str | None:
        return then(clean_text(raw, LONGEST_TEXT).strip())

    plain = str_schema(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=LONGEST_TEXT)
    return union_schema([plain, no_info_after_validator_function(clean, text)], mode="left_to_right")


Lenient = _OrNone()
Id = Annotated[int, Field(ge=0, lt=2**63)]
CleanText = Annotated[Annotated[str, _Cleaned()] | None, Lenient]
"""None when it is empty."""
Version = Annotated[Annotated[str, Strict(), StringConstraints(max_length=LONGEST_TEXT)] | None, Lenient]
"""A `changeVersion`; what is no text is none."""
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


@lru_cache(maxsize=256)
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
