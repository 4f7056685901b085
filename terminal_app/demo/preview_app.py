"""The kiosk with keys for who tries it: capital letters hold badges, change the theme and the language."""

from itertools import cycle
from typing import Any, ClassVar

from textual.driver import Driver
from textual.events import Key

from terminal_app.demo.stage import PEOPLE, UNKNOWN, Stage
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.palettes import palette_of
from terminal_app.settings_choices import ThemeName

THEMES = (ThemeName.DARK, ThemeName.LIGHT, ThemeName.HIGH_CONTRAST)
BADGES = {badge.key.upper(): badge for badge in (*PEOPLE, UNKNOWN)}


class PreviewApp(KioskApp):
    """Takes what KioskApp takes, and the stage that it plays on."""

    TERMINAL_DRIVER: ClassVar[type[Driver] | None] = None  # in a browser there is no terminal

    def __init__(self, *, stage: Stage, theme: ThemeName, **given: Any) -> None:  # noqa: ANN401 # passed on
        super().__init__(**given)
        self._stage = stage
        self._palettes = cycle(palette_of(one) for one in THEMES)
        while next(self._palettes) is not palette_of(theme) and theme in THEMES:
            pass

    def on_key(self, event: Key) -> None:
        """A capital letter that means something here does not reach the kiosk."""
        if not self.play(event.character or ""):
            return
        event.stop()
        event.prevent_default()

    def play(self, key: str) -> bool:
        """Do what a capital letter stands for; False: it stands for nothing."""
        if key in BADGES:
            self._stage.reader.hold(BADGES[key].card, repeats=3)
        elif key == "T":
            self.wear(next(self._palettes))
        elif key == "L" and self.reception is not None:
            first, *others = self.reception.languages
            self.reception.speak((*others, first))
        else:
            return False
        return True
