"""Draws what is on the screen as SVG, cell by cell: no font is fetched, and block glyphs join without seams."""

from collections.abc import Iterator, Sequence
from html import escape

from rich.cells import cell_len
from textual.strip import Strip

CELL, LINE = 10, 20
"""A cell in pixels."""
BASE = 15
"""From the top of a line to the base of its letters."""
BLOCK = "█"
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"{more}>'
STYLE = (
    "<style>text{font:16px 'DejaVu Sans Mono',monospace;white-space:pre}.b{font-weight:bold}"
    "rect{shape-rendering:crispEdges}</style>"
)


def svg_of(strips: Sequence[Strip]) -> str:
    """A picture of its own."""
    width, height = CELL * strips[0].cell_length, LINE * len(strips)
    return "\n".join([HEAD.format(width=width, height=height, more=""), STYLE, *cells(strips), "</svg>\n"])


def sheet(panels: Sequence[Sequence[str]], width: int, heights: Sequence[int], gap: int = 16) -> str:
    """Pictures in rows and columns, each as wide as the others and, in its row, as high."""
    columns = len(panels[0])
    whole = columns * width + (columns - 1) * gap, sum(heights) + (len(heights) - 1) * gap
    parts, top = [HEAD.format(width=whole[0], height=whole[1], more=f' width="{whole[0]}"'), STYLE], 0
    for row, height in zip(panels, heights, strict=True):
        for column, panel in enumerate(row):
            place = f'<svg x="{column * (width + gap)}" y="{top}" width="{width}" height="{height}" '
            inner = panel.replace('<svg xmlns="http://www.w3.org/2000/svg" ', place, 1).replace(f"{STYLE}\n", "")
            parts.append(inner.rstrip())
        top += height + gap
    return "\n".join([*parts, "</svg>\n"])


def cells(strips: Sequence[Strip]) -> Iterator[str]:
    """The grounds, then the blocks, then the words that stand on them."""
    grounds: list[Run] = []
    blocks: list[Run] = []
    words: list[str] = []
    for row, strip in enumerate(strips):
        column = 0
        for segment in strip:
            style, length = segment.style, cell_len(segment.text)
            if style is not None and style.bgcolor is not None:  # nothing of the kiosk's is without a ground
                ground = style.bgcolor.get_truecolor().hex
                ink = style.color.get_truecolor().hex if style.color else ground
                if grounds and grounds[-1][1:] == (row, ground) and sum(grounds[-1][0]) == column:
                    grounds[-1] = ((grounds[-1][0][0], grounds[-1][0][1] + length), row, ground)
                else:
                    grounds.append(((column, length), row, ground))
                for run, start in runs(segment.text):
                    if run.startswith(BLOCK):
                        blocks.append(((column + start, len(run)), row, ink))
                    else:
                        words.append(word(run, column + start, row, ink, is_bold=bool(style.bold)))
            column += length
    yield from joined(grounds)
    yield from joined(blocks)
    yield from words


Run = tuple[tuple[int, int], int, str]
"""Column and length, row, colour."""


def joined(all_runs: Sequence[Run]) -> Iterator[str]:
    """Runs below each other that are alike, as one rectangle."""
    begun: dict[tuple[tuple[int, int], str], tuple[int, int]] = {}
    for place, row, fill in all_runs:
        first, rows = begun.get((place, fill), (row, 0))
        if first + rows != row:
            yield rectangle(place, first, rows, fill)
            first, rows = row, 0
        begun[place, fill] = first, rows + 1
    for (place, fill), (first, rows) in begun.items():
        yield rectangle(place, first, rows, fill)


def rectangle(place: tuple[int, int], row: int, rows: int, fill: str) -> str:
    """So many cells of so many rows in one colour."""
    column, length = place
    x, y, width, height = column * CELL, row * LINE, length * CELL, rows * LINE
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="{fill}"/>'


def word(text: str, column: int, row: int, ink: str, *, is_bold: bool) -> str:
    """What stands between two blanks, exactly in its cells."""
    weight = ' class="b"' if is_bold else ""
    x, y, width = column * CELL, row * LINE + BASE, cell_len(text) * CELL
    return f'<text x="{x}" y="{y}" fill="{ink}"{weight} textLength="{width}">{escape(text, quote=False)}</text>'


def runs(text: str) -> Iterator[tuple[str, int]]:
    """What is not blank, with the cell where it begins."""
    run, start, cell = "", 0, 0
    for one in f"{text} ":
        if run and (one == " " or (one == BLOCK) is not run.startswith(BLOCK)):
            yield run, start
            run = ""
        if one != " ":
            start = start if run else cell
            run += one
        cell += cell_len(one)


def film_of(frames: Sequence[tuple[str, float]]) -> str:
    """Pictures of one size, each shown for so many seconds, again and again; animated by CSS alone."""
    whole = sum(seconds for _, seconds in frames)
    first = frames[0][0].partition("\n")[0]
    styles = [STYLE.removesuffix("</style>"), f"g{{visibility:hidden;animation:{whole:g}s steps(1) infinite}}"]
    parts, begun = [], 0.0
    for number, (picture, seconds) in enumerate(frames):
        start, end = 100 * begun / whole, 100 * (begun + seconds) / whole
        shown = "visible" if number == 0 else "hidden"
        styles.append(
            f"@keyframes f{number}{{0%{{visibility:{shown}}}{start:.3f}%{{visibility:visible}}"
            f"{end:.3f}%{{visibility:hidden}}}}#f{number}{{animation-name:f{number}}}"
        )
        body = picture.removeprefix(f"{first}\n{STYLE}\n").removesuffix("</svg>\n")
        parts.append(f'<g id="f{number}">\n{body}</g>')
        begun += seconds
    return "\n".join([first, *styles, "</style>", *parts, "</svg>\n"])
