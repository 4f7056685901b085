"""What each screen looks like, at the three sizes that are common."""

import re
from pathlib import Path
from typing import Protocol

import pytest
from textual.pilot import Pilot

from terminal_app.kiosk.app import KioskApp
from tests.kiosk.scenes import OPTIONS, SCENES
from tests.kiosk.terminal import ScriptedReader, kiosk, listening_courier, write_roster

SNAPSHOTS = Path(__file__).parent / "__snapshots__" / "test_snapshots"
SCREENS = Path(__file__).parents[2] / "docs" / "screens"


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
    with listening_courier(tmp_path), kiosk(tmp_path, [reader], **OPTIONS.get(scene, {})) as app:
        assert snap_compare(app, terminal_size=size, run_before=act)


@pytest.mark.parametrize(
    "scene", ["awaiting", "answer_in", "answer_out", "unknown", "reasons", "recent", "my_day", "admin_queue"]
)
def test_screen_of_few_colours(snap_compare: SnapCompare, folder: Path, scene: str) -> None:
    reader = ScriptedReader()

    async def act(pilot: Pilot[None]) -> None:
        await SCENES[scene](pilot, reader)

    with listening_courier(folder), kiosk(folder, [reader], few_colours=True, **OPTIONS.get(scene, {})) as app:
        assert snap_compare(app, terminal_size=(50, 15), run_before=act)


@pytest.mark.parametrize("picture", [*SNAPSHOTS.glob("*.raw"), *SCREENS.glob("*.svg")], ids=lambda path: path.name)
def test_a_picture_fetches_nothing(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8")
    assert "url(http" not in text
    assert set(re.findall(r"https?://([^/\"]+)", text)) == {"www.w3.org"}
