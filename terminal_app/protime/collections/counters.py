"""Counters, their definitions and groups (reference, 9.10). A counter is an entry on a day, not a balance."""

from typing import Annotated

from terminal_app.protime.collection import Collection, Filtering
from terminal_app.protime.collections.absences import PeriodType
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import (
    CleanText,
    Day,
    Flag,
    Lenient,
    Minutes,
    Name,
    NumberedRecord,
    OpenEnum,
    Reference,
    TextRef,
    Whole,
)


class CounterStatus(OpenEnum):
    """How an entry came about."""

    UNKNOWN = "Unknown"
    AUTO = "Auto"
    MANUAL = "Manual"
    CALENDAR = "Calendar"


class Counter(NumberedRecord):
    """An entry of a counter; the unit of its definition says which of the last fields counts."""

    person: Reference = None
    counter_definition: Reference = None
    date: Day = None
    shift_definition: Reference = None
    """None when it is the schedule's."""
    request: TextRef = None
    status: Annotated[CounterStatus | None, Lenient] = None
    is_authorized: Flag = None
    period_type: Annotated[PeriodType | None, Lenient] = None
    start_time_in_minutes: Minutes = None
    end_time_in_minutes: Minutes = None
    duration_in_minutes: Minutes = None
    number_of_instances: Whole = None


class CounterUnit(OpenEnum):
    """What an entry holds."""

    UNKNOWN = "Unknown"
    INTERVAL = "Interval"
    DURATION = "Duration"
    INSTANCE = "Instance"


class CounterDefinition(NumberedRecord):
    """A counter."""

    name: Name = None
    code: CleanText = None
    """The `@counter-code`."""
    friendly_name: Name = None
    friendly_code: Name = None
    is_enabled: Flag = None
    counter_group: Reference = None
    unit: Annotated[CounterUnit | None, Lenient] = None


class CounterGroup(NumberedRecord):
    """A group of counters."""

    name: Name = None


COUNTERS = Collection("counters", Counter, Scope.COUNTERS_READ, Filtering.DATE, has_delta=True)
COUNTER_DEFINITIONS = Collection(
    "counter-definitions",
    CounterDefinition,
    Scope.COUNTER_DEFINITIONS_READ,
    Filtering.OPTIONAL,
    has_delta=True,
    by_reference="counter-definitions",
)
COUNTER_GROUPS = Collection(
    "counter-groups", CounterGroup, Scope.COUNTER_GROUPS_READ, has_delta=True, by_reference="counter-groups"
)
