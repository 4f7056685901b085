"""Nobody is here: the time, and how to clock."""

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk.widgets.large_text import large
from terminal_app.kiosk.widgets.plain import Lines
from terminal_app.kiosk.wording import wording_in


class IdleView(Vertical):
    """Site name, large clock, date, and "hold your badge" in the site's languages in turn."""

    DEFAULT_CSS = """
    IdleView { align: center middle; }
    IdleView Lines { width: 100%; height: auto; text-align: center; min-height: 1; }
    IdleView #time { height: 5; margin: 1 0; }
    """

    def __init__(self, site: str, languages: tuple[str, ...]) -> None:
        super().__init__(id="idle", classes="view")
        self._site = site
        self._languages = languages

    def compose(self) -> ComposeResult:
        """The lines."""
        yield Lines(id="site")
        yield Lines(id="time")
        yield Lines(id="date")
        yield Lines(id="hint")

    def show(self, local: datetime, awaited: ClockingKind | None) -> None:
        """Show `local` time; with `awaited` ask for the badge that goes with that tile."""
        language = self._languages[local.second // 4 % len(self._languages)] if awaited is None else self._languages[0]
        wording = wording_in(language)
        hint = wording.hold_badge if awaited is None else f"{wording.tiles[awaited]}: {wording.now_badge}"
        self.query_one("#site", Lines).show(self._site)
        self.query_one("#time", Lines).show(*(large(f"{local:%H:%M:%S}", self.app.size.width) or ()))
        self.query_one("#date", Lines).show(wording.day(local.date()))
        self.query_one("#hint", Lines).show(hint)
        self.set_class(awaited is not None, "-awaiting")
