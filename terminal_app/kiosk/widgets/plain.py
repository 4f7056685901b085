"""Lines of text, each centred and shown as it is: nothing in it is markup or an escape sequence."""

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from terminal_app.kiosk.widgets.kept_styles import KeptStyles

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def fitted(text: str, cells: int) -> str:
    """`text` cut to `cells`, with a mark where something is missing."""
    cut = set_cell_size(text, cells).rstrip()
    return text if cut == text.rstrip() else set_cell_size(text, max(cells - 2, 0)).rstrip() + ".."


def wrapped(text: str, cells: int, lines: int) -> list[str]:
    """`text` broken at blanks into at most `lines` lines of `cells`; the last one holds the rest, cut or not."""
    broken: list[str] = []
    for word in text.split():
        if broken and (len(broken) == lines or cell_len(f"{broken[-1]} {word}") <= cells):
            broken[-1] += f" {word}"
        else:
            broken.append(word)
    return broken


def printable(text: str) -> str:
    """`text` without anything that a screen might obey."""
    # It was cleaned where it came in; what a screen must not get cannot pass here either.
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else " " if one.isspace() else _REPLACEMENT for one in text)


class Lines(KeptStyles, inherit_bindings=False):
    """A block of lines; what does not fit is cut with a mark, never wrapped or markup."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 # Textual's name
        super().__init__(id=id, markup=False)
        self._lines: tuple[str, ...] = ()

    def show(self, *lines: str) -> None:
        """Show these lines; repaints only when they differ."""
        shown = tuple(map(printable, lines))
        if shown != self._lines:
            self._lines = shown
            self.refresh()

    def render(self) -> Content:
        """The lines, cut to the widget's width."""
        return Content("\n").join([Content(fitted(line, self.content_size.width)) for line in self._lines])
