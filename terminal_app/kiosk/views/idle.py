"""Nobody is here: site name, large clock, date, and how to clock, in the site's languages in turn."""

from collections.abc import Callable
from datetime import datetime

from textual.geometry import Size

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk.sizes import HIGH
from terminal_app.kiosk.widgets.board import GAP, Block, BlockName
from terminal_app.kiosk.widgets.large_text import large
from terminal_app.kiosk.widgets.plain import wrapped
from terminal_app.kiosk.wording import wording_in

_SECONDS_PER_LANGUAGE = 4
_PLACES_IN_THE_DARK = 7
"""Rows between the highest and the lowest place of the clock, and one."""


def idle_blocks(
    site: str,
    languages: tuple[str, ...],
    local: datetime,
    awaited: ClockingKind | None,
    size: Size,
    *,
    is_time_doubtful: bool = False,
    message_in: Callable[[str], str] = lambda _: "",
) -> list[Block]:
    """What the board says at `local` time; with `awaited` it asks for the badge that goes with that tile.

    A doubtful time has no seconds, a mark behind it and words below it. `message_in` a language is below all.
    """
    turn = local.second // _SECONDS_PER_LANGUAGE if awaited is None else 0
    language = languages[turn % len(languages)]
    wording, message = wording_in(language), message_in(language)
    hint = wording.hold_badge if awaited is None else f"{wording.tiles[awaited]}: {wording.now_badge}"
    own = wording_in(languages[0])
    time = f"{own.time(60 * local.hour + local.minute)} ?" if is_time_doubtful else own.time_with_seconds(local)
    below = [GAP, Block(BlockName.MESSAGE, tuple(wrapped(message, size.width - 2, 2)))] if message else []
    # On the smallest screen a message takes the place of the site's name.
    above = [] if message and size.height < HIGH else [Block(BlockName.SITE, (site,)), GAP]
    return [
        *above,
        Block(BlockName.TIME, tuple(large(time, size.width - 2, size.height // 3) or (time,))),
        Block(BlockName.DOUBT, (wording.clock_unverified,)) if is_time_doubtful else GAP,
        Block(BlockName.DATE, (wording.day(local.date()),)),
        *([GAP] if size.height >= HIGH else []),
        Block(BlockName.HINT, (hint,)),
        *below,
    ]


def dimmed_blocks(
    languages: tuple[str, ...], local: datetime, size: Size, *, is_time_doubtful: bool = False
) -> list[Block]:
    """What is left in the dark: the minute and how to clock. It wanders, so that nothing is burnt into the screen."""
    minute = 60 * local.hour + local.minute
    wording = wording_in(languages[minute % len(languages)])
    time = wording_in(languages[0]).time(minute)
    lower = minute % _PLACES_IN_THE_DARK
    return [
        *[GAP] * lower,
        Block(BlockName.TIME, tuple(large(f"{time} ?" if is_time_doubtful else time, size.width - 2) or (time,))),
        GAP,
        Block(BlockName.HINT, (wording.hold_badge,)),
        *[GAP] * (_PLACES_IN_THE_DARK - 1 - lower),
    ]
