"""Draws lines in the middle of a ground by itself: Textual's own rendering takes longer than a badge should wait."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from terminal_app.kiosk.widgets.plain import fitted

BOLD = Style(bold=True)


def in_the_middle(lines: Sequence[tuple[str, Style]], size: Size, ground: Style) -> list[Strip]:
    """The rows of a widget of `size`, with `lines` in its middle; what does not fit is cut with a mark."""
    width, height = size
    above = max(0, (height - len(lines)) // 2)
    blank = Strip.blank(width, ground)
    rows = [*[blank] * above, *(_centred(text, width, style) for text, style in lines)]
    return [*rows, *[blank] * (height - len(rows))]


def cropped(rows: Sequence[Strip], crop: Region) -> list[Strip]:
    """What Textual asks for of the rows of a widget."""
    return [row.crop(crop.x, crop.right) for row in rows[crop.y : crop.bottom]]


def _centred(text: str, width: int, style: Style) -> Strip:
    shown = fitted(text, width)
    cells = cell_len(shown)
    left = (width - cells) // 2
    return Strip([Segment(" " * left + shown + " " * (width - cells - left), style)], width)
