"""Words and times five rows high or a multiple of it, of full blocks only: every console font has that glyph."""

import unicodedata

ROWS = 5
_GLYPHS = {
    "0": "### # # # # # # ###", "1": " #  ##   #   #  ###", "2": "###   # ### #   ###", "3": "###   # ###   # ###",
    "4": "# # # # ###   #   #", "5": "### #   ###   # ###", "6": "### #   ### # # ###", "7": "###   #   #   #   #",
    "8": "### # # ### # # ###", "9": "### # # ###   # ###",
    "A": " ## |#  #|####|#  #|#  #", "B": "### |#  #|### |#  #|### ", "C": " ###|#   |#   |#   | ###",
    "D": "### |#  #|#  #|#  #|### ", "E": "####|#   |### |#   |####", "F": "####|#   |### |#   |#   ",
    "G": " ###|#   |# ##|#  #| ###", "H": "#  #|#  #|####|#  #|#  #", "I": "###| # | # | # |###",
    "J": "  ##|   #|   #|#  #| ## ", "K": "#  #|# # |##  |# # |#  #", "L": "#   |#   |#   |#   |####",
    "M": "#   #|## ##|# # #|#   #|#   #", "N": "#   #|##  #|# # #|#  ##|#   #", "O": " ## |#  #|#  #|#  #| ## ",
    "P": "### |#  #|### |#   |#   ", "Q": " ## |#  #|#  #|# ##| ###", "R": "### |#  #|### |# # |#  #",
    "S": " ###|#   | ## |   #|### ", "T": "###| # | # | # | # ", "U": "#  #|#  #|#  #|#  #| ## ",
    "V": "#   #|#   #|#   #| # # |  #  ", "W": "#   #|#   #|# # #|## ##|#   #", "X": "#   #| # # |  #  | # # |#   #",
    "Y": "#   #| # # |  #  |  #  |  #  ", "Z": "####|  # | #  |#   |####", ":": " |#| |#| ", " ": "  |  |  |  |  ",
    "-": "   |   |###|   |   ", ".": " | | | |#", "/": "    #|   # |  #  | #   |#    ", "?": "###|  #| ##|   | # ",
}  # fmt: skip


def large(text: str, columns: int, rows: int = ROWS) -> list[str] | None:
    """Lines of one length that show `text`, accents left out, as large as `columns` and `rows` allow.

    ROWS lines of dots, or a multiple of it; the dots square where that fits.

    None when it has a character that cannot be drawn, or does not fit.
    """
    plain = unicodedata.normalize("NFD", text.upper())
    glyphs = [_rows(_GLYPHS.get(one, "")) for one in plain if not unicodedata.combining(one)]
    if not all(glyphs):
        return None
    lines = [" ".join(glyph[row] for glyph in glyphs).replace("#", "█") for row in range(ROWS)]
    times = min(columns // (2 * len(lines[0])), max(rows // ROWS, 1))
    if times:
        return ["".join(2 * times * dot for dot in line) for line in lines for _ in range(times)]
    return lines if len(lines[0]) <= columns else None


def _rows(glyph: str) -> list[str]:
    if "|" in glyph:
        return glyph.split("|")
    # The digits are three wide: "abc def ..." with one blank between the rows.
    return [glyph[start : start + 3].ljust(3) for start in range(0, 4 * ROWS, 4)] if glyph else []
