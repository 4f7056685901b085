"""People and the histories of what they belong to (reference, 9.3 and 9.4)."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, Field

from terminal_app.protime.calls import Calls
from terminal_app.protime.collection import Collection, Filtering, Readings
from terminal_app.protime.scopes import Scope
from terminal_app.protime.unique_pages import pages_once
from terminal_app.protime.whole_record import (
    CleanText,
    Day,
    Lenient,
    Number,
    NumberedRecord,
    OpenEnum,
    Reference,
    Whole,
)


class Sex(OpenEnum):
    """As Protime keeps it."""

    UNKNOWN = "Unknown"
    FEMALE = "Female"
    MALE = "Male"
    OTHER = "Other"


class MaritalStatus(OpenEnum):
    """As Protime keeps it."""

    UNKNOWN = "Unknown"
    SINGLE = "Single"
    MARRIED = "Married"
    WIDOW = "Widow"
    WIDOWER = "Widower"
    DIVORCED = "Divorced"
    LIVING_TOGETHER = "LivingTogether"


class Person(NumberedRecord):
    """A person, with all that the API tells: keep no more of it than is needed."""

    period_closing_date: Day = None
    hourly_rate_currency_definition: Reference = None
    advance_currency_definition: Reference = None
    last_name: CleanText = None
    first_name: CleanText = None
    initials: CleanText = None
    telephone: CleanText = None
    mobile: CleanText = None
    email: CleanText = None
    address: CleanText = None
    postal_code: CleanText = None
    town: CleanText = None
    country: CleanText = Field(default=None, validation_alias=AliasChoices("countryISOCode", "countryIsoCode"))
    nationality: CleanText = Field(
        default=None, validation_alias=AliasChoices("nationalityISOCode", "nationalityIsoCode")
    )
    sex: Annotated[Sex | None, Lenient] = None
    marital_status: Annotated[MaritalStatus | None, Lenient] = None
    birth_date: Day = None
    place_of_birth: CleanText = None
    driving_license: CleanText = None
    register_number: CleanText = None
    passport_number: CleanText = None
    social_security_number: CleanText = None
    bank_account: CleanText = None
    in_service_date: Day = None
    out_of_service_date: Day = None
    """The last day; None: no end."""
    wtd_start_date: Day = None
    employee_number: CleanText = None
    pay_group: CleanText = None
    hourly_rate: Number = None
    max_advance: Number = None
    terminal_group: Reference = None
    badge_number: CleanText = None
    """Text: leading zeros count."""
    pin_code: Whole = None
    """A number: leading zeros are lost."""
    terminal_language: CleanText = Field(
        default=None, validation_alias=AliasChoices("terminalLanguageISOCode", "terminalLanguageIsoCode")
    )


class HistoryCategory(StrEnum):
    """What people belong to for a time."""

    DEPARTMENT = "department"
    EMPLOYER = "employer"
    JOB = "job"
    JOB_CATEGORY = "job-category"
    SECTOR = "sector"
    WORK_LOCATION = "work-location"


class HistoryEntry(NumberedRecord):
    """What a person belonged to, from a day to a day."""

    person: Reference = None
    from_date: Day = Field(default=None, validation_alias="from")
    until: Day = None
    """None while it lasts."""
    entry: Reference = Field(
        default=None,
        validation_alias=AliasChoices(
            "department", "employer", "job", "jobCategory", "sector", "workLocation", "historicalFieldCategory"
        ),
    )
    """Of the category's catalog; older pages name it the same for all."""


# Which filters the list takes was not seen.
PEOPLE = Collection("people", Person, Scope.PEOPLE_READ, Filtering.OPTIONAL, has_delta=True, by_reference="people")


def histories(category: HistoryCategory, scope: Scope = Scope.PEOPLE_READ) -> Collection[HistoryEntry]:
    """The histories of everybody; `scope` may be `people-historical-data.read` instead."""
    return Collection(f"{category}-histories", HistoryEntry, scope)


class People(Readings[Person]):
    """The people of a tenant."""

    def __init__(self, calls: Calls, history_scope: Scope = Scope.PEOPLE_READ) -> None:
        super().__init__(calls, PEOPLE)
        self._history_scope = history_scope

    async def history(
        self, key: int | str, category: HistoryCategory, *, by: str | None = None
    ) -> AsyncIterator[HistoryEntry]:
        """What one person belonged to, by their id or `by` an external reference. Raises ProtimeError."""
        address, hidden = self.one(key, by)
        path, mark, query = address.partition("?")
        below = f"{path}/{category}-history{mark}{query}"
        async for page in pages_once(self._calls, below, HistoryEntry, scope=self._history_scope, hidden=hidden):
            for entry in page:
                yield entry
