"""A key, a finger or a mouse: a tile is all three."""

from typing import ClassVar

from rich.segment import Segment
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from terminal_app.kiosk.widgets.drawing import Button, button_rows, cropped
from terminal_app.kiosk.widgets.plain import Lines


class Tile(Lines):
    """A labelled area of three rows that names its key; `action` says what it stands for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"tile--key"}
    DEFAULT_CSS = "Tile { height: 100%; width: 1fr; }"

    class Pressed(Message):
        """The tile was touched."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, action: str, *, id: str, has_gap: bool = False) -> None:  # noqa: A002 # Textual's name
        """`has_gap`: its last column looks like a gap before the next tile, and can be touched all the same."""
        super().__init__(id=id)
        self.action = action
        self._has_gap = has_gap
        self._key = ""

    def label(self, key: str, text: str) -> None:
        """Show which key does the same, and what it does."""
        if key != self._key:
            self._key = key
            self.refresh()
        self.show(text)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of `crop`: the key, and below it the label in at most two lines, cut to what fits."""
        plain = self.visual_style.rich_style
        key = self.style_of("tile--key")
        if key.bgcolor != plain.bgcolor:  # chosen, or of another colour
            key = plain
        size = Size(self.size.width - self._has_gap, self.size.height)
        rows = button_rows(Button(self.action, self._key, " ".join(self._lines)), size, plain, key)
        if self._has_gap:
            gap = Segment(" ", self.screen.visual_style.rich_style)
            rows = [Strip([*row, gap], size.width + 1) for row in rows]
        return cropped(rows, crop)

    def on_click(self, event: Click) -> None:
        """A touch or a mouse button."""
        event.stop()
        self.post_message(self.Pressed(self.action))
