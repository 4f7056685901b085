"""A kiosk under way, with what a test needs to use it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.geometry import Offset
from textual.pilot import Pilot

from drivers.reader import BadgeReader
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.reception import Reception
from terminal_app.kiosk.widgets.board import Board
from terminal_app.kiosk.widgets.grid import Grid
from tests.kiosk.scenes import app_of, reception_of, screen_text, until
from tests.kiosk.terminal import ScriptedReader, kiosk, listening_courier, recorded


@dataclass(frozen=True)
class Session:
    """The app, the hand on keys and mouse, the reader and the files."""

    pilot: Pilot[None]
    reader: ScriptedReader
    folder: Path

    @property
    def app(self) -> KioskApp:
        return app_of(self.pilot)

    @property
    def reception(self) -> Reception:
        return reception_of(self.app)

    def rows(self) -> list[tuple[str, str, str]]:
        """Badge number, kind and state of each clocking."""
        return recorded(self.folder)

    async def touch(self, action: str) -> None:
        """A finger on what does the same as this key, or on the widget of this name."""
        if action.startswith("#") and action != "#next" and not action.startswith("#choice-"):
            await self.pilot.click(action)
            return
        action = "pagedown" if action == "#next" else action.removeprefix("#choice-")
        for widget in self.app.query(Grid), self.app.query(Board):
            for one in widget:
                if one.is_on_screen and action in {button.action for button in one.buttons}:
                    await self.pilot.click(one, offset=one.region_of(action).offset + Offset(2, 1))
                    return
        raise AssertionError(f"there is nothing to touch for {action}:\n{screen_text(self.app)}")

    async def sees(self, *texts: str) -> None:
        """All this comes on the screen."""
        await until(self.pilot, lambda app: all(text in screen_text(app) for text in texts))


@asynccontextmanager
async def session(
    folder: Path,
    *,
    size: tuple[int, int] = (80, 24),
    readers: Sequence[BadgeReader] = (),
    courier: bool = True,
    **options: Any,
) -> AsyncIterator[Session]:
    """A kiosk on the files of `folder`, beside a courier unless told otherwise; `options` are `kiosk`'s."""
    if courier:
        with listening_courier(folder):
            async with session(folder, size=size, readers=readers, courier=False, **options) as one:
                yield one
        return
    reader = ScriptedReader()
    with kiosk(folder, [reader, *readers], **options) as app:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda app: app.reception is not None and app.reception.status is not None)
            yield Session(pilot, reader, folder)
