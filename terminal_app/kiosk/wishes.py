"""What a tile stands for."""

from dataclasses import dataclass
from enum import Enum, auto

from terminal_app.clocking.clocking import ClockingKind


class Look(Enum):
    """What shows something and records nothing."""

    MY_DAY = auto()


@dataclass(frozen=True, slots=True)
class Direct:
    """One reason or activity, which the tile books without asking."""

    kind: ClockingKind
    """REASON or ACTIVITY."""
    codes: tuple[str, ...]
    """The reason's code or id; or a code, reference or id of each level."""


Wish = ClockingKind | Direct | Look
