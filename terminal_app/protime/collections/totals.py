"""Calculated totals and paid presences of a day (reference, 9.11)."""

from terminal_app.protime.collection import Collection, Filtering
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import (
    Day,
    Minutes,
    NumberedRecord,
    Reference,
)


class CalculatedTotal(NumberedRecord):
    """What Protime has calculated for a person's day, in minutes."""

    person: Reference = None
    date: Day = None
    normal_time_duration_in_minutes: Minutes = None
    time_present_duration_in_minutes: Minutes = None
    calculated_presence_duration_in_minutes: Minutes = None
    weekly_hours_1_duration_in_minutes: Minutes = None
    weekly_hours_2_duration_in_minutes: Minutes = None
    weekly_hours_3_duration_in_minutes: Minutes = None
    pay_period_hours_duration_in_minutes: Minutes = None
    flextime_duration_in_minutes: Minutes = None
    flextime_balance_in_minutes: Minutes = None
    """The running balance after that day: the only balance that the API has."""
    shift_definition: Reference = None


class PaidPresence(NumberedRecord):
    """How long a person was present and paid on a day."""

    person: Reference = None
    date: Day = None
    duration_in_minutes: Minutes = None
    shift_definition: Reference = None


CALCULATED_TOTALS = Collection(
    "calculated-totals", CalculatedTotal, Scope.CALCULATED_TOTALS_READ, Filtering.DATE, has_delta=True
)
PAID_PRESENCES = Collection(
    "paid-presences", PaidPresence, Scope.CALCULATED_TOTALS_READ, Filtering.DATE, has_delta=True
)
