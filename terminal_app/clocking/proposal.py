"""IN or OUT? Protime's in/out has no direction, so the terminal proposes one and says on what it rests.

What is proposed is shown only, never sent: a wrong proposal costs nobody a minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_PRESENCE = timedelta(hours=14)
"""An IN older than this says nothing about now: more likely an OUT was forgotten."""


class Direction(StrEnum):
    """Which way a person goes through an in/out."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A direction and the earlier in/out it rests on (None: no recent one is known)."""

    direction: Direction
    because_of: datetime | None
    """Instant (UTC) of the previous in/out."""


def propose(now: datetime, recent_in_outs: list[datetime]) -> Proposal:
    """The direction of an in/out at `now` after `recent_in_outs` (instants of one person, oldest first).

    In/outs alternate; a pause longer than LONGEST_PRESENCE starts anew with IN.
    """
    direction, previous = Direction.IN, None
    for instant in recent_in_outs:
        if previous is not None and instant - previous <= LONGEST_PRESENCE:
            direction = Direction.IN if direction is Direction.OUT else Direction.OUT
        else:
            direction = Direction.IN
        previous = instant
    if previous is None or now - previous > LONGEST_PRESENCE:
        return Proposal(Direction.IN, None)
    return Proposal(Direction.OUT if direction is Direction.IN else Direction.IN, previous)
