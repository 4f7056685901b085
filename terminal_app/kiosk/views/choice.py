"""Pick a reason, or an activity level by level: a page of buttons with digits, found by letters."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.geometry import Size

from terminal_app.kiosk.sizes import HIGH, WIDE
from terminal_app.kiosk.widgets.drawing import Button
from terminal_app.kiosk.widgets.grid import Grid, Shape
from terminal_app.kiosk.widgets.plain import Lines, fitted, wrapped
from terminal_app.kiosk.widgets.tile import Tile

FEW = 9
"""So many choices have a digit each; more have two."""
_HEADER = 3
_STATUS = 1
_BACK = 14
_NEXT = "pagedown"
_NARROWEST, _NARROW, _WIDE_BUTTONS = 12, 16, 80
_MOST_READ = 100
"""Names that are tried for a narrow button: nobody goes through more pages than these fill."""
_EARLIER = "< "
"""Stands for what was picked before, where there is no room for it."""


class Item(NamedTuple):
    """One choice, as shown."""

    name: str
    mark: str = ""
    """Why it stands before the others, in a word."""


class ChoicePage(NamedTuple):
    """What the view shows."""

    trail: tuple[str, ...]
    """Who chooses what, and what was picked so far."""
    typed: str
    hint: str
    """What happens without a choice."""
    items: tuple[Item, ...]
    back: str
    page: str


class ChoiceView(Vertical):
    """The way back beside what was picked so far, and a page of choices."""

    DEFAULT_CSS = """
    ChoiceView #header { height: 3; }
    ChoiceView.-high #header { margin-bottom: 1; }
    ChoiceView #back { width: 14; }
    ChoiceView #title { width: 1fr; height: 100%; padding: 0 1; content-align: left middle; }
    ChoiceView Grid { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="choice")
        self._page = 0
        self._items: tuple[Item, ...] = ()
        self._first_digit = ""

    def compose(self) -> ComposeResult:
        """The way back, title, buttons."""
        with Horizontal(id="header"):
            yield Tile("escape", id="back")
            yield Lines(id="title")
        yield Grid(id="choices")

    def show(self, page: ChoicePage) -> None:
        """Show these choices from the first page on, or the same ones on the page that is open."""
        if page.items is not self._items and page.items != self._items:
            self._items, self._page, self._first_digit = page.items, 0, ""
        size = self.app.size
        self.set_class(size.height >= HIGH, "-high")
        shape, room = self._shape()
        pages = -(-len(self._items) // room) if self._items else 1
        self._page = min(self._page, pages - 1)
        first = self._page * room
        digits = 1 if room <= FEW else 2
        buttons = [
            Button(
                f"{number:0{digits}d}", _key(number, digits, item.mark), item.name, "recent" if item.mark else "plain"
            )
            for number, item in enumerate(self._items[first : first + room], start=1)
        ]
        if pages > 1:
            buttons.append(Button(_NEXT, _next_key(digits), f"{page.page} {self._page + 1}/{pages}", "next"))
        self.query_one("#choices", Grid).show(buttons, shape)
        self.query_one("#back", Tile).label("Esc", page.back)
        typed = page.typed or self._first_digit
        self.query_one("#title", Lines).show(
            *_title(page.trail, f"{typed}_" if typed else "", page.hint, size.width - _BACK - 2)
        )

    def _shape(self) -> tuple[Shape, int]:
        """The form of the page, and how many choices are on it beside the button that turns it."""
        size, count = self.app.size, len(self._items)
        is_high, is_wide = size.height >= HIGH, size.width >= WIDE
        height = size.height - _HEADER - is_high - _STATUS
        if count <= FEW:
            tall = 5 if is_high else 3
            columns = 2 if count <= 6 and not is_wide else 3  # noqa: PLR2004 # two of them, three below each other
            shape = Shape(columns, (height + 1) // (tall + 1), tall)
            if count <= shape.room:
                return shape, FEW
        shape = _dense(Size(size.width, height), self._items)
        room = shape.room if count <= shape.room else max(1, shape.room - 1)
        return shape, room

    def turn(self, pages: int) -> None:
        """Go on or back, round in a circle."""
        self._first_digit = ""
        self._page = (self._page + pages) % max(1, -(-len(self._items) // self._shape()[1]))

    def digit(self, digit: str) -> int | None:
        """Which choice this digit completes the number of; None while it is half a number, or none."""
        room = self._shape()[1]
        number = self._first_digit + digit
        if room > FEW and len(number) < 2:  # noqa: PLR2004 # digits
            self._first_digit = number
            return None
        self._first_digit = ""
        return self.index_of(int(number))

    @property
    def has_two_digits(self) -> bool:
        """Whether a choice has two digits, the first of which may be 0."""
        return self._shape()[1] > FEW

    def index_of(self, number: int) -> int | None:
        """Which choice has this number on this page."""
        room = self._shape()[1]
        return self._page * room + number - 1 if 1 <= number <= room else None


def _dense(size: Size, items: Sequence[Item]) -> Shape:
    columns = max(2, min(5, size.width // 20))
    if size.width < _WIDE_BUTTONS:
        # As narrow as a finger can hit, where every name can be read in that.
        narrow = size.width // _NARROWEST
        fits = len(items) <= _MOST_READ and all(_fits(item.name, size.width // narrow - 1) for item in items)
        columns = narrow if fits else size.width // _NARROW
    return Shape(columns, max(1, (size.height + 1) // 4), 3)


def _fits(name: str, width: int) -> bool:
    return all(cell_len(line) <= width for line in wrapped(name, width, 2))


def _key(number: int, digits: int, mark: str) -> str:
    return f"{number:0{digits}d} {mark}".rstrip()


def _next_key(digits: int) -> str:
    return "0 >" if digits == 1 else ">"


def _title(trail: Sequence[str], typed: str, hint: str, width: int) -> list[str]:
    """Who chooses what; below it what was picked or typed; then what happens without a choice."""
    who, *picked = trail
    below = " > ".join(picked)
    if typed:
        below = f"{below}: {typed}" if cell_len(below) + cell_len(typed) + 2 <= width else typed
    while cell_len(below) > width and " > " in below:
        below = _EARLIER + below.removeprefix(_EARLIER).partition(" > ")[2]
    return [fitted(one, width) for one in (who, below, hint) if one]
