"""Breaks, their definitions, and interruptions of work (reference, 9.12)."""

from terminal_app.protime.collection import Collection, Filtering
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import (
    Day,
    Flag,
    Minutes,
    Name,
    NumberedRecord,
    Reference,
)


class Break(NumberedRecord):
    """A break of a person on a day."""

    person: Reference = None
    break_definition: Reference = None
    date: Day = None
    calculated_duration_in_minutes: Minutes = None
    clocked_duration_in_minutes: Minutes = None
    start_time_in_minutes: Minutes = None
    """The earliest start by its definition."""
    end_time_in_minutes: Minutes = None
    """The latest end by its definition."""
    is_break_taken: Flag = None


class BreakDefinition(NumberedRecord):
    """A kind of break."""

    name: Name = None
    friendly_name: Name = None
    paid_duration_in_minutes: Minutes = None
    minimum_duration_in_minutes: Minutes = None
    maximum_duration_in_minutes: Minutes = None
    if_not_clocked_duration_in_minutes: Minutes = None
    has_to_be_taken_uninterrupted: Flag = None


class WorkInterruption(NumberedRecord):
    """Time in which a person did not work."""

    person: Reference = None
    date: Day = None
    duration_in_minutes: Minutes = None
    start_time_in_minutes: Minutes = None
    end_time_in_minutes: Minutes = None


BREAKS = Collection("breaks", Break, Scope.BREAKS_READ, Filtering.DATE, has_delta=True)
BREAK_DEFINITIONS = Collection(
    "break-definitions",
    BreakDefinition,
    Scope.BREAK_DEFINITIONS_READ,
    has_delta=True,
    by_reference="break-definitions",
)
WORK_INTERRUPTIONS = Collection(
    "work-interruptions", WorkInterruption, Scope.WORK_INTERRUPTIONS_READ, Filtering.DATE, has_delta=True
)
