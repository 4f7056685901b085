"""How long people worked on what (reference, 9.9)."""

from typing import Annotated

from terminal_app.protime.collection import Collection, Filtering
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import (
    Day,
    Flag,
    Lenient,
    Levels,
    Minutes,
    NumberedRecord,
    NumberReference,
    OpenEnum,
    Reference,
    TextRef,
)


class DurationStatus(OpenEnum):
    """How a duration came about; the last three on older pages only."""

    UNKNOWN = "Unknown"
    AUTO = "Auto"
    MANUAL = "Manual"
    CALENDAR = "Calendar"
    DELETED = "Deleted"
    DEFAULT = "Default"


class ActivityDuration(NumberedRecord):
    """Time of a person on a day, on an activity, an absence or counters."""

    person: Reference = None
    date: Day = None
    duration_in_minutes: Minutes = None
    activity_levels: Levels = None
    absence_definition: Reference = None
    request: TextRef = None
    counter_definitions: Annotated[tuple[NumberReference, ...] | None, Lenient] = None
    shift_definition: Reference = None
    """Older pages; None when it is the schedule's."""
    status: Annotated[DurationStatus | None, Lenient] = None
    is_authorized: Flag = None


ACTIVITY_DURATIONS = Collection(
    "activity-durations", ActivityDuration, Scope.ACTIVITY_DURATIONS_READ, Filtering.DATE, has_delta=True
)
