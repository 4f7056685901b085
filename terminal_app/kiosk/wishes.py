"""What a tile stands for."""

from enum import Enum, auto
from typing import NamedTuple

from terminal_app.clocking.clocking import ClockingKind


class Look(Enum):
    """What shows something and records nothing."""

    MY_DAY = auto()


class Direct(NamedTuple):
    """One reason or activity, which the tile books without asking."""

    kind: ClockingKind
    """REASON or ACTIVITY."""
    codes: tuple[str, ...]
    """The reason's code or id; or a code, reference or id of each level."""


Wish = ClockingKind | Direct | Look
