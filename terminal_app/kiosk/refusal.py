"""Why nothing was recorded."""

from enum import Enum, auto


class Refusal(Enum):
    """What the guest is told instead of "done"."""

    UNKNOWN_BADGE = auto()
    OUT_OF_SERVICE = auto()
    TOO_LATE_TO_UNDO = auto()
    STORAGE = auto()
    NOT_FOR_YOU = auto()
    """The tile is another terminal group's."""
    NO_DAY = auto()
    """Nobody is known to have the badge: there is no day to show."""
    CANCELLED = auto()
    NOTHING_TO_CHOOSE = auto()
    NOTHING_TO_CHOOSE_BESIDES = auto()
    """As before, but the in/out that was recorded with the same badge stands."""
