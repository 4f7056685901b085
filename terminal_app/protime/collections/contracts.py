"""Contracts of people (reference, 9.5)."""

from typing import Annotated

from pydantic import Field

from terminal_app.protime.collection import Collection, Filtering
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import (
    CleanText,
    Day,
    Lenient,
    Minutes,
    Number,
    NumberedRecord,
    OpenEnum,
    Reference,
    Whole,
)


class ContractKind(OpenEnum):
    """A contract of its own, or an addition to one."""

    CONTRACT = "Contract"
    ADDENDUM = "Addendum"


class Contract(NumberedRecord):
    """A contract."""

    person: Reference = None
    code: CleanText = None
    from_date: Day = Field(default=None, validation_alias="from")
    until: Day = None
    contract_hours_in_minutes: Minutes = None
    full_time_equivalent_in_minutes: Minutes = None
    contract_percentage: Number = None
    number_of_working_days_per_week: Number = None
    """A whole number on newer pages."""
    number_of_days_in_contract_period: Whole = None
    kind: Annotated[ContractKind | None, Lenient] = None
    parent_contract: Reference = None


CONTRACTS = Collection(
    "contracts", Contract, Scope.CONTRACTS_READ, Filtering.OPTIONAL, has_delta=True, by_reference="contracts"
)
