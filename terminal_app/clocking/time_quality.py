"""How sure the time of a clocking is. Pure: what the clocks say is found out in `timekeeping/`."""

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple


class TimeState(StrEnum):
    """What the wall clock was worth at a moment."""

    TRUSTED = "trusted"
    """The kernel is disciplined by a time server."""
    DRIFTING = "drifting"
    """It was right once, or agrees with another clock that was; since then its error grows, and is still small."""
    UNTRUSTED = "untrusted"
    """Nothing vouches for it, or only within a bound that is too wide: a machine without a clock of its own that
    started without a network."""
    JUMPED = "jumped"
    """It was right in this boot, and has been set to something else since."""


class TimeQuality(NamedTuple):
    """A state, and how far from the truth the wall clock may be."""

    state: TimeState
    error: timedelta | None
    """At most, either way; None: no bound is known."""

    @property
    def is_doubtful(self) -> bool:
        """Whether a minute of this clock must not pass for the right one."""
        return self.state in (TimeState.UNTRUSTED, TimeState.JUMPED)
