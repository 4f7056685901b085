"""Keeps the styles of a widget's parts until the style sheet changes: Textual forgets them at each repaint."""

from rich.style import Style
from textual.widget import Widget


class KeptStyles(Widget, inherit_bindings=False):
    """A widget that draws itself; a badge waits for that, and its styles are the same as at the last badge."""

    def __init__(self, *, id: str | None = None, markup: bool = True) -> None:  # noqa: A002 # Textual's name
        super().__init__(id=id, markup=markup)
        self._kept: dict[str, Style] = {}

    def style_of(self, component: str) -> Style:
        """The style of a component class, with what lies below it."""
        style = self._kept.get(component)
        if style is None:
            style = self._kept[component] = self.get_component_rich_style(component)
        return style

    def notify_style_update(self) -> None:
        """Textual's: another theme, another class."""
        self._kept.clear()
        super().notify_style_update()
