"""Puts what there is to show on the one screen: nobody here, an answer, a choice; and the status line."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.geometry import Size
from textual.screen import Screen

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk.views.idle import dimmed_blocks, idle_blocks
from terminal_app.kiosk.widgets.board import Block, Board, Tone
from terminal_app.kiosk.widgets.status_line import StatusLine
from terminal_app.kiosk.widgets.tile import Tile
from terminal_app.kiosk.wording import Wording, wording_in
from terminal_app.timekeeping.clock import Clock

if TYPE_CHECKING:  # loaded after the first painting
    from terminal_app.kiosk.site_messages import SiteMessages
    from terminal_app.kiosk.views.choice import ChoiceView

KEYS = {
    "f1": ClockingKind.IN_OUT,
    "f2": ClockingKind.ACTIVITY,
    "f3": ClockingKind.ACTIVITY_END,
    "f4": ClockingKind.REASON,
}
"""Which key stands for which tile."""
UNDO_KEY = "f8"


def _no_message(_: str) -> str:
    return ""


class Display:
    """The screen's widgets, found once: a badge does not wait for a search."""

    def __init__(
        self,
        screen: Screen[object],
        *,
        site: str,
        languages: tuple[str, ...],
        zone: ZoneInfo,
        clock: Clock,
        is_time_doubtful: Callable[[], bool] = lambda: False,
    ) -> None:
        """Show it on `screen`, which is composed."""
        self.is_time_doubtful = is_time_doubtful
        """Asked each time that the clock is shown."""
        self.messages: SiteMessages | None = None
        """Of the site, where there are any."""
        self._screen = screen
        self._board = screen.query_one(Board)
        self._tile_row = screen.query_one("#tiles")
        self._tiles = {KEYS[tile.action]: tile for tile in self._tile_row.query(Tile)}
        self._status = screen.query_one(StatusLine)
        self._site = site
        self._languages = languages
        self._zone = zone
        self._clock = clock
        self._choices: ChoiceView | None = None
        self._is_dark = False

    async def add_choices(self, view: "ChoiceView") -> None:
        """Have room for choices too: not needed for the first painting."""
        view.display = False
        await self._screen.mount(view, before="#tiles")
        self._choices = view

    @property
    def size(self) -> Size:
        """Of the whole screen, in cells."""
        return self._screen.app.size

    def idle(self, awaited: ClockingKind | None = None) -> None:
        """Nobody is here; or with `awaited`, whoever pressed that tile is asked for the badge."""
        local = self._clock.now().instant.astimezone(self._zone)
        blocks = idle_blocks(
            self._site,
            self._languages,
            local,
            awaited,
            self.size,
            is_time_doubtful=self.is_time_doubtful(),
            message_in=partial(self.messages.for_everybody, local) if self.messages else _no_message,
        )
        self._darken(is_dark=False)
        self._show_board(Tone.IDLE if awaited is None else Tone.AWAITING, blocks)
        self._label_tiles(wording_in(self._languages[0]), chosen=awaited)

    def answer(
        self,
        tone: Tone,
        blocks: Sequence[Block],
        wording: Wording,
        *,
        has_undo: bool,
        again: ClockingKind | None = None,
    ) -> None:
        """What became of a badge, to its owner; `has_undo`: it can be taken back; `again`: booked all the same."""
        self._darken(is_dark=False)
        self._show_board(tone, blocks)
        self._label_tiles(wording, has_undo=has_undo, again=again)

    def choice(self, title: str, names: Sequence[str], *, back: str, page: str) -> None:
        """A list to choose from."""
        self._darken(is_dark=False)
        if self._choices is not None:
            self._choices.show(title, names, back=back, page=page)
            self._turn_to(choices=True)

    def dim(self) -> None:
        """Nobody has been here for a while: the time, and what to do, in the dark."""
        local = self._clock.now().instant.astimezone(self._zone)
        self._show_board(
            Tone.DIMMED,
            dimmed_blocks(self._languages, local, self.size, is_time_doubtful=self.is_time_doubtful()),
        )
        self._darken(is_dark=True)

    def _darken(self, *, is_dark: bool) -> None:
        if is_dark is not self._is_dark:
            self._is_dark = is_dark
            self._tile_row.display = self._status.display = not is_dark

    def speak(self, languages: tuple[str, ...]) -> None:
        """Speak these languages from now on, the first one first."""
        self._languages = languages

    def status(self, text: str) -> None:
        """The line that is always there."""
        self._status.show(text)

    def _show_board(self, tone: Tone, blocks: Sequence[Block]) -> None:
        self._board.show(tone, blocks)
        self._turn_to(choices=False)

    def _turn_to(self, *, choices: bool) -> None:
        # Set only when it changes: Textual would apply the style sheet to it each time.
        if self._board.display is choices:
            self._board.display = self._tile_row.display = not choices
            if self._choices is not None:
                self._choices.display = choices

    def _label_tiles(
        self,
        wording: Wording,
        *,
        chosen: ClockingKind | None = None,
        has_undo: bool = False,
        again: ClockingKind | None = None,
    ) -> None:
        for key, kind in KEYS.items():
            if (tile := self._tiles.get(kind)) is not None:
                # In the place of the tile that has just been done.
                plain = wording.book_anyway if kind is again else wording.tiles[kind]
                takes_back = has_undo and kind is ClockingKind.IN_OUT
                tile.action = UNDO_KEY if takes_back else key
                tile.label(tile.action.upper(), wording.undo if takes_back else plain)
                tile.set_class(kind is chosen, "-chosen")
