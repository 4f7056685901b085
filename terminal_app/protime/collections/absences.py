"""Absence definitions, absence groups and absences, to read only (reference, 9.7)."""

from typing import Annotated

from terminal_app.protime.collection import Collection, Filtering
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
)


class AllowedDuration(OpenEnum):
    """How long an absence may be."""

    UNKNOWN = "Unknown"
    FULL_DAY = "FullDay"
    HALF_DAY = "HalfDay"
    INTERVAL = "Interval"
    DURATION = "Duration"


class AbsenceDefinition(NumberedRecord):
    """A kind of absence; some may be the reason of a clocking."""

    name: Name = None
    code: CleanText = None
    """The `@absence-code`."""
    friendly_name: Name = None
    friendly_code: Name = None
    allowed_durations: Annotated[tuple[Annotated[AllowedDuration | None, Lenient], ...] | None, Lenient] = None
    is_enabled: Flag = None
    is_reason_for_clocking: Flag = None
    absence_group: Reference = None


class AbsenceGroupType(OpenEnum):
    """What the absences of a group are."""

    ABSENCE = "Absence"
    WORKING_ELSEWHERE = "WorkingElsewhere"
    UNKNOWN = "Unknown"


class AbsenceGroup(NumberedRecord):
    """A group of absence definitions."""

    name: Name = None
    type: Annotated[AbsenceGroupType | None, Lenient] = None


class DayPart(OpenEnum):
    """Which half of a day."""

    UNKNOWN = "Unknown"
    FIRST = "First"
    SECOND = "Second"


class AbsenceStatus(OpenEnum):
    """How an absence was registered."""

    UNKNOWN = "Unknown"
    MANUAL = "Manual"
    AUTO = "Auto"
    BEGIN_OPEN = "BeginOpen"
    OPEN = "Open"
    TERMINAL = "Terminal"
    CALENDAR = "Calendar"


class ApprovalLevel(OpenEnum):
    """How far an absence is approved."""

    UNKNOWN = "Unknown"
    AWAITING_APPROVAL = "AwaitingApproval"
    APPROVED = "Approved"
    NOT_APPROVED = "NotApproved"
    NOT_APPROVED_BY_PRIORITIES = "NotApprovedByPriorities"
    NOT_APPROVED_BY_CALCULATIONS = "NotApprovedByCalculations"


class PeriodType(OpenEnum):
    """What a record counts for."""

    UNKNOWN = "Unknown"
    DAY = "Day"
    WEEK = "Week"
    PAY_PERIOD = "PayPeriod"


class Absence(NumberedRecord):
    """An absence of a person on a day."""

    person: Reference = None
    resulting_absence_definition: Reference = None
    requested_absence_definition: Reference = None
    shift_definition: Reference = None
    date: Day = None
    start_time_in_minutes: Minutes = None
    duration_in_minutes: Minutes = None
    calculated_duration_in_minutes: Minutes = None
    day_part: Annotated[DayPart | None, Lenient] = None
    request: TextRef = None
    status: Annotated[AbsenceStatus | None, Lenient] = None
    approval_level: Annotated[ApprovalLevel | None, Lenient] = None
    is_locked: Flag = None
    period_type: Annotated[PeriodType | None, Lenient] = None


ABSENCE_DEFINITIONS = Collection(
    "absence-definitions",
    AbsenceDefinition,
    Scope.ABSENCE_DEFINITIONS_READ,
    has_delta=True,
    by_reference="absence-definitions",
)
ABSENCE_GROUPS = Collection(
    "absence-groups", AbsenceGroup, Scope.ABSENCE_GROUPS_READ, has_delta=True, by_reference="absence-groups"
)
ABSENCES = Collection("absences", Absence, Scope.ABSENCES_READ, Filtering.DATE, has_delta=True)
