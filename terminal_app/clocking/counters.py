"""Counters, and what Protime has calculated and has of a person's days (reference, 9.1, 9.10 and 9.11)."""

from datetime import date
from typing import NamedTuple

from terminal_app.clocking.choices import Text
from terminal_app.clocking.wall_time import WallTime


class CounterDefinition(NamedTuple):
    """A counter."""

    id: int
    code: str | None
    name: Text
    """The friendly name where there is one."""
    unit: str
    """`Interval`, `Duration`, `Instance`, or what else Protime says: which of an entry's numbers counts."""
    is_enabled: bool


FLEXTIME = "flextime"
"""The name of the one running balance that Protime gives; counters are named by their codes."""


class Balance(NamedTuple):
    """A number of a person's, as of a day."""

    person_id: int
    name: str
    """FLEXTIME, or the code of a counter."""
    period: str
    """Of a counter's entries: `Day`, `Week`, `PayPeriod`, or what else Protime says; empty for FLEXTIME."""
    value: int
    """FLEXTIME: the balance after that day. A counter: the sum of its entries on that day, which is no entitlement."""
    unit: str
    """`minutes`, or `instances` for counters that count."""
    day: date


class DayClocking(NamedTuple):
    """A clocking as Protime has it."""

    protime_id: int
    person_id: int
    wall_time: WallTime
    """A night shift may be shown on another day, with minutes beyond 0 to 1439."""
    original_wall_time: WallTime | None
    """Before it was edited; None when it was not."""
    kind: str
    """As in the API; it may be a new one."""
    reason_id: int | None
    activity_ids: tuple[str, ...]
    """From level 1."""
    is_generated: bool
    """Made by Protime."""
    is_deleted: bool
