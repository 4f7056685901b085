"""Rows of words in a few styles, from the left: the day of a guest, the pages of the administrator."""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip

from terminal_app.kiosk.widgets.drawing import cropped
from terminal_app.kiosk.widgets.kept_styles import KeptStyles
from terminal_app.kiosk.widgets.plain import printable


class Ink(StrEnum):
    """How a piece of a row looks; it never says what no word says."""

    PLAIN = "plain"
    STRONG = "strong"
    DIM = "dim"
    ACCENT = "accent"
    WARN = "warn"
    PRESENT = "present"
    REASON = "reason"
    ACTIVITY = "activity"
    EMPTY = "empty"


class Span(NamedTuple):
    """A piece of a row."""

    text: str
    ink: Ink = Ink.PLAIN


Row = tuple[Span, ...]


class Sheet(KeptStyles, inherit_bindings=False):
    """Shows rows; what does not fit is cut, never wrapped or markup."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"sheet--{ink}" for ink in Ink}

    def __init__(self, *, id: str) -> None:  # noqa: A002 # Textual's name
        super().__init__(id=id, markup=False)
        self.rows: tuple[Row, ...] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows; repaints only when they differ."""
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of `crop`."""
        width, height = self.size
        ground = self.style_of("sheet--plain")
        drawn = [self._drawn(row, width) for row in self.rows[:height]]
        return cropped([*drawn, *[Strip.blank(width, ground)] * (height - len(drawn))], crop)

    def _drawn(self, row: Row, width: int) -> Strip:
        segments: list[Segment] = []
        left = width
        for span in row:
            text = printable(span.text)
            if cell_len(text) > left:
                text = set_cell_size(text, left)
            segments.append(Segment(text, self.style_of(f"sheet--{span.ink}")))
            left -= cell_len(text)
        return Strip(segments).extend_cell_length(width, self.style_of("sheet--plain"))
