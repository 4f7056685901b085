"""Pick a reason, or an activity level by level: a page of tiles with digits."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from terminal_app.kiosk.sizes import HIGH, WIDE
from terminal_app.kiosk.widgets.plain import Lines, wrapped
from terminal_app.kiosk.widgets.tile import Tile

MOST_ON_A_PAGE = 9
_GUTTER = 1
_HEADER = 3
_STATUS = 1
_BACK = 14


class ChoiceView(Vertical):
    """The way back beside what was picked so far, and up to nine choices at a time."""

    DEFAULT_CSS = """
    ChoiceView #header { height: 3; }
    ChoiceView.-high #header { margin-bottom: 1; }
    ChoiceView #back { width: 14; }
    ChoiceView #title { width: 1fr; height: 100%; padding: 0 1; text-style: bold; content-align: left middle; }
    ChoiceView #choices { layout: grid; grid-size: 2; grid-rows: 3; grid-gutter: 1 2; height: 1fr; }
    ChoiceView.-wide #choices { grid-size: 3; grid-rows: 5; }
    """

    def __init__(self) -> None:
        super().__init__(id="choice")
        self._page = 0
        self._names: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """The way back, title, tiles."""
        with Horizontal(id="header"):
            yield Tile("escape", id="back")
            yield Lines(id="title")
        with Container(id="choices"):
            for number in range(1, MOST_ON_A_PAGE + 1):
                yield Tile(str(number), id=f"choice-{number}")
            yield Tile("0", id="next")

    def show(self, title: str, names: Sequence[str], *, back: str, page: str) -> None:
        """Show these choices from the first page on, or the same ones on the page that is open."""
        if tuple(names) != self._names:
            self._names, self._page = tuple(names), 0
        self.query_one("#title", Lines).show(*wrapped(title, self.app.size.width - _BACK - 2, _HEADER))
        size = self.page_size
        pages = max(1, -(-len(self._names) // size))
        self._page = min(self._page, pages - 1)
        first = self._page * size
        shown = self._names[first : first + size]
        for number in range(MOST_ON_A_PAGE):
            tile = self.query_one(f"#choice-{number + 1}", Tile)
            tile.display = number < len(shown)
            if number < len(shown):
                tile.label(str(number + 1), shown[number])
        following = self.query_one("#next", Tile)
        following.display = pages > 1
        following.label("0", f"{page} {self._page + 1}/{pages} >")
        self.query_one("#back", Tile).label("Esc", back)

    @property
    def page_size(self) -> int:
        """How many choices fit on a page, beside the tile that turns it where one page is not enough."""
        size = self.app.size
        wide, high = size.width >= WIDE and size.height >= HIGH, size.height >= HIGH
        self.set_class(wide, "-wide")
        self.set_class(high, "-high")
        room = size.height - _HEADER - high - _STATUS
        rows = max(1, (room + _GUTTER) // ((5 if wide else 3) + _GUTTER))
        tiles = rows * (3 if wide else 2)
        return min(MOST_ON_A_PAGE, tiles if len(self._names) <= min(MOST_ON_A_PAGE, tiles) else max(1, tiles - 1))

    def turn(self, pages: int) -> None:
        """Go on or back, round in a circle."""
        self._page = (self._page + pages) % max(1, -(-len(self._names) // self.page_size))

    def index_of(self, digit: int) -> int:
        """Which choice the digit stands for on this page."""
        return self._page * self.page_size + digit - 1
