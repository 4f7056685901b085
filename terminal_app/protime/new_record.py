"""What is sent to create or replace a record: checked before it leaves, in the API's names (reference, 9 and 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from terminal_app.protime.calls import Body
from terminal_app.protime.transport import Response

RecordName = Mapping[str, object]
"""A record named in a body: made by `by_id` or `by_reference`, never both."""
Minute = Annotated[int, Field(ge=-1440, le=2880)]
"""Since midnight of the record's date; beyond 0 to 1439 only to force another day (reference, 9.1)."""
Code = Annotated[str, Field(min_length=1, max_length=16)]


class NewRecord(BaseModel):
    """The fields that may be written; what is None is left out. Raises ValueError, without the values, when wrong."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, populate_by_name=True, hide_input_in_errors=True
    )

    def body(self) -> Body:
        """As it is sent; references to people stay out of errors."""
        return Body(self.model_dump(mode="json", by_alias=True, exclude_none=True), _of_people(self))

    def __repr_args__(self) -> list[tuple[str, object]]:
        return []


class NewActivityLevel(NewRecord):
    """What was chosen on a level of the activity structure."""

    level: Annotated[int, Field(ge=1)]
    activity_definition: RecordName


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a change."""

    status: int
    id: str | None
    """Of the new record, from `Location`; None where none was given."""
    location: str | None
    operation_location: str | None
    """With 202, on older pages: where to ask later."""
    etag: str | None

    @property
    def is_confirmed(self) -> bool:
        """Whether it is done; 202 means accepted, and nothing more."""
        return self.status != HTTPStatus.ACCEPTED

    @property
    def is_new(self) -> bool:
        """Whether a record was created; else one was changed."""
        return self.status == HTTPStatus.CREATED


def written(response: Response) -> Written:
    """What an answer to a change says."""
    location = response.headers.get("location")
    key = location.partition("?")[0].rstrip("/").rpartition("/")[2] if location else ""
    return Written(response.status, key or None, location, response.headers.get("operation-location"), response.etag)


def _of_people(record: NewRecord) -> tuple[str, ...]:
    named = [getattr(record, name, None) for name in ("person", "usage_reference")]
    return tuple(
        str(value)
        for name in named
        if isinstance(name, Mapping) and isinstance(found := name.get("externalReferences"), Mapping)
        for value in found.values()
    )
