"""Buttons in rows and columns, drawn and touched as one widget: another list is one painting and no layout."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.events import Click
from textual.geometry import Region, Size
from textual.strip import Strip

from terminal_app.kiosk.widgets.drawing import Button, beside, button_rows, cropped
from terminal_app.kiosk.widgets.kept_styles import KeptStyles
from terminal_app.kiosk.widgets.tile import Tile


class Shape(NamedTuple):
    """How a grid is divided; gaps belong to the button before them when it comes to touching."""

    columns: int
    rows: int
    height: int
    """Of a button, in rows."""
    gap: int = 1
    """Between the rows."""

    @property
    def room(self) -> int:
        """For so many buttons."""
        return self.columns * self.rows


class Grid(KeptStyles, inherit_bindings=False):
    """Shows buttons line by line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--plain", "grid--recent", "grid--next"}

    def __init__(self, *, id: str) -> None:  # noqa: A002 # Textual's name
        super().__init__(id=id, markup=False)
        self.buttons: tuple[Button, ...] = ()
        self._shape = Shape(1, 1, 1)

    def show(self, buttons: Sequence[Button], shape: Shape) -> None:
        """Show these buttons, at most as many as the shape has room for."""
        if (tuple(buttons), shape) != (self.buttons, self._shape):
            self.buttons, self._shape = tuple(buttons), shape
            self.refresh()

    def region_of(self, action: str) -> Region:
        """Where the button of this action lies in the widget. Raises StopIteration when it is not shown."""
        place = next(number for number, one in enumerate(self.buttons) if one.action == action)
        row, column = divmod(place, self._shape.columns)
        left = self._left(column)
        top = row * (self._shape.height + self._shape.gap)
        return Region(left, top, self._left(column + 1) - left, self._shape.height)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of `crop`."""
        shape, ground = self._shape, self.screen.visual_style.rich_style
        blank = Strip.blank(self.size.width, ground)
        rows: list[Strip] = []
        for first in range(0, len(self.buttons), shape.columns):
            parts: list[Sequence[Strip]] = []
            for column, button in enumerate(self.buttons[first : first + shape.columns]):
                gap = 0 if column == shape.columns - 1 else 2 if self.size.width >= 80 else 1  # noqa: PLR2004 # columns
                width = self._left(column + 1) - self._left(column) - gap
                style = self.style_of(f"grid--{button.style}")
                parts.append(button_rows(button, Size(width, shape.height), style))
                parts.append([Strip.blank(gap, ground)] * shape.height)
            line = beside(parts)
            rows += [row.extend_cell_length(self.size.width, ground) for row in line]
            rows += [blank] * shape.gap
        rows = rows[: self.size.height]
        return cropped([*rows, *[blank] * (self.size.height - len(rows))], crop)

    def _left(self, column: int) -> int:
        return column * self.size.width // self._shape.columns

    def on_click(self, event: Click) -> None:
        """A touch or a mouse button."""
        event.stop()
        shape = self._shape
        row, below = divmod(event.y, shape.height + shape.gap)
        column = next((one for one in range(shape.columns) if event.x < self._left(one + 1)), shape.columns - 1)
        place = row * shape.columns + column
        if below < shape.height and place < len(self.buttons):
            self.post_message(Tile.Pressed(self.buttons[place].action))
