"""A key, a finger or a mouse: a tile is all three."""

from textual.content import Content
from textual.events import Click
from textual.message import Message

from terminal_app.kiosk.widgets.plain import Lines, fitted, literal, wrapped


class Tile(Lines):
    """A labelled area of three rows that names its key; `action` says what it stands for."""

    DEFAULT_CSS = """
    Tile { height: 100%; width: 1fr; content-align: center middle; text-align: center; margin: 0; }
    """

    class Pressed(Message):
        """The tile was touched."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, action: str, *, id: str) -> None:  # noqa: A002 # Textual's name
        super().__init__(id=id)
        self.action = action
        self._key = ""

    def label(self, key: str, text: str) -> None:
        """Show which key does the same, and what it does."""
        if key != self._key:
            self._key = key
            self.refresh()
        self.show(text)

    def render(self) -> Content:
        """The key, and below it the label in at most two lines, cut to what fits."""
        width = self.content_size.width
        lines = [literal(fitted(line, width)) for text in self._lines for line in wrapped(text, width, 2)]
        return Content("\n").join([literal(self._key, "bold"), *lines])

    def on_click(self, event: Click) -> None:
        """A touch or a mouse button."""
        event.stop()
        self.post_message(self.Pressed(self.action))
