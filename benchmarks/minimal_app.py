"""A floor: the least that a Textual app can be. Counts keys on the screen."""

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static

FIRST = b"count 000000"


class MinimalApp(App[None]):
    """One line of text."""

    count = 0

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static(FIRST.decode(), markup=False)

    def on_key(self, event: Key) -> None:
        """One more."""
        event.stop()
        self.count += 1
        self.query_one(Static).update(f"count {self.count:06d}")


if __name__ == "__main__":
    MinimalApp().run()
