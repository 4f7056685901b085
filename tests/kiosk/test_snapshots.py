"""What each screen looks like, at the three sizes that are common."""

from pathlib import Path
from typing import Protocol

import pytest
from textual.pilot import Pilot

from terminal_app.kiosk.app import KioskApp
from tests.kiosk.scenes import SCENES
from tests.kiosk.terminal import ScriptedReader, kiosk, listening_courier, write_roster


class SnapCompare(Protocol):
    """The fixture of pytest-textual-snapshot."""

    def __call__(self, app: KioskApp, *, terminal_size: tuple[int, int], run_before: object) -> bool: ...


@pytest.mark.parametrize("size", [(50, 15), (80, 24), (100, 30)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES)
def test_screen(snap_compare: SnapCompare, tmp_path: Path, scene: str, size: tuple[int, int]) -> None:
    reader = ScriptedReader()

    async def act(pilot: Pilot[None]) -> None:
        await SCENES[scene](pilot, reader)

    write_roster(tmp_path)
    with listening_courier(tmp_path), kiosk(tmp_path, [reader]) as app:
        assert snap_compare(app, terminal_size=size, run_before=act)
