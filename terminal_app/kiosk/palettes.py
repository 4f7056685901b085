"""The colours of the themes: for each thing on the screen its ink and its ground. One accent colour a theme.

A console of 16 colours has palettes of its own, of the colours that it has: the first eight behind text, all of them
for text. Ink and ground stand at least 7:1 apart, on the site's own theme 4.5:1; tests compute it.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from terminal_app.kiosk.contrast import contrast
from terminal_app.settings_choices import ThemeName

_FOUR = 4
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
LEAST_OF_SITE = 4.5
"""Contrast of a site's own colours."""


class Role(StrEnum):
    """What has a colour; kiosk.tcss has them as `$` and the role, with -ink or -ground behind."""

    BOARD = "board"
    QUIET = "quiet"
    HINT = "hint"
    URGENT = "urgent"
    TILE = "tile"
    KEY = "key"
    CHOSEN = "chosen"
    STATUS = "status"
    IN = "in"
    OUT = "out"
    OTHER = "other"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    DIMMED = "dimmed"


Palette = Mapping[Role, tuple[str, str]]
"""Ink and ground of each role."""

_DIMMED = ("#9a9a9a", "#000000")

DARK: Palette = {
    Role.BOARD: ("#f2f4f7", "#0c1118"),
    Role.QUIET: ("#a9b4c2", "#0c1118"),
    Role.HINT: ("#6fd6ff", "#0c1118"),
    Role.URGENT: ("#ffcf4d", "#0c1118"),
    Role.TILE: ("#f2f4f7", "#1b2635"),
    Role.KEY: ("#6fd6ff", "#1b2635"),
    Role.CHOSEN: ("#0c1118", "#6fd6ff"),
    Role.STATUS: ("#a9b4c2", "#0c1118"),
    Role.IN: ("#ffffff", "#0b5a2a"),
    Role.OUT: ("#ffffff", "#0a3f7a"),
    Role.OTHER: ("#ffffff", "#2b3646"),
    Role.UNKNOWN: ("#000000", "#f5c518"),
    Role.REFUSED: ("#ffffff", "#8b0f14"),
    Role.DIMMED: _DIMMED,
}
LIGHT: Palette = {
    Role.BOARD: ("#14202e", "#f6f4ef"),
    Role.QUIET: ("#46515e", "#f6f4ef"),
    Role.HINT: ("#0a4a80", "#f6f4ef"),
    Role.URGENT: ("#7a1f00", "#f6f4ef"),
    Role.TILE: ("#14202e", "#e3dfd5"),
    Role.KEY: ("#083f6e", "#e3dfd5"),
    Role.CHOSEN: ("#ffffff", "#0a4a80"),
    Role.STATUS: ("#46515e", "#f6f4ef"),
    Role.IN: ("#06351a", "#bfe8c9"),
    Role.OUT: ("#0a2f5c", "#c9def5"),
    Role.OTHER: ("#14202e", "#e3dfd5"),
    Role.UNKNOWN: ("#3a2c00", "#fbe08a"),
    Role.REFUSED: ("#5e0a0e", "#f7c9c7"),
    Role.DIMMED: _DIMMED,
}
HIGH_CONTRAST: Palette = {
    Role.BOARD: ("#ffffff", "#000000"),
    Role.QUIET: ("#ffffff", "#000000"),
    Role.HINT: ("#ffff00", "#000000"),
    Role.URGENT: ("#000000", "#ffff00"),
    Role.TILE: ("#000000", "#ffffff"),
    Role.KEY: ("#000000", "#ffffff"),
    Role.CHOSEN: ("#000000", "#ffff00"),
    Role.STATUS: ("#ffffff", "#000000"),
    Role.IN: ("#000000", "#00d26a"),
    Role.OUT: ("#000000", "#66b3ff"),
    Role.OTHER: ("#000000", "#ffffff"),
    Role.UNKNOWN: ("#000000", "#ffff00"),
    Role.REFUSED: ("#ffffff", "#8b0000"),
    Role.DIMMED: _DIMMED,
}

