"""The collection `people` (reference, 9.3): of the many personal fields only those that a terminal needs are read."""

from collections.abc import Container
from typing import Annotated
from urllib.parse import quote

from pydantic import Field, ValidationError

from terminal_app.clocking.person import Person
from terminal_app.protime.calls import BASE_PATH, Calls, object_in
from terminal_app.protime.collection import Collection
from terminal_app.protime.errors import NotFound, UnexpectedAnswer
from terminal_app.protime.external_references import BADGE_NUMBER, asked, value_of
from terminal_app.protime.fields import (
    CleanText,
    Day,
    Id,
    IdReference,
    Lenient,
    Record,
    References,
    language_of,
)
from terminal_app.protime.scopes import Scope
from terminal_app.protime.source import Source
from terminal_app.protime.throttle import Urgency


class PersonRecord(Record):
    """A person as the API shows them."""

    id: Id
    change_version: CleanText = None
    first_name: CleanText = None
    last_name: CleanText = None
    badge_number: CleanText = None
    terminal_language: CleanText = Field(default=None, alias="terminalLanguageISOCode")
    in_service_date: Day = None
    out_of_service_date: Day = None
    terminal_group: Annotated[IdReference | None, Lenient] = None
    external_references: References = None

    def as_person(self, reference_name: str) -> Person:
        """As the terminal keeps them; no badge number is the empty text."""
        reference = None if reference_name == BADGE_NUMBER else value_of(self.external_references, reference_name)
        return Person(
            id=self.id,
            first_name=self.first_name or "",
            last_name=self.last_name or "",
            badge_number=self.badge_number or "",
            language=(language_of(self.terminal_language) or None) if self.terminal_language else None,
            in_service_from=self.in_service_date,
            in_service_until=self.out_of_service_date,
            terminal_group_id=self.terminal_group.id if self.terminal_group else None,
            reference=reference,
        )


def people(
    calls: Calls,
    reference_name: str,
    *,
    terminal_groups: Container[int] | None = None,
    members: Container[int] | None = None,
) -> Source[PersonRecord, Person]:
    """Everybody, or those of these terminal groups and among these members: nobody else is given out.

    `reference_name` is the external reference under which clockings are sent.
    """

    def person_of(record: PersonRecord) -> Person | None:
        if members is not None and record.id not in members:
            return None
        person = record.as_person(reference_name)
        return person if terminal_groups is None or person.terminal_group_id in terminal_groups else None

    references = [] if reference_name == BADGE_NUMBER else [("people", reference_name)]
    collection = Collection("people", PersonRecord, Scope.PEOPLE_READ, has_delta=True)
    return Source(calls, collection, person_of, references=references)


async def owner_of_badge(calls: Calls, badge_number: str) -> int | None:
    """The id of the person who has a badge now (reference, 8); None: nobody. Raises ProtimeError."""
    path = f"{BASE_PATH}/people/{quote(badge_number, safe='')}?{asked('people', BADGE_NUMBER)}"
    try:
        found = await calls.fetch(path, scope=Scope.PEOPLE_READ, hidden=(badge_number,), urgency=Urgency.FIRST)
        return PersonRecord.model_validate(object_in(found)).id
    except NotFound:
        return None
    except ValidationError:
        raise UnexpectedAnswer("a person whom Protime shows cannot be read") from None
