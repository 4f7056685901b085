"""Pick a reason, or an activity level by level: a page of tiles with digits."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from terminal_app.kiosk.widgets.plain import Lines
from terminal_app.kiosk.widgets.tile import Tile

MOST_ON_A_PAGE = 9
_WIDE = 100
_HIGH = 24
_GUTTER = 1


class ChoiceView(Vertical):
    """A title, and up to nine choices at a time."""

    DEFAULT_CSS = """
    ChoiceView #title { height: 1; text-style: bold; padding: 0 1; }
    ChoiceView #choices { layout: grid; grid-size: 2; grid-rows: 3; grid-gutter: 1 2; height: 1fr; }
    ChoiceView.-wide #choices { grid-size: 3; grid-rows: 5; }
    ChoiceView #back { height: 2; }
    """

    def __init__(self) -> None:
        super().__init__(id="choice", classes="view")
        self._page = 0
        self._names: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Title, tiles, help."""
        yield Lines(id="title")
        with Container(id="choices"):
            for number in range(1, MOST_ON_A_PAGE + 1):
                yield Tile(str(number), id=f"choice-{number}")
            yield Tile("0", id="next")
        yield Tile("escape", id="back")

    def show(self, title: str, names: Sequence[str], *, back: str, page: str) -> None:
        """Show these choices from the first page on, or the same ones on the page that is open."""
        if tuple(names) != self._names:
            self._names, self._page = tuple(names), 0
        self.query_one("#title", Lines).show(title)
        size = self.page_size
        first = self._page * size
        shown = self._names[first : first + size]
        for number in range(MOST_ON_A_PAGE):
            tile = self.query_one(f"#choice-{number + 1}", Tile)
            tile.display = number < len(shown)
            if number < len(shown):
                tile.label(str(number + 1), shown[number])
        pages = -(-len(self._names) // size)
        following = self.query_one("#next", Tile)
        following.display = pages > 1
        following.label("0", f"{page} {self._page + 1}/{pages} >")
        self.query_one("#back", Tile).label(back, "")

    @property
    def page_size(self) -> int:
        """How many choices fit on a page, beside the tile that turns it where one page is not enough."""
        wide = self.app.size.width >= _WIDE and self.app.size.height >= _HIGH
        self.set_class(wide, "-wide")
        rows = max(1, (self.app.size.height - 3 + _GUTTER) // ((5 if wide else 3) + _GUTTER))
        tiles = rows * (3 if wide else 2)
        return min(MOST_ON_A_PAGE, tiles if len(self._names) <= min(MOST_ON_A_PAGE, tiles) else max(1, tiles - 1))

    def turn(self, pages: int) -> None:
        """Go on or back, round in a circle."""
        self._page = (self._page + pages) % max(1, -(-len(self._names) // self.page_size))

    def index_of(self, digit: int) -> int:
        """Which choice the digit stands for on this page."""
        return self._page * self.page_size + digit - 1
