"""A few blocks of lines in the middle of one ground: all that the idle and the answer screen are.

One widget, so that going from one screen to the other is one painting and no layout: a badge waits for it.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, NamedTuple

from rich.style import Style
from textual.events import Click
from textual.geometry import Region, Size
from textual.strip import Strip

from terminal_app.kiosk.widgets.drawing import BOLD, Button, beside, button_rows, cropped, in_the_middle
from terminal_app.kiosk.widgets.kept_styles import KeptStyles
from terminal_app.kiosk.widgets.plain import printable
from terminal_app.kiosk.widgets.tile import Tile


class BlockName(StrEnum):
    """What a block says."""

    SITE = "site"
    TIME = "time"
    DATE = "date"
    HINT = "hint"
    WORD = "word"
    NAME = "name"
    DETAIL = "detail"
    DOUBT = "doubt"
    MESSAGE = "message"
    RECEIPT = "receipt"
    GAP = "gap"


_BOLD = frozenset({BlockName.TIME, BlockName.WORD, BlockName.NAME, BlockName.DOUBT})


class Tone(StrEnum):
    """The colours of the whole; kiosk.tcss has them as `board--` and the tone. A tone never says what no word says."""

    IDLE = "idle"
    AWAITING = "awaiting"
    IN = "in"
    OUT = "out"
    OTHER = "other"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    DIMMED = "dimmed"


SLOTS = 4
"""For buttons, side by side."""
BUTTON_ROWS = 3
_HIGH_BOARD = 16


def room_for_buttons(height: int) -> int:
    """How many rows of a board of this height they take, with a gap below them where there is room."""
    return BUTTON_ROWS + (height >= _HIGH_BOARD)


_ACCENTS = {
    (Tone.IDLE, BlockName.SITE): "board--quiet",
    (Tone.IDLE, BlockName.DATE): "board--quiet",
    (Tone.IDLE, BlockName.HINT): "board--hint",
    (Tone.AWAITING, BlockName.SITE): "board--quiet",
    (Tone.AWAITING, BlockName.DATE): "board--quiet",
    (Tone.AWAITING, BlockName.HINT): "board--urgent-hint",
}


class Block(NamedTuple):
    """Lines of one kind."""

    name: BlockName
    lines: tuple[str, ...]


GAP = Block(BlockName.GAP, ("",))


class Board(KeptStyles, inherit_bindings=False):
    """Shows blocks below each other; what does not fit is cut with a mark, never wrapped or markup."""

    # Not classes of the widget: those would have the style sheet applied anew between a badge and its answer.
    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"board--{tone}" for tone in Tone), *_ACCENTS.values(), "board--button"}

    def __init__(self, *, id: str) -> None:  # noqa: A002 # Textual's name
        super().__init__(id=id, markup=False)
        self.blocks: tuple[Block, ...] = ()
        self.tone = Tone.IDLE
        self.buttons: tuple[Button, ...] = ()
        self._keeps_room = False

    def show(
        self, tone: Tone, blocks: Sequence[Block], *, buttons: Sequence[Button] = (), keeps_room: bool = False
    ) -> None:
        """Show these blocks, and at most SLOTS buttons below them; repaints only when they differ.

        `keeps_room`: there may be buttons in a moment, and nothing is to move then.
        """
        shown = tuple(Block(block.name, tuple(map(printable, block.lines))) for block in blocks)
        wanted = (tone, shown, tuple(buttons), keeps_room)
        if wanted != (self.tone, self.blocks, self.buttons, self._keeps_room):
            self.tone, self.blocks, self.buttons, self._keeps_room = wanted
            self.refresh()

    def region_of(self, action: str) -> Region:
        """Where the button of this action lies in the widget. Raises StopIteration when it is not shown."""
        slot = next(number for number, one in enumerate(self.buttons) if one.action == action)
        left = self._left(slot)
        return Region(left, self._top(), self._left(slot + 1) - left, BUTTON_ROWS)

    def on_click(self, event: Click) -> None:
        """A touch or a mouse button, on one of the buttons."""
        event.stop()
        slot = next((number for number in range(SLOTS) if event.x < self._left(number + 1)), SLOTS)
        if 0 <= event.y - self._top() < BUTTON_ROWS and slot < len(self.buttons):
            self.post_message(Tile.Pressed(self.buttons[slot].action))

    def _top(self) -> int:
        return self.size.height - room_for_buttons(self.size.height)

    def _left(self, slot: int) -> int:
        return slot * self.size.width // SLOTS

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of `crop`, in one piece and without Textual's cache: nearly the whole screen changes."""
        ground = self.style_of(f"board--{self.tone}")
        lines = [(line, self._style(block.name, ground)) for block in self.blocks for line in block.lines]
        if not self.buttons and not self._keeps_room:
            return cropped(in_the_middle(lines, self.size, ground), crop)
        width, height = self.size
        below = room_for_buttons(height)
        above = in_the_middle(lines, Size(width, max(height - below, 0)), ground)
        gap = [Strip.blank(width, ground)] * (below - BUTTON_ROWS)
        return cropped([*above, *self._button_rows(ground), *gap], crop)

    def _button_rows(self, ground: Style) -> list[Strip]:
        width, style = self.size.width, self.style_of("board--button")
        if not self.buttons:
            return [Strip.blank(width, ground)] * BUTTON_ROWS
        parts: list[list[Strip]] = []
        for slot, button in enumerate(self.buttons):
            left, right = self._left(slot), self._left(slot + 1)
            gap = 0 if slot == SLOTS - 1 else 1
            parts.append(button_rows(button, Size(right - left - gap, BUTTON_ROWS), style))
            parts.append([Strip.blank(gap, ground)] * BUTTON_ROWS)
        return [row.extend_cell_length(width, ground) for row in beside(parts)]

    def _style(self, name: BlockName, ground: Style) -> Style:
        if (accent := _ACCENTS.get((self.tone, name))) is not None:
            return self.style_of(accent)
        return ground + BOLD if name in _BOLD else ground
