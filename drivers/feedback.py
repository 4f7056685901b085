"""What a reader can say to the person before it."""

from enum import Enum


class Signal(Enum):
    """Light and tone, for readers that have them; never the only sign, as many have none."""

    ACCEPTED = "accepted"
    """It was recorded: one short high tone, green."""
    REFUSED = "refused"
    """It was not: two low tones, red."""
