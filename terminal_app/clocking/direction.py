"""IN or OUT, and what makes a proposal of it weak; apart from the rules, as the words for it are loaded before them."""

from enum import StrEnum


class Direction(StrEnum):
    """Which way a person goes through an in/out."""

    IN = "in"
    OUT = "out"


class Doubt(StrEnum):
    """Why the evidence of a proposal is weak; the first that applies is what a guest gets to read."""

    OVERNIGHT = "overnight"
    """An OUT that would end a presence of yesterday: its own OUT may have been forgotten."""
    LONG_AGO = "long ago"
    """An OUT so long after its IN that it may as well be the next IN."""
    REASON = "reason"
    """It follows a reason, of which nobody says which way it led."""
    EDITED = "edited"
    """It follows what somebody changed in Protime."""
    ELSEWHERE = "elsewhere"
    """It follows what another terminal, or Protime itself, recorded."""
