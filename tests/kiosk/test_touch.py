"""What can be touched is large enough for a finger, on every screen and size."""

from pathlib import Path

import pytest

from terminal_app.kiosk.widgets.board import Board
from terminal_app.kiosk.widgets.tile import Tile
from tests.kiosk.scenes import OPTIONS, SCENES, text_of, until
from tests.kiosk.session import session

SIZES = [(50, 15), (80, 24), (100, 30), (120, 33), (240, 67)]
LEAST_COLUMNS, LEAST_ROWS = 12, 3


@pytest.mark.parametrize("scene", ["idle", "awaiting", "answer_out", "unknown", "refused", "two_rows"])
async def test_every_tile_is_large_enough(folder: Path, scene: str) -> None:
    async with session(folder, **OPTIONS.get(scene, {})) as at:
        await SCENES[scene](at.pilot, at.reader)
        for size in SIZES:
            await at.pilot.resize_terminal(*size)
            await until(at.pilot, lambda app, size=size: app.screen.size == size)  # type: ignore[misc]
            shown = [tile for tile in at.app.query("#tiles Tile").results(Tile) if tile.display]
            assert len(shown) >= 4
            for tile in shown:
                width, height = tile.region.size
                assert (width >= LEAST_COLUMNS, height >= LEAST_ROWS) == (True, True), (size, tile.id, tile.region)
            regions = [tile.region for tile in shown]
            assert not any(
                one.overlaps(other) for place, one in enumerate(regions) for other in regions[place + 1 :]
            ), size


async def test_what_is_shown_fits_a_new_size_at_once(folder: Path) -> None:
    async with session(folder) as at:
        await SCENES["answer_out"](at.pilot, at.reader)
        for size in SIZES:
            await at.pilot.resize_terminal(*size)
            await until(at.pilot, lambda app, size=size: app.screen.size == size)  # type: ignore[misc]
            shown = at.app.query_one(Board).blocks
            at.reception.show()
            assert at.app.query_one(Board).blocks == shown, size
            assert "Anna Peeters" in text_of(at.app, "name")
