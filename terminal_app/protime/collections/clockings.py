"""Clockings, whole: reading, and creating one of any kind (reference, 9.1).

The courier's own way of sending is `protime/clockings.py`. A clocking is not changed or deleted by this API.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import AliasChoices, Field, model_validator

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.protime.calls import Calls
from terminal_app.protime.collection import Collection, Filtering, Readings
from terminal_app.protime.new_record import Minute, NewActivityLevel, NewRecord, RecordName, Written, written
from terminal_app.protime.scopes import Scope
from terminal_app.protime.throttle import Urgency
from terminal_app.protime.whole_record import (
    Day,
    Flag,
    Lenient,
    Levels,
    Minutes,
    Number,
    NumberedRecord,
    OpenEnum,
    Part,
    Reference,
)


class KindOfClocking(OpenEnum):
    """As the API shows it."""

    IN_OUT = ClockingKind.IN_OUT.value
    REASON = ClockingKind.REASON.value
    ACTIVITY = ClockingKind.ACTIVITY.value
    ACTIVITY_END = ClockingKind.ACTIVITY_END.value


class ClockingStatus(OpenEnum):
    """Whether it counts."""

    UNKNOWN = "Unknown"
    ACTIVE = "Active"
    DELETED = "Deleted"
    """Stays in lists: leave it out of any display."""


class Geolocation(Part):
    """Where it was clocked, in degrees."""

    longitude: Number = None
    latitude: Number = Field(default=None, validation_alias=AliasChoices("latitude", "lattitude"))
    """An old example misspells it."""


class Clocking(NumberedRecord):
    """A clocking as Protime has it."""

    person: Reference = None
    date: Day = None
    time_of_day_in_minutes: Minutes = None
    original_time_of_day_in_minutes: Minutes = None
    """Only when it was edited since."""
    calculated_time_of_day_in_minutes: Minutes = None
    is_generated: Flag = None
    """Made by Protime."""
    terminal: Reference = None
    geolocation: Annotated[Geolocation | None, Lenient] = None
    kind: Annotated[KindOfClocking | None, Lenient] = None
    reason: Reference = None
    is_open: Flag = None
    activity_levels: Levels = None
    status: Annotated[ClockingStatus | None, Lenient] = None


class NewGeolocation(NewRecord):
    """Where it is clocked, in degrees."""

    longitude: Annotated[float, Field(ge=-180, le=180)]
    latitude: Annotated[float, Field(ge=-90, le=90)]


class NewClocking(NewRecord):
    """A clocking to create, in local wall time; whether it is an in or an out is for Protime to say."""

    person: RecordName
    date: date
    time_of_day_in_minutes: Minute
    kind: ClockingKind = ClockingKind.IN_OUT
    terminal: RecordName | None = None
    geolocation: NewGeolocation | None = None
    reason: RecordName | None = None
    """An absence definition; for the kind Reason only. Whether that kind needs one is for Protime to say."""
    is_open: bool | None = None
    """For the kind Reason only; None leaves it to Protime, whose default is not documented."""
    activity_levels: tuple[NewActivityLevel, ...] | None = None
    """For the kind Activity only. Whether that kind needs them is for Protime to say."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.reason is not None and self.kind is not ClockingKind.REASON:
            raise ValueError("a reason belongs to the kind Reason only")
        if self.is_open is not None and self.kind is not ClockingKind.REASON:
            raise ValueError("isOpen belongs to the kind Reason only")
        if self.activity_levels and self.kind is not ClockingKind.ACTIVITY:
            raise ValueError("activity levels belong to the kind Activity only")
        return self


CLOCKINGS = Collection("clockings", Clocking, Scope.CLOCKINGS_READ, Filtering.DATE, has_delta=True)


class Clockings(Readings[Clocking]):
    """The clockings of a tenant."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls, CLOCKINGS)

    async def create(self, clocking: NewClocking) -> Written:
        """Create one; it goes before other calls, and does not wait when the server has asked to (HeldBack).

        The API has no key against doubles: after an error with `may_have_been_done` look at what Protime has before it
        is sent again. Raises ProtimeError.
        """
        response = await self._calls.change(
            "POST",
            self.collection.address,
            clocking.body(),
            scope=Scope.CLOCKINGS_WRITE,
            wanted=(200, 201, 202),
            urgency=Urgency.FIRST,
        )
        return written(response)
