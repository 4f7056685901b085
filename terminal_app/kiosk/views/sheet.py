"""A page of rows with the way back; more than fit are turned over."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from terminal_app.kiosk.sizes import HIGH
from terminal_app.kiosk.widgets.drawing import Button
from terminal_app.kiosk.widgets.grid import Grid, Shape
from terminal_app.kiosk.widgets.plain import Lines, fitted
from terminal_app.kiosk.widgets.sheet import Row, Sheet
from terminal_app.kiosk.widgets.tile import Tile

_HEADER = 3
_STATUS = 1
_SIDE = 14
NEXT_ACTION = "pagedown"


@dataclass(frozen=True, slots=True)
class SheetPage:
    """What the view shows."""

    name: str
    """Another one begins at its first rows."""
    title: tuple[str, ...]
    """Three lines at most."""
    rows: tuple[Row, ...]
    back: str
    page: str
    buttons: tuple[Button, ...] = field(default=())
    """Below the rows, four a line."""


class SheetView(Vertical):
    """The way back, a title, rows, and buttons below them."""

    DEFAULT_CSS = """
    SheetView { height: 1fr; }
    SheetView #sheet-header { height: 3; }
    SheetView #sheet-back { width: 14; }
    SheetView #sheet-next { width: 14; }
    SheetView #sheet-title { width: 1fr; height: 100%; padding: 0 1; content-align: left middle; }
    SheetView #sheet { height: 1fr; margin: 1 1 0 1; }
    SheetView.-low #sheet { margin: 0 1; }
    SheetView #sheet-buttons { height: 3; }
    """

    def __init__(self) -> None:
        super().__init__(id="sheet-view")
        self._page: SheetPage | None = None
        self._number = 0
        self._is_composed = False

    def compose(self) -> ComposeResult:
        """The way back, title, way on; rows; buttons."""
        with Horizontal(id="sheet-header"):
            yield Tile("escape", id="sheet-back")
            yield Lines(id="sheet-title")
            yield Tile(NEXT_ACTION, id="sheet-next")
        yield Sheet(id="sheet")
        yield Grid(id="sheet-buttons")

    def on_mount(self) -> None:
        """Show what was asked for before it was there."""
        self._is_composed = True
        self._draw()

    def show(self, page: SheetPage) -> None:
        """Show this page from its first rows on, or where the same one is open."""
        if self._page is None or page.name != self._page.name:
            self._number = 0
        self._page = page
        self._draw()

    def turn(self, pages: int) -> None:
        """Go on or back, round in a circle."""
        if self._page is not None:
            self._number = (self._number + pages) % self._pages(self._page)
            self._draw()

    def _pages(self, page: SheetPage) -> int:
        return max(1, -(-len(page.rows) // self._room(page)))

    def _room(self, page: SheetPage) -> int:
        size = self.app.size
        return max(1, size.height - _HEADER - _STATUS - (size.height >= HIGH) - 3 * _lines(page.buttons))

    def _draw(self) -> None:
        page = self._page
        if page is None or not self._is_composed:
            return
        size, pages, room = self.app.size, self._pages(page), self._room(page)
        self._number = min(self._number, pages - 1)
        self.set_class(size.height < HIGH, "-low")
        self.query_one("#sheet-back", Tile).label("Esc", page.back)
        following = self.query_one("#sheet-next", Tile)
        following.display = pages > 1
        following.label("0 >", f"{page.page} {self._number + 1}/{pages}")
        width = size.width - _SIDE * (2 if pages > 1 else 1) - 2
        self.query_one("#sheet-title", Lines).show(*(fitted(line, width) for line in page.title if line))
        first = self._number * room
        self.query_one("#sheet", Sheet).show(page.rows[first : first + room])
        grid = self.query_one("#sheet-buttons", Grid)
        lines = _lines(page.buttons)
        grid.display = bool(lines)
        if lines:
            grid.styles.height = 3 * lines
            grid.show(page.buttons, Shape(4, lines, 3, 0))


def _lines(buttons: Sequence[Button]) -> int:
    return -(-len(buttons) // 4)
