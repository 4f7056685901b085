"""A few blocks of lines in the middle of one ground: all that the idle and the answer screen are.

One widget, so that going from one screen to the other is one painting and no layout: a badge waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from terminal_app.kiosk.widgets.drawing import BOLD, cropped, in_the_middle
from terminal_app.kiosk.widgets.plain import printable


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
    LANGUAGE = "language"
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


_ACCENTS = {
    (Tone.IDLE, BlockName.SITE): "board--quiet",
    (Tone.IDLE, BlockName.DATE): "board--quiet",
    (Tone.IDLE, BlockName.HINT): "board--hint",
    (Tone.AWAITING, BlockName.SITE): "board--quiet",
    (Tone.AWAITING, BlockName.DATE): "board--quiet",
    (Tone.AWAITING, BlockName.HINT): "board--urgent-hint",
}


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind."""

    name: BlockName
    lines: tuple[str, ...]


GAP = Block(BlockName.GAP, ("",))


class Board(Widget, inherit_bindings=False):
    """Shows blocks below each other; what does not fit is cut with a mark, never wrapped or markup."""

    # Not classes of the widget: those would have the style sheet applied anew between a badge and its answer.
    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"board--{tone}" for tone in Tone), *_ACCENTS.values()}

    def __init__(self, *, id: str) -> None:  # noqa: A002 # Textual's name
        super().__init__(id=id, markup=False)
        self.blocks: tuple[Block, ...] = ()
        self.tone = Tone.IDLE

    def show(self, tone: Tone, blocks: Sequence[Block]) -> None:
        """Show these blocks; repaints only when they differ."""
        shown = tuple(Block(block.name, tuple(map(printable, block.lines))) for block in blocks)
        if (tone, shown) != (self.tone, self.blocks):
            self.tone, self.blocks = tone, shown
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of `crop`, in one piece and without Textual's cache: nearly the whole screen changes."""
        ground = self.get_component_rich_style(f"board--{self.tone}")
        lines = [(line, self._style(block.name, ground)) for block in self.blocks for line in block.lines]
        return cropped(in_the_middle(lines, self.size, ground), crop)

    def _style(self, name: BlockName, ground: Style) -> Style:
        if (accent := _ACCENTS.get((self.tone, name))) is not None:
            return self.get_component_rich_style(accent)
        return ground + BOLD if name in _BOLD else ground
