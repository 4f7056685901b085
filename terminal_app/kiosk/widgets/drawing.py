"""Draws lines in the middle of a ground by itself: Textual's own rendering takes longer than a badge should wait."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from terminal_app.kiosk.widgets.plain import fitted, printable, wrapped

BOLD = Style(bold=True)


class Button(NamedTuple):
    """What can be touched, or done by its key."""

    action: str
    """The key that does the same, as the reception knows it."""
    key: str
    """As written on it."""
    label: str
    style: str = "plain"
    """Which of the widget's styles it has."""


def button_rows(button: Button, size: Size, style: Style, key: Style | None = None) -> list[Strip]:
    """A button of `size`: the key, and below it the label in at most two lines, cut to what fits."""
    width, height = size
    labels = wrapped(printable(button.label), width, max(1, min(height - 1, 2)))
    return in_the_middle([(button.key, (key or style) + BOLD), *((line, style) for line in labels)], size, style)


def in_the_middle(lines: Sequence[tuple[str, Style]], size: Size, ground: Style) -> list[Strip]:
    """The rows of a widget of `size`, with `lines` in its middle; what does not fit is cut with a mark."""
    width, height = size
    above = max(0, (height - len(lines)) // 2)
    blank = Strip.blank(width, ground)
    rows = [*[blank] * above, *(_centred(text, width, style) for text, style in lines)][:height]
    return [*rows, *[blank] * (height - len(rows))]


def cropped(rows: Sequence[Strip], crop: Region) -> list[Strip]:
    """What Textual asks for of the rows of a widget."""
    return [row.crop(crop.x, crop.right) for row in rows[crop.y : crop.bottom]]


def beside(parts: Sequence[Sequence[Strip]]) -> list[Strip]:
    """Parts of the same height side by side."""
    return [Strip.join(row) for row in zip(*parts, strict=True)]


def _centred(text: str, width: int, style: Style) -> Strip:
    shown = fitted(text, width)
    cells = cell_len(shown)
    left = (width - cells) // 2
    return Strip([Segment(" " * left + shown + " " * (width - cells - left), style)], width)
