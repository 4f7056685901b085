"""Nobody is here: site name, large clock, date, and how to clock, in the site's languages in turn."""

from collections.abc import Callable
from datetime import datetime

from textual.geometry import Size

from terminal_app.kiosk.trouble import Trouble
from terminal_app.kiosk.widgets.board import GAP, Block, BlockName
from terminal_app.kiosk.widgets.large_text import ROWS, large
from terminal_app.kiosk.widgets.plain import wrapped
from terminal_app.kiosk.wording import Wording, wording_in

_SECONDS_PER_LANGUAGE = 4
_HIGH_BOARD = 16
_PLACES_IN_THE_DARK = 7
"""Rows between the highest and the lowest place of the clock, and one."""


def idle_blocks(
    site: str,
    languages: tuple[str, ...],
    local: datetime,
    awaited: str | None,
    size: Size,
    *,
    is_time_doubtful: bool = False,
    message_in: Callable[[str], str] = lambda _: "",
    seconds_left: int | None = None,
    trouble: Trouble | None = None,
) -> list[Block]:
    """What the board of this size says at `local` time; with `awaited`, a tile's words, it asks for the badge for it.

    With `trouble` it says what does not work instead. A doubtful time has no seconds, a mark behind it and words below
    it. `seconds_left`: how long the tile waits. `message_in` a language is below all.
    """
    turn = local.second // _SECONDS_PER_LANGUAGE if awaited is None else 0
    language = languages[turn % len(languages)]
    wording, message = wording_in(language), message_in(language)
    hint = wording.hold_badge if awaited is None else f"{awaited}: {wording.now_badge}"
    own = wording_in(languages[0])
    time = f"{own.time(60 * local.hour + local.minute)} ?" if is_time_doubtful else own.time_with_seconds(local)
    day = wording.day(local.date())
    if awaited is not None and seconds_left is not None:
        day = wording.tile_waits.format(count=seconds_left)
    blocks = [
        Block(BlockName.SITE, (site,)),
        GAP,
        Block(BlockName.TIME, tuple(large(time, size.width - 2, (size.height + ROWS) // 3) or (time,))),
        Block(BlockName.DOUBT, (wording.clock_unverified,)) if is_time_doubtful else GAP,
        Block(BlockName.DATE, (day,)),
        *([GAP] if size.height >= _HIGH_BOARD else []),
        *([Block(BlockName.HINT, (hint,))] if trouble is None else _not_now(trouble, wording, size.width - 2)),
        *([GAP, Block(BlockName.MESSAGE, tuple(wrapped(message, size.width - 2, 2)))] if message else []),
    ]
    # What is dropped first where there is no room: two rows of tiles, or more to say, on a small screen.
    for name in (BlockName.SITE, BlockName.GAP, BlockName.GAP, BlockName.DATE):
        if sum(len(block.lines) for block in blocks) > size.height:
            place = next((number for number, block in enumerate(blocks) if block.name is name), None)
            if place is not None:
                del blocks[place]
    return blocks


def _not_now(trouble: Trouble, wording: Wording, width: int) -> list[Block]:
    said = Block(BlockName.HINT, tuple(wrapped(wording.not_now[trouble.kind], width, 2)))
    return [said, Block(BlockName.DETAIL, (trouble.detail,))] if trouble.detail else [said]


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
