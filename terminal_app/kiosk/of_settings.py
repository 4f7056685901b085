"""From the settings to what the screen is made of; the kiosk's own process does without this."""

from collections.abc import Mapping, Sequence

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.wall_time import MINUTES_A_DAY
from terminal_app.kiosk.first_picture import FirstPicture
from terminal_app.kiosk.tiles import EVERY_DAY, TileSpec, usual_tiles
from terminal_app.kiosk.wishes import Direct, Look, Wish
from terminal_app.settings import Settings, TileSettings
from terminal_app.settings_choices import TileAction, Weekday
from terminal_app.settings_tiles import hours_of, label_of


def first_picture_of(settings: Settings) -> FirstPicture:
    """What the first painting needs of them."""
    terminal, screen = settings.terminal, settings.screen
    return FirstPicture(
        terminal.name,
        terminal.languages,
        terminal.timezone,
        terminal.catalogue_folder,
        tiles_of(settings.tile, has_activities=settings.protime.activity_structure is not None),
        screen.theme,
        screen.site_colours,
        settings.storage.folder,
    )


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
        frozenset(days.index(one) for one in settings.weekdays) or EVERY_DAY,
        begins,
        ends,
        settings.terminal_groups,
    )
