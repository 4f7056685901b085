"""The sheets of docs/screens.md are what the screens look like: every one, in four languages, themes and sizes."""

from pathlib import Path

import pytest

from tests.kiosk.pictures import LANGUAGES, PICTURES, name_of, page, sheet_of
from tests.kiosk.scenes import SCENES

pytestmark = pytest.mark.no_cover  # the snapshots walk the same scenes

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
async def test_a_sheet_is_what_the_screen_looks_like(tmp_path: Path, scene: str, language: str) -> None:
    committed, now = DOCS / "screens" / name_of(scene, language), await sheet_of(scene, language)
    kept = tmp_path / committed.name
    kept.write_text(now, encoding="utf-8")
    assert committed.read_text(encoding="utf-8") == now, f"look at {kept}; ./run snapshots draws all anew"


def test_the_page_shows_every_screen_and_nothing_else() -> None:
    assert (DOCS / "screens.md").read_text(encoding="utf-8") == page()
    wanted = {name_of(scene, language) for scene in SCENES for language in LANGUAGES}
    assert {path.name for path in (DOCS / "screens").iterdir()} == wanted | {f"{name}.svg" for name in PICTURES}
