"""IN or OUT? Protime's in/out has no direction, so the terminal proposes one and says on what it rests.

What is proposed is shown only, never sent: a wrong proposal costs nobody a minute.
"""

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class EarlierInOut:
    """An in/out that the same person made."""

    instant: datetime
    """As recorded, or corrected since: what is shown."""
    ago: timedelta
    """Before now: what counts, as the clock may have been set in between."""


def propose(recent_in_outs: Sequence[EarlierInOut]) -> Proposal:
    """The direction of an in/out now, after `recent_in_outs` (of one person, oldest first).

    In/outs alternate; a pause longer than LONGEST_PRESENCE starts anew with IN.
    """
    direction = Direction.IN
    previous: EarlierInOut | None = None
    for one in recent_in_outs:
        if previous is not None and previous.ago - one.ago <= LONGEST_PRESENCE:
            direction = Direction.IN if direction is Direction.OUT else Direction.OUT
        else:
            direction = Direction.IN
        previous = one
    if previous is None or previous.ago > LONGEST_PRESENCE:
        return Proposal(Direction.IN, None)
    return Proposal(Direction.OUT if direction is Direction.IN else Direction.IN, previous.instant)
