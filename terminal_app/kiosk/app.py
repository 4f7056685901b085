"""The Textual app: the one screen, painted before anything else is loaded; keys and touches go to the reception."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.driver import Driver
from textual.events import Key
from textual.screen import Screen

from terminal_app.kiosk.display import Display
from terminal_app.kiosk.palettes import Palette, variables_of
from terminal_app.kiosk.terminal_driver import TerminalDriver
from terminal_app.kiosk.tiles import A_ROW, TileSpec
from terminal_app.kiosk.widgets.board import Board
from terminal_app.kiosk.widgets.status_line import StatusLine
from terminal_app.kiosk.widgets.tile import Tile
from terminal_app.settings_choices import TileColour

if TYPE_CHECKING:  # loaded after the first painting
    from terminal_app.kiosk.reception import Reception

log = logging.getLogger(__name__)


class KioskScreen(Screen[None], inherit_bindings=False):
    """The one screen, without Textual's keys for copying and focus."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = None


class KioskApp(App[None], inherit_bindings=False):
    """The kiosk. Left by the service manager only: no key ends it."""

    BINDINGS: ClassVar[list[BindingType]] = []
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False
    CSS_PATH = Path(__file__).with_name("kiosk.tcss")
    TERMINAL_DRIVER: ClassVar[type[Driver] | None] = TerminalDriver
    """None: whatever Textual finds in the environment."""

    def __init__(
        self,
        *,
        make_display: Callable[[Screen[object]], Display],
        make_reception: Callable[["KioskApp", Display], Awaitable["Reception"]],
        tiles: Sequence[TileSpec],
        palette: Palette,
    ) -> None:
        """`make_reception` is called after the first painting."""
        self._palette = palette
        super().__init__(driver_class=self.TERMINAL_DRIVER)
        self._make_display = make_display
        self._tiles = tuple(tiles)
        self._make_reception = make_reception
        self._is_leaving = False
        self._shown: Display | None = None
        self.reception: Reception | None = None
        """Who serves the guests; None until the screen has been painted once."""
        self.wants_anew = False
        """An administrator asked for another beginning."""
        self._ending: asyncio.Task[None] | None = None
        self.failure: BaseException | None = None
        """Why it ended, where that was not asked for."""

    def get_default_screen(self) -> Screen[None]:
        """The one screen."""
        return KioskScreen(id="kiosk")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours, as kiosk.tcss names them."""
        return variables_of(self._palette)

    def wear(self, palette: Palette) -> None:
        """Look like this from now on."""
        self._palette = palette
        self.refresh_css(animate=False)

    def compose(self) -> ComposeResult:
        """What the first painting needs; the choices come after it."""
        yield Board(id="board")
        with Horizontal(id="tiles", classes="-two-rows" if len(self._tiles) > A_ROW else None):
            for number, spec in enumerate(self._tiles, start=1):
                tile = Tile(spec.key, id=f"tile-{spec.key}", has_gap=number % A_ROW > 0 and number < len(self._tiles))
                if spec.colour is not TileColour.PLAIN:
                    tile.add_class(f"-{spec.colour}")
                yield tile
        yield StatusLine(id="status")

    def on_mount(self) -> None:
        """Show the screen first: it is there while the rest is loaded and opened."""
        self._shown = self._make_display(self.screen)
        self._shown.idle()
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._begin, self._shown)

    async def _begin(self, display: Display) -> None:
        try:
            reception = await self._make_reception(self, display)
            self.reception = reception
            await reception.open()
        except Exception as error:  # noqa: BLE001 # whoever started the kiosk tells it
            if not self._is_leaving:
                self._end_with(error)

    def leave(self) -> None:
        """End, as somebody asks who may."""
        if not self._is_leaving:
            self._is_leaving = True
            self.call_later(self._leave)

    async def _leave(self) -> None:
        if self.reception is not None:
            await self.reception.end()
        self.exit()

    @property
    def has_served(self) -> bool:
        """Whether it was open to guests: what breaks before that breaks again."""
        return self.reception is not None and self.reception.is_open

    def begin_anew(self) -> None:
        """End, and whoever started it begins the screen anew."""
        self.wants_anew = True
        self.leave()

    def fail(self, error: BaseException) -> None:
        """End, as something is broken; whoever started it begins anew. What a guest has under way is finished first."""
        log.critical("kiosk-failed error=%s", type(error).__name__, exc_info=error)
        if not self.has_served:
            self._end_with(error)
        elif self._ending is None:
            self.failure = error
            self._ending = asyncio.get_running_loop().create_task(self._finish_and_end(error))

    async def _finish_and_end(self, error: BaseException) -> None:
        # Not by Textual's messages: the part that handles them may be the one that broke.
        try:
            if self.reception is not None:
                await self.reception.end()
        finally:
            self._end_with(error)

    def _end_with(self, error: BaseException) -> None:
        self.failure = self.failure or error
        self.exit(return_code=1)

    def _handle_exception(self, error: Exception) -> None:
        # Textual would print a traceback with local variables, names and badges among them, on the screen.
        self.fail(error)

    def panic(self, *_renderables: object) -> None:
        """A thread of Textual's has failed: end, where it would print a traceback on the screen and end with 0."""
        self.fail(RuntimeError("a thread of the screen has failed"))

    def on_resize(self) -> None:
        """Another size: what is shown is laid out anew, once Textual knows the size."""
        self.call_later(self._show)

    def _show(self) -> None:
        if self.reception is not None:
            self.reception.show()
        elif self._shown is not None:
            self._shown.idle()

    def on_key(self, event: Key) -> None:
        """Every key that means something; all others do nothing."""
        event.stop()
        if self.reception is not None:
            self.reception.press(event.key, time.monotonic())

    def on_mouse_down(self) -> None:
        """A touch anywhere lights a dark screen. What lies under the finger then was not touched: it was not there."""
        if self.reception is not None:
            self.reception.wake(time.monotonic())

    def on_tile_pressed(self, event: Tile.Pressed) -> None:
        """A touch does what the key does."""
        if self.reception is not None:
            self.reception.touch(event.action, time.monotonic())

    def _tick(self) -> None:
        if self.reception is not None:
            self.reception.tick(time.monotonic())
        elif self._shown is not None:
            self._shown.idle()
