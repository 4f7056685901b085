"""A few blocks of lines in the middle of one ground: all that the idle and the answer screen are.

One widget, so that going from one screen to the other is one painting and no layout: a badge waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import ClassVar

from textual.content import Content
from textual.widget import Widget

from terminal_app.kiosk.widgets.plain import fitted, literal, printable


class BlockName(StrEnum):
    """What a block says; kiosk.tcss styles `board--` and this name."""

    SITE = "site"
    TIME = "time"
    DATE = "date"
    HINT = "hint"
    WORD = "word"
    NAME = "name"
    DETAIL = "detail"
    GAP = "gap"


class Tone(StrEnum):
    """The colours of the whole; a class in kiosk.tcss. A tone never says what no word says."""

    IDLE = "idle"
    AWAITING = "awaiting"
    IN = "in"
    OUT = "out"
    OTHER = "other"
    UNKNOWN = "unknown"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one kind."""

    name: BlockName
    lines: tuple[str, ...]


GAP = Block(BlockName.GAP, ("",))


class Board(Widget, inherit_bindings=False):
    """Shows blocks below each other; what does not fit is cut with a mark, never wrapped or markup."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"board--{name}" for name in BlockName}
    DEFAULT_CSS = "Board { content-align: center middle; text-align: center; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002 # Textual's name
        super().__init__(id=id, classes=f"-{Tone.IDLE}", markup=False)
        self.blocks: tuple[Block, ...] = ()
        self.tone = Tone.IDLE

    def show(self, tone: Tone, blocks: Sequence[Block]) -> None:
        """Show these blocks; repaints only when they differ."""
        if tone is not self.tone:
            self.remove_class(f"-{self.tone}", update=False).add_class(f"-{tone}")
            self.tone = tone
        shown = tuple(Block(block.name, tuple(map(printable, block.lines))) for block in blocks)
        if shown != self.blocks:
            self.blocks = shown
            self.refresh()

    def render(self) -> Content:
        """The lines, cut to the widget's width."""
        return Content("\n").join(list(chain.from_iterable(map(self._drawn, self.blocks))))

    def _drawn(self, block: Block) -> list[Content]:
        style = self.get_visual_style(f"board--{block.name}")
        return [literal(fitted(line, self.content_size.width), style) for line in block.lines]
