"""The tiles of the booking modes: which there are, in which order, and when and to whom they are shown. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.person import Person
from terminal_app.clocking.wall_time import MINUTES_A_DAY
from terminal_app.kiosk.wishes import Direct, Look, Wish
from terminal_app.kiosk.wording import Wording
from terminal_app.settings import TileAction, TileColour, TileSettings, Weekday
from terminal_app.settings_tiles import hours_of, label_of

MOST = 7
"""The eighth key takes back, the ninth shows the day."""
A_ROW = 4
"""So many fit side by side on the smallest screen."""
UNDO_KEY = "f8"
MY_DAY_KEY = "f9"
_WEEK = frozenset(range(7))


class TileSpec(NamedTuple):
    """A tile and its key."""

    key: str
    """F1 to F7, by its place."""
    wish: Wish
    labels: Mapping[str, str] = MappingProxyType({})
    """By language; under "" the one for all others. Empty: the usual words."""
    colour: TileColour = TileColour.PLAIN
    weekdays: frozenset[int] = _WEEK
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


_WISHES: Mapping[TileAction, Wish] = {
    TileAction.IN_OUT: ClockingKind.IN_OUT,
    TileAction.ACTIVITY: ClockingKind.ACTIVITY,
    TileAction.ACTIVITY_END: ClockingKind.ACTIVITY_END,
    TileAction.REASON: ClockingKind.REASON,
    TileAction.MY_DAY: Look.MY_DAY,
}


def tiles_of(settings: Sequence[TileSettings], *, has_activities: bool) -> tuple[TileSpec, ...]:
    """The tiles of the settings, which were checked; the usual ones where there are none."""
    if not settings:
        return usual_tiles(has_activities=has_activities)
    return tuple(_tile(f"f{number}", one) for number, one in enumerate(settings, start=1))


def _tile(key: str, settings: TileSettings) -> TileSpec:
    begins, ends = hours_of(settings.hours) if settings.hours else (0, MINUTES_A_DAY)
    days = list(Weekday)
    wish = _WISHES[settings.does]
    if settings.reason is not None:
        wish = Direct(ClockingKind.REASON, (settings.reason,))
    elif settings.activity is not None:
        wish = Direct(ClockingKind.ACTIVITY, tuple(settings.activity.split("/")))
    return TileSpec(
        key,
        wish,
        dict(map(label_of, settings.labels)),
        settings.colour,
        frozenset(days.index(one) for one in settings.weekdays) or _WEEK,
        begins,
        ends,
        settings.terminal_groups,
    )
