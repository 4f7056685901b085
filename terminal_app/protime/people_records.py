"""A person of the API (reference, 9.3): of the many personal fields only those that a terminal needs are read."""

from typing import Annotated

from pydantic import Field

from terminal_app.clocking.person import Person
from terminal_app.protime.external_references import BADGE_NUMBER, value_of
from terminal_app.protime.fields import (
    CleanText,
    Day,
    Id,
    IdReference,
    Lenient,
    Record,
    References,
    Version,
    language_of,
)


class PersonRecord(Record):
    """A person as the API shows them."""

    id: Id
    change_version: Version = None
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
