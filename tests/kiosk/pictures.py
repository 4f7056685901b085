"""Draws the screens for the documentation: `python -m tests.kiosk.pictures FOLDER`, the folder of docs.

Each screen in every language is one sheet: the themes beside each other, and a console of 16 colours; the sizes below
each other. The tests compare the sheets with what the screens look like now.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from textual.pilot import Pilot

from terminal_app.clocking.choices import Text
from terminal_app.demo.svg import sheet
from terminal_app.kiosk.palettes import Palette, palette_of
from terminal_app.settings_choices import ThemeName
from tests.kiosk.scenes import OPTIONS, SCENES, app_of, until
from tests.kiosk.terminal import (
    MORNING,
    Roll,
    ScriptedReader,
    SetClock,
    kiosk,
    listening_courier,
    usual_roll,
    write_roster,
)

PICTURES = {"idle": "idle", "answer": "answer_out", "reasons": "reasons", "unknown": "unknown"}
"""The pictures of the README by their names, and the scene that each shows."""
SIZE = 80, 24
LANGUAGES = ("nl", "fr", "de", "en")
SIZES = ((50, 15), (80, 24), (100, 30))
PALETTES: tuple[Palette, ...] = (
    palette_of(ThemeName.DARK),
    palette_of(ThemeName.LIGHT),
    palette_of(ThemeName.HIGH_CONTRAST),
    palette_of(ThemeName.DARK, few_colours=True),
)
_WIDTH = 480
_REASONS = {
    "Dokter": ("Médecin", "Arzt", "Doctor"), "Vakbond": ("Syndicat", "Gewerkschaft", "Union"),
    "Opleiding": ("Formation", "Schulung", "Training"), "Dienstreis": ("Mission", "Dienstreise", "Business trip"),
    "Telewerk": ("Télétravail", "Telearbeit", "Telework"), "Pauze": ("Pause", "Pause", "Break"),
    "Overmacht": ("Force majeure", "Höhere Gewalt", "Emergency"),
}  # fmt: skip
_PAGE = """\
# The screens

Every screen in every language. Each sheet shows the themes dark, light and high contrast, and a console of 16 colours,
beside each other; 50x15 (a 7-inch panel with large letters), 80x24 and 100x30 below each other. `./run snapshots` draws
them from the program itself, and the tests compare them with it.

`clocking-terminal preview` shows the same in a browser, to try ([README](../README.md)).
"""


def roll_in(language: str) -> Roll:
    """The usual people, all of whom speak this language."""
    roll = usual_roll()
    people = [(*person[:4], language, *person[5:]) for person in roll.people]
    reasons = [
        one._replace(
            name=Text(one.name.default, dict(zip(("fr", "de", "en"), _REASONS[one.name.default], strict=True)))
        )
        for one in roll.reasons
        if one.name.default in _REASONS
    ]
    return Roll(people, reasons, roll.activities)  # type: ignore[arg-type]


@asynccontextmanager
async def played(scene: str, language: str) -> AsyncIterator[Pilot[None]]:
    """The kiosk of a site that speaks this language first, where the scene has come to."""
    with tempfile.TemporaryDirectory() as files, listening_courier(Path(files)):
        write_roster(Path(files), roll_in(language))
        reader = ScriptedReader()
        languages = (language, *(one for one in LANGUAGES if one != language))
        clock = SetClock(MORNING - timedelta(seconds=5))  # the turn of the first language
        with kiosk(Path(files), [reader], languages=languages, clock=clock, **OPTIONS.get(scene, {})) as app:
            async with app.run_test(size=SIZE) as pilot:
                await SCENES[scene](pilot, reader)
                yield pilot


async def sheet_of(scene: str, language: str) -> str:
    """The SVG text of a sheet."""
    rows = []
    async with played(scene, language) as pilot:
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await until(pilot, lambda app, size=size: app.screen.size == size)  # type: ignore[misc]
            rows.append([await drawn(pilot, palette) for palette in PALETTES])
    return sheet(rows, _WIDTH, [2 * _WIDTH * rows_ // columns for columns, rows_ in SIZES])


async def drawn(pilot: Pilot[None], palette: Palette) -> str:
    """What stands there now, in these colours."""
    app = app_of(pilot)
    app.wear(palette)
    await pilot.pause()
    return app.export_screenshot()


def name_of(scene: str, language: str) -> str:
    """The file of a sheet."""
    return f"{scene.replace('_', '-')}-{language}.svg"


def page() -> str:
    """docs/screens.md."""
    parts = [_PAGE]
    for name, scene in SCENES.items():
        title = name.replace("_", " ").capitalize()
        parts.append(f"## {title}\n\n{scene.__doc__}\n")
        parts += [f"![{title}, {language}](screens/{name_of(name, language)})\n" for language in LANGUAGES]
    return "\n".join(parts)


async def draw(docs: Path) -> None:
    """Write all of it into the folder of the documentation."""
    for name, scene in PICTURES.items():
        async with played(scene, "en") as pilot:
            (docs / "screens" / f"{name}.svg").write_text(await drawn(pilot, PALETTES[0]), encoding="utf-8")
    for scene in SCENES:
        for language in LANGUAGES:
            text = await sheet_of(scene, language)
            (docs / "screens" / name_of(scene, language)).write_text(text, encoding="utf-8")
    (docs / "screens.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