_CONSOLE_DIMMED = ("#c0c0c0", "#000000")
_CONSOLE_DARK: Palette = {
    Role.BOARD: ("#ffffff", "#000000"),
    Role.QUIET: ("#c0c0c0", "#000000"),
    Role.HINT: ("#00ffff", "#000000"),
    Role.URGENT: ("#ffff00", "#000000"),
    Role.TILE: ("#000000", "#c0c0c0"),
    Role.KEY: ("#000000", "#c0c0c0"),
    Role.CHOSEN: ("#000000", "#008080"),
    Role.STATUS: ("#c0c0c0", "#000000"),
    Role.IN: ("#000000", "#008080"),
    Role.OUT: ("#ffffff", "#000080"),
    Role.OTHER: ("#ffffff", "#000000"),
    Role.UNKNOWN: ("#ffff00", "#000000"),
    Role.REFUSED: ("#ffffff", "#800000"),
    Role.DIMMED: _CONSOLE_DIMMED,
}
_CONSOLE_LIGHT: Palette = {
    **_CONSOLE_DARK,
    Role.BOARD: ("#000000", "#c0c0c0"),
    Role.QUIET: ("#000000", "#c0c0c0"),
    Role.HINT: ("#ffffff", "#000080"),
    Role.URGENT: ("#ffff00", "#000000"),
    Role.TILE: ("#ffffff", "#000000"),
    Role.KEY: ("#ffff00", "#000000"),
    Role.CHOSEN: ("#ffffff", "#000080"),
    Role.STATUS: ("#000000", "#c0c0c0"),
    Role.OTHER: ("#000000", "#c0c0c0"),
}
_CONSOLE_HIGH_CONTRAST: Palette = {
    **_CONSOLE_DARK,
    Role.QUIET: ("#ffffff", "#000000"),
    Role.HINT: ("#ffff00", "#000000"),
    Role.URGENT: ("#000000", "#c0c0c0"),
    Role.STATUS: ("#ffffff", "#000000"),
}


class SiteColours(NamedTuple):
    """The four colours of a site's own theme, each like #0c1118."""

    ground: str
    text: str
    accent: str
    tile: str

    def too_close(self) -> Iterator[str]:
        """Which of them stand too close to each other to be read, in numbers."""
        pairs = (("text", self.text, "ground", self.ground), ("accent", self.accent, "ground", self.ground),
                 ("text", self.text, "tile", self.tile))  # fmt: skip
        for name, one, other_name, other in pairs:
            ratio = contrast(one, other)
            if ratio < LEAST_OF_SITE:
                yield f"{name} {one} on {other_name} {other} has a contrast of {ratio:.1f}:1"


def site_colours(four: tuple[str, ...]) -> SiteColours | None:
    """The four as they stand in the settings; None where there are not four colours like #0c1118."""
    return SiteColours(*four) if len(four) == _FOUR and all(map(_COLOUR.fullmatch, four)) else None


def palette_of(theme: ThemeName, site: SiteColours | None = None, *, few_colours: bool = False) -> Palette:
    """The colours of a theme; on a console of 16 colours a site's own are not there, and dark takes their place."""
    if few_colours:
        palettes = {ThemeName.LIGHT: _CONSOLE_LIGHT, ThemeName.HIGH_CONTRAST: _CONSOLE_HIGH_CONTRAST}
        return palettes.get(theme, _CONSOLE_DARK)
    if theme is ThemeName.SITE and site is not None:
        return _of_site(site)
    return {ThemeName.LIGHT: LIGHT, ThemeName.HIGH_CONTRAST: HIGH_CONTRAST}.get(theme, DARK)


def _of_site(site: SiteColours) -> Palette:
    # In, out and refused mean the same on every terminal: what they look like is not the site's to choose.
    return {
        **DARK,
        Role.BOARD: (site.text, site.ground),
        Role.QUIET: (site.text, site.ground),
        Role.HINT: (site.accent, site.ground),
        Role.URGENT: (site.ground, site.accent),
        Role.TILE: (site.text, site.tile),
        Role.KEY: (site.text, site.tile),
        Role.CHOSEN: (site.ground, site.accent),
        Role.STATUS: (site.text, site.ground),
    }


def variables_of(palette: Palette) -> dict[str, str]:
    """The palette as kiosk.tcss names it."""
    return {
        f"{role}-{part}": colour
        for role, both in palette.items()
        for part, colour in zip(("ink", "ground"), both, strict=True)
    }
