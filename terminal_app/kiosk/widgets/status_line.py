"""The line that is always there."""

from collections.abc import Callable

from textual.content import Content

from terminal_app.kiosk.widgets.plain import Lines


class StatusLine(Lines):
    """Shows the status text."""

    DEFAULT_CSS = "StatusLine { height: 1; dock: bottom; text-align: center; }"

    _when_painted: Callable[[], None] | None = None

    def paint_anew(self, when_painted: Callable[[], None]) -> None:
        """Paint the line though it has not changed, and call when that is done: whether painting is done shows so."""
        self._when_painted = when_painted
        self.refresh()

    def render(self) -> Content:
        """The line."""
        if self._when_painted is not None:
            tell, self._when_painted = self._when_painted, None
            tell()
        return super().render()
