"""What became of a badge, as far as sound and light tell it."""

from enum import StrEnum
from typing import TYPE_CHECKING

from terminal_app.clocking.direction import Direction

if TYPE_CHECKING:
    from terminal_app.kiosk.guest import Answer


class Outcome(StrEnum):
    """Each has a tone of its own in the settings."""

    IN = "in"
    OUT = "out"
    OTHER = "other"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    REFUSED = "refused"


def outcome_of(answer: "Answer") -> Outcome:
    """What an answer sounds like."""
    from terminal_app.kiosk.guest import AlreadyClocked, NotRecorded, Recorded  # noqa: PLC0415 # not for the settings

    match answer:
        case NotRecorded():
            return Outcome.REFUSED
        case AlreadyClocked():
            return Outcome.REPEATED
        case Recorded() if answer.guest.person is None:
            return Outcome.UNKNOWN
        case Recorded(proposal=proposal) if proposal is not None:
            return Outcome.IN if proposal.direction is Direction.IN else Outcome.OUT
        case _:
            return Outcome.OTHER
