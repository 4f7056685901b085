"""`settings show`, `settings explain` and the page in docs."""

from pathlib import Path

from terminal_app.cli.settings_page import settings_page
from terminal_app.settings_text import described
from tests.cli.command import command, settings_for

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_show_tells_value_and_source_and_never_the_secret(tmp_path: Path) -> None:
    path = settings_for(tmp_path)
    answer = command("settings", "show", "--config", path, CLOCKING_TERMINAL__DELIVERY__PARALLEL="9")
    lines = answer.stdout.splitlines()
    assert answer.returncode == 0
    assert "[delivery] parallel = 9  # CLOCKING_TERMINAL__DELIVERY__PARALLEL" in lines
    assert f'[terminal] name = "Gate"  # {path}' in lines
    assert "[delivery] settle_seconds = 15  # default" in lines
    assert "hush" not in answer.stdout + answer.stderr


def test_explain_tells_every_key() -> None:
    answer = command("settings", "explain").stdout
    for one in described():
        assert f"] {one.key}\n    {one.text}\n    allowed: {one.allowed}; default: " in answer
    assert "environment: CLOCKING_TERMINAL__DELIVERY__PARALLEL" in answer


def test_the_page_is_what_the_definitions_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page()
