"""Puts what there is to show on the one screen: nobody here, an answer, a choice; and the status line."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.person import Person
from terminal_app.kiosk.tiles import A_ROW, MY_DAY_KEY, UNDO_KEY, TileSpec
from terminal_app.kiosk.trouble import Trouble
from terminal_app.kiosk.views.idle import dimmed_blocks, idle_blocks
from terminal_app.kiosk.widgets.board import Block, Board, Tone, room_for_buttons
from terminal_app.kiosk.widgets.drawing import Button
from terminal_app.kiosk.widgets.status_line import StatusLine
from terminal_app.kiosk.widgets.tile import Tile
from terminal_app.kiosk.wishes import Look, Wish
from terminal_app.kiosk.wording import wording_in
from terminal_app.timekeeping.clock import Clock

if TYPE_CHECKING:  # loaded after the first painting
    from terminal_app.kiosk.site_messages import SiteMessages
    from terminal_app.kiosk.views.choice import ChoicePage, ChoiceView
    from terminal_app.kiosk.views.sheet import SheetPage, SheetView


class AnswerKeys(NamedTuple):
    """What the guest of an answer may do now."""

    language: str
    person: Person | None = None
    has_undo: bool = False
    again: ClockingKind | None = None
    """What is booked all the same by its own tile."""
    recent: tuple[Button, ...] = ()
    keeps_room: bool = False
    """For recent ones, which are being looked up."""


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
        tiles: Sequence[TileSpec],
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
        found = {tile.action: tile for tile in self._tile_row.query(Tile)}
        self._tiles = [(spec, found[spec.key]) for spec in tiles]
        self._status = screen.query_one(StatusLine)
        self._site = site
        self._languages = languages
        self._zone = zone
        self._clock = clock
        self._choices: ChoiceView | None = None
        self._is_dark = False
        self._sheet: SheetView | None = None
        self._view: Widget = self._board

    async def add_choices(self, view: "ChoiceView") -> None:
        """Have room for choices too: not needed for the first painting."""
        view.display = False
        await self._screen.mount(view, before="#tiles")
        self._choices = view

    @property
    def size(self) -> Size:
        """Of the whole screen, in cells."""
        return self._screen.app.size

    @property
    def answer_room(self) -> tuple[int, int]:
        """Columns and rows of an answer, beside the buttons that may be below it."""
        # As kiosk.tcss has it: the board itself may be hidden, or have its place after the layout under way only.
        width, height = self.size
        least, most, percent = (3, 4, 17) if len(self._tiles) <= A_ROW else (6, 8, 34)
        return width, height - min(max(height * percent // 100, least), most) - 1

    def idle(
        self, awaited: Wish | None = None, seconds_left: int | None = None, trouble: Trouble | None = None
    ) -> None:
        """Nobody is here; or with `awaited`, whoever pressed that tile is asked for the badge."""
        local = self._clock.now().instant.astimezone(self._zone)
        language = self._languages[0]
        tile = next((spec for spec, _ in self._tiles if spec.wish == awaited), None)
        blocks = idle_blocks(
            self._site,
            self._languages,
            local,
            None if tile is None else tile.label(wording_in(language), language),
            Size(*self.answer_room),
            is_time_doubtful=self.is_time_doubtful(),
            seconds_left=seconds_left,
            trouble=trouble,
            message_in=partial(self.messages.for_everybody, local) if self.messages else _no_message,
        )
        self._darken(is_dark=False)
        self._show_board(Tone.IDLE if awaited is None and trouble is None else Tone.AWAITING, blocks)
        for spec, widget in self._tiles:
            is_there = spec.is_shown(local)
            if widget.display is not is_there:
                widget.display = is_there
            self._label(widget, spec.key, spec.label(wording_in(language), language))
            widget.set_class(spec.wish == awaited, "-chosen")

    def answer(self, tone: Tone, blocks: Sequence[Block], keys: AnswerKeys) -> None:
        """What became of a badge, to its owner."""
        self._darken(is_dark=False)
        self._show_board(tone, blocks, buttons=keys.recent, keeps_room=keys.keeps_room)
        wording = wording_in(keys.language)
        undo_at = next((spec for spec, _ in self._tiles if spec.wish is ClockingKind.IN_OUT), self._tiles[0][0])
        has_day = keys.person is not None
        for spec, widget in self._tiles:
            key, text = spec.key, spec.label(wording, keys.language)
            if spec is undo_at and keys.has_undo:
                # In the place of the tile that has just been done.
                key, text = UNDO_KEY, wording.undo
            elif keys.again is not None and spec.wish is keys.again:
                text = wording.book_anyway
            elif spec.wish is ClockingKind.ACTIVITY_END and has_day and keys.again is not spec.wish:
                key, text = MY_DAY_KEY, wording.my_day
            elif (spec.wish is Look.MY_DAY and not has_day) or not spec.is_for(keys.person):
                key, text = "", ""
            self._label(widget, key, text)
            widget.set_class(False, "-chosen")

    def choice(self, page: "ChoicePage") -> None:
        """A list to choose from."""
        self._darken(is_dark=False)
        if self._choices is not None:
            self._choices.show(page)
            self._turn_to(self._choices)

    def sheet(self, page: "SheetPage") -> None:
        """A page of lines; its view is made when it is needed first."""
        self._darken(is_dark=False)
        if self._sheet is None:
            from terminal_app.kiosk.views.sheet import SheetView  # noqa: PLC0415 # seldom

            self._sheet = SheetView()
            self._sheet.display = False
            self._screen.mount(self._sheet, before="#tiles")
        self._sheet.show(page)
        self._turn_to(self._sheet)

    def turn_sheet(self, pages: int) -> None:
        """Turn the page of lines over."""
        if self._sheet is not None:
            self._sheet.turn(pages)

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

    def _label(self, tile: Tile, key: str, text: str) -> None:
        tile.action = key
        tile.label(key.upper(), text)

    def _show_board(
        self, tone: Tone, blocks: Sequence[Block], *, buttons: Sequence[Button] = (), keeps_room: bool = False
    ) -> None:
        self._board.show(tone, blocks, buttons=buttons, keeps_room=keeps_room)
        self._turn_to(self._board)

    def _turn_to(self, view: Widget) -> None:
        # Set only when it changes: Textual would apply the style sheet to it each time.
        if view is not self._view:
            self._view.display, view.display = False, True
            if (view is self._board) is not self._tile_row.display:
                self._tile_row.display = view is self._board
            self._view = view


def room_beside_buttons(room: tuple[int, int], keys: AnswerKeys) -> tuple[int, int]:
    """What is left of a board for its words."""
    width, height = room
    return width, height - room_for_buttons(height) if keys.recent or keys.keeps_room else height
