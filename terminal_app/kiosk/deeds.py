"""What is to be done at the desk, as the visit says."""

from typing import NamedTuple

from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Reason
from terminal_app.kiosk.guest import Badge, Guest, Recorded
from terminal_app.kiosk.wishes import Direct


class Clock(NamedTuple):
    """Do: identify the badge and, if its owner may, record this kind."""

    badge: Badge
    kind: ClockingKind
    anyway: bool = False
    """Also where it repeats the same booking: the guest means it."""
    only_for: tuple[int, ...] = ()
    """Terminal groups whose people may; empty: everybody."""


class NoteRepeat(NamedTuple):
    """Do: keep that the badge was read again and nothing was recorded; the screen stays as it is."""

    badge: Badge


class MakeOffer(NamedTuple):
    """Do: find out who it is and what there is to choose."""

    badge: Badge
    kind: ClockingKind
    after: int | None = None
    """The in/out that the guest has recorded already with this badge."""
    only_for: tuple[int, ...] = ()


class BookDirect(NamedTuple):
    """Do: identify the badge and record what a tile stands for."""

    badge: Badge
    direct: Direct
    instead_of: int | None = None
    """The in/out in whose place a reason comes."""
    only_for: tuple[int, ...] = ()


class RecordChoice(NamedTuple):
    """Do: record what was chosen."""

    guest: Guest
    kind: ClockingKind
    reason: Reason | None = None
    activity_levels: tuple[ActivityLevel, ...] = ()
    instead_of: int | None = None


class ShowDay(NamedTuple):
    """Do: identify the badge and gather the day of its owner; nothing is recorded."""

    badge: Badge


class Undo(NamedTuple):
    """Do: take the clocking back."""

    recorded: Recorded


Deed = Clock | NoteRepeat | MakeOffer | BookDirect | RecordChoice | ShowDay | Undo
