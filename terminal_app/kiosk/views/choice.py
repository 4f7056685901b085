"""Pick a reason, or an activity level by level: a page of tiles with digits."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container, Vertical

from terminal_app.kiosk.widgets.plain import Lines
from terminal_app.kiosk.widgets.tile import Tile

MOST_ON_A_PAGE = 9
_WIDE = 100


class ChoiceView(Vertical):
    """A title, and up to nine choices at a time."""

    DEFAULT_CSS = """
    ChoiceView #title { height: 1; text-style: bold; padding: 0 1; }
    ChoiceView #choices { layout: grid; grid-size: 2; grid-rows: 3; height: 1fr; }
    ChoiceView.-wide #choices { grid-size: 3; }
    ChoiceView #help { height: 1; padding: 0 1; }
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
        yield Lines(id="help")

    def show(self, title: str, names: Sequence[str], help_text: str) -> None:
        """Show these choices from the first page on, or the same ones on the page that is open."""
        if tuple(names) != self._names:
            self._names, self._page = tuple(names), 0
        self.query_one("#title", Lines).show(title)
        size = self.page_size
        first = self._page * size
        shown = self._names[first : first + size]
        for number, tile in enumerate(self.query(Tile)):
            tile.display = number < len(shown)
            if number < len(shown):
                tile.label(str(number + 1), shown[number])
        pages = -(-len(self._names) // size)
        self.query_one("#help", Lines).show(help_text if pages <= 1 else f"{help_text}   < {self._page + 1}/{pages} >")

    @property
    def page_size(self) -> int:
        """How many choices fit on a page."""
        wide = self.app.size.width >= _WIDE
        self.set_class(wide, "-wide")
        rows = max(1, (self.app.size.height - 3) // 3)
        return min(MOST_ON_A_PAGE, rows * (3 if wide else 2))

    def turn(self, pages: int) -> None:
        """Go on or back; stays within the pages there are."""
        last = max(0, (len(self._names) - 1) // self.page_size)
        self._page = min(max(self._page + pages, 0), last)

    def index_of(self, digit: int) -> int:
        """Which choice the digit stands for on this page."""
        return self._page * self.page_size + digit - 1
