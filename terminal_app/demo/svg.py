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
    """The grounds, then what stands on them."""
    grounds: list[str] = []
    inks: list[str] = []
    for row, strip in enumerate(strips):
        column = 0
        for segment in strip:
            style, length = segment.style, cell_len(segment.text)
            if style is None or style.bgcolor is None:  # nothing of the kiosk's is without a ground
                column += length
                continue
            ground = style.bgcolor.get_truecolor().hex
            ink = style.color.get_truecolor().hex if style.color else ground
            grounds.append(rectangle(column, row, length, ground))
            inks.extend(letters(segment.text, column, row, ink, is_bold=bool(style.bold)))
            column += length
    yield from joined(grounds)
    yield from inks


def rectangle(column: int, row: int, length: int, fill: str) -> str:
    """So many cells of a row in one colour."""
    return f'<rect x="{column * CELL}" y="{row * LINE}" width="{length * CELL}" height="{LINE}" fill="{fill}"/>'


def letters(text: str, column: int, row: int, ink: str, *, is_bold: bool) -> Iterator[str]:
    """Each word where its cells are, and each run of blocks as a rectangle."""
    for run, start in runs(text):
        length = cell_len(run)
        if run.startswith(BLOCK):
            yield rectangle(column + start, row, length, ink)
        else:
            weight = ' class="b"' if is_bold else ""
            yield (
                f'<text x="{(column + start) * CELL}" y="{row * LINE + BASE}" fill="{ink}"{weight}'
                f' textLength="{length * CELL}">{escape(run, quote=False)}</text>'
            )


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


def joined(rectangles: Sequence[str]) -> Iterator[str]:
    """Rows of one colour that are as wide as the screen become one rectangle."""
    former: list[str] = []
    for one in rectangles:
        if former and _same_but_row(former[0], one):
            former.append(one)
            continue
        yield from _as_one(former)
        former = [one]
    yield from _as_one(former)


def _same_but_row(one: str, other: str) -> bool:
    return [part for part in one.split() if part[:3] != 'y="'] == [part for part in other.split() if part[:3] != 'y="']


def _as_one(former: Sequence[str]) -> Iterator[str]:
    if former:
        yield former[0].replace(f'height="{LINE}"', f'height="{LINE * len(former)}"')


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
