"""The tiles of the booking modes: which there are, in which order, and when and to whom they are shown. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.person import Person
from terminal_app.clocking.wall_time import MINUTES_A_DAY
from terminal_app.kiosk.wishes import Look, Wish
from terminal_app.kiosk.wording import Wording
from terminal_app.settings_choices import TileColour

MOST = 7
"""The eighth key takes back, the ninth shows the day."""
A_ROW = 4
"""So many fit side by side on the smallest screen."""
UNDO_KEY = "f8"
MY_DAY_KEY = "f9"
EVERY_DAY = frozenset(range(7))
_NO_LABELS: Mapping[str, str] = {}


class TileSpec(NamedTuple):
    """A tile and its key."""

    key: str
    """F1 to F7, by its place."""
    wish: Wish
    labels: Mapping[str, str] = _NO_LABELS
    """By language; under "" the one for all others. Empty: the usual words."""
    colour: TileColour = TileColour.PLAIN
    weekdays: frozenset[int] = EVERY_DAY
    """From Monday, 0; when it is shown on the idle screen."""
    begins: int = 0
    """Minute of the day."""
    ends: int = MINUTES_A_DAY
    """Not included; before `begins`: the next day."""
    only_for: tuple[int, ...] = ()
    """Terminal groups; empty: everybody."""

    def label(self, wording: Wording, language: str) -> str:
        """Its words in this language."""
        own = self.labels.get(language) or self.labels.get("")
        if own:
            return own
        if isinstance(self.wish, ClockingKind):
            return wording.tiles[self.wish]
        return wording.my_day if isinstance(self.wish, Look) else "/".join(self.wish.codes)

    def is_shown(self, local: datetime) -> bool:
        """Whether it is there at this local time; the hours after midnight belong to the day before."""
        minute, day = local.hour * 60 + local.minute, local.weekday()
        if self.begins <= self.ends:
            return day in self.weekdays and self.begins <= minute < self.ends
        if minute < self.ends:
            return (day - 1) % 7 in self.weekdays
        return day in self.weekdays and minute >= self.begins

    def is_for(self, person: Person | None) -> bool:
        """Whether it is this person's; a badge of nobody known is in no group."""
        return not self.only_for or (person is not None and person.terminal_group_id in self.only_for)


def usual_tiles(*, has_activities: bool) -> tuple[TileSpec, ...]:
    """What there is where the settings name no tiles."""
    wishes: Sequence[Wish] = (ClockingKind.IN_OUT, ClockingKind.REASON, Look.MY_DAY)
    if has_activities:
        wishes = (ClockingKind.IN_OUT, ClockingKind.ACTIVITY, ClockingKind.ACTIVITY_END, ClockingKind.REASON)
    return tuple(TileSpec(f"f{number}", wish) for number, wish in enumerate(wishes, start=1))
