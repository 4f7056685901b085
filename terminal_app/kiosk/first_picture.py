"""What the first painting needs of the settings: little, so that all the others are made after it."""

from pathlib import Path
from typing import NamedTuple

from terminal_app.kiosk.tiles import TileSpec
from terminal_app.settings_choices import ThemeName


class FirstPicture(NamedTuple):
    """Of settings that were checked."""

    site: str
    """The terminal's name."""
    languages: tuple[str, ...]
    timezone: str
    """IANA name."""
    catalogue_folder: Path | None
    tiles: tuple[TileSpec, ...]
    theme: ThemeName
    site_colours: tuple[str, ...]
    """As in the settings."""
    folder: Path
    """Where the ledger is."""
