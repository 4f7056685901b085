"""What a clocking is: who, what kind, when, where read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from terminal_app.clocking.time_quality import TimeQuality
from terminal_app.clocking.wall_time import WallTime


class ClockingKind(StrEnum):
    """The kinds of Protime clockings; the values are the API's (reference, 9.1)."""

    IN_OUT = "InOut"
    REASON = "Reason"
    ACTIVITY = "Activity"
    ACTIVITY_END = "ActivityEnd"


class DeliveryState(StrEnum):
    """Where a clocking is on its way to Protime."""

    RECORDED = "recorded"
    """On disk, to be sent once its hold-back has passed."""
    SENDING = "sending"
    """A request may be under way."""
    UNKNOWN = "unknown"
    """A request went out and its outcome is not known; the server is asked before anything is sent again."""
    CONFIRMED = "confirmed"
    """Stored by Protime."""
    AMBIGUOUS = "ambiguous"
    """Protime has a record that may be this one; an operator decides, and later ones of that person go on."""
    REFUSED = "refused"
    """Protime said no, or it must not be sent as its time is in doubt; an operator decides."""
    HELD = "held"
    """The badge belongs to nobody known (yet)."""
    UNDONE = "undone"
    """Taken back by the employee before it was sent."""
    DISCARDED = "discarded"
    """Given up by an operator, who said why: it is never sent."""


WAITING_STATES = frozenset({DeliveryState.RECORDED, DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.HELD})
"""The states of clockings that Protime does not have for sure yet and that may still go out by themselves."""


class Moment(NamedTuple):
    """One instant on every clock of the machine, so that a wrong wall clock can be corrected later.

    `boottime_ns` (CLOCK_BOOTTIME) is never stepped and counts suspend; it compares within one `boot_id` only.
    """

    instant: datetime
    """Aware, UTC."""
    monotonic_ns: int
    boottime_ns: int
    boot_id: str


class Reason(NamedTuple):
    """The absence definition chosen as a reason, as far as sending it needs."""

    id: int
    code: str | None
    """`@absence-code`; None when the definition has none, then the id is sent."""
    name: str = ""
    """As shown to the employee, in the language of that moment."""


class ActivityLevel(NamedTuple):
    """The activity definition chosen on one level, as far as sending it needs."""

    level: int
    """From 1."""
    id: str
    """GUID."""
    data_entry_code: str | None
    external_reference: str | None
    name: str = ""
    """As shown to the employee, in the language of that moment."""


@dataclass(frozen=True, slots=True)
class Clocking:
    """One clocking as it was read at the terminal, before anybody else knows of it."""

    id: UUID
    """UUIDv7, made at the badge."""
    badge_number: str
    person_id: int | None
    """None while the badge belongs to nobody in the roster."""
    kind: ClockingKind
    moment: Moment
    """When the last byte of the badge was read."""
    wall_time: WallTime
    """As sent to Protime."""
    reader: str
    reason: Reason | None = None
    activity_levels: tuple[ActivityLevel, ...] = ()
    time: TimeQuality | None = None
    """What the wall clock was worth then; None: that was not looked at."""

    def __post_init__(self) -> None:
        if (self.reason is not None) != (self.kind is ClockingKind.REASON):
            raise ValueError(f"a reason belongs to kind Reason and to no other; kind is {self.kind.value}")
        if bool(self.activity_levels) != (self.kind is ClockingKind.ACTIVITY):
            raise ValueError(f"activity levels belong to kind Activity and to no other; kind is {self.kind.value}")
        if [level.level for level in self.activity_levels] != list(range(1, len(self.activity_levels) + 1)):
            raise ValueError("activity levels count from 1 without gaps")
