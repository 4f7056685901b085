"""docs/admin-commands.md and README name every command, every option and nothing else."""

import re
from pathlib import Path

import typer
from typer.main import get_command

from terminal_app.cli.protime.app import app as protime
from terminal_app.cli.webhooks.app import app as receiver

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "admin-commands.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands_of(app: typer.Typer, name: str) -> set[str]:
    found: set[str] = set()

    def walk(command: object, path: str) -> None:
        below = getattr(command, "commands", {})
        if not below or getattr(command, "invoke_without_command", False):
            found.add(path)
        for key, one in below.items():
            walk(one, f"{path} {key}")

    walk(get_command(app), name)
    return found


COMMANDS = commands_of(protime, "protime") | commands_of(receiver, "webhooks")


def test_every_command_tells_programs_too() -> None:
    """All of `protime` but the export, whose answer is CSV."""
    found: set[str] = set()

    def walk(command: object, path: str) -> None:
        for key, one in getattr(command, "commands", {}).items():
            walk(one, f"{path} {key}")
        if "--json" in {name for parameter in getattr(command, "params", ()) for name in parameter.opts}:
            found.add(path)

    walk(get_command(protime), "protime")
    assert commands_of(protime, "protime") - found == {"protime activities export"}


def test_every_command_is_on_the_page() -> None:
    assert len(COMMANDS) == 15
    assert {one for one in COMMANDS if one not in PAGE} == set()


def test_every_command_of_the_page_exists() -> None:
    shown = re.findall(r"\$ clocking-terminal ((?:protime|webhooks)(?: [a-z]+)+)", PAGE)
    assert len(shown) >= 10
    for one in shown:
        assert any(one == known or one.startswith(f"{known} ") for known in COMMANDS), one


def test_the_readme_has_a_row_for_each() -> None:
    for one in COMMANDS:
        group, _, last = one.rpartition(" ")
        assert last in README, one
        assert group.split()[0] in README
