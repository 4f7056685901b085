"""Draws the screens for the documentation: `python -m tests.kiosk.pictures FOLDER`."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.kiosk.scenes import SCENES, Scene
from tests.kiosk.terminal import ScriptedReader, kiosk, listening_courier, write_roster

PICTURES = {"idle": "idle", "answer": "answer_out", "reasons": "reasons", "unknown": "unknown"}
"""Each picture's name, and the scene that it shows."""
SIZE = 80, 24


async def draw(folder: Path) -> None:
    """Write one SVG file for each picture into `folder`."""
    for name, scene in PICTURES.items():
        svg = await picture(SCENES[scene], SIZE)
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")


async def picture(scene: Scene, size: tuple[int, int]) -> str:
    """The SVG text of a scene."""
    with tempfile.TemporaryDirectory() as files, listening_courier(Path(files)):
        write_roster(Path(files))
        reader = ScriptedReader()
        with kiosk(Path(files), [reader]) as app:
            async with app.run_test(size=size) as pilot:
                await scene(pilot, reader)
                return app.export_screenshot(simplify=True)


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
