"""Access clockings: who was let in where, to read only (reference, 9.2)."""

from typing import Annotated

from terminal_app.protime.collection import Collection, Filtering
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import (
    Day,
    Lenient,
    Minutes,
    NumberedRecord,
    OpenEnum,
    Reference,
)


class AccessStatus(OpenEnum):
    """What the door answered."""

    ACCESS_OK = "AccessOk"
    ACCESS_REFUSED = "AccessRefused"
    WRONG_PIN_CODE = "WrongPinCode"
    ALARM_CODE = "AlarmCode"
    ANTI_PASSBACK_ERROR = "AntiPassbackError"
    OUT_ZONE = "OutZone"
    UNKNOWN_BADGE_NUMBER = "UnknownBadgeNumber"
    """Then; the badge may be somebody's since. `UnknownBadge` on older pages, which is read as this."""

    @classmethod
    def _missing_(cls, value: object) -> OpenEnum | None:
        return cls.UNKNOWN_BADGE_NUMBER if value == "UnknownBadge" else super()._missing_(value)


class AccessClocking(NumberedRecord):
    """A badge at a door."""

    person: Reference = None
    date: Day = None
    time_of_day_in_minutes: Minutes = None
    terminal: Reference = None
    status: Annotated[AccessStatus | None, Lenient] = None


ACCESS_CLOCKINGS = Collection(
    "access-clockings", AccessClocking, Scope.ACCESS_CLOCKINGS_READ, Filtering.DATE, has_delta=True
)
