"""docs/simulator.md names every option, switch, rule field, effect and control call there is, and no other."""

import json
import re
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import typer.main

from terminal_app.cli.simulator import simulator as command
from terminal_app.simulator.application import all_routes
from terminal_app.simulator.fault_rules import Effect, Rule
from terminal_app.simulator.faults import Faults
from terminal_app.simulator.gate import CONTROL_PREFIX
from terminal_app.simulator.settings import Settings
from terminal_app.simulator.state import State

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


def section(heading: str) -> list[list[str]]:
    """The cells of the rows of all tables below a heading."""
    text = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row] for row in rows]


def at_rest(field: "Field[object]") -> str:
    if field.default is MISSING:
        return "needed"
    value = list(field.default) if isinstance(field.default, tuple) else field.default
    return f"`{json.dumps(value)}`"


@pytest.mark.parametrize(("heading", "table"), [("Switches", Faults), ("Rules", Rule)])
def test_switches_and_rules(heading: str, table: type[Faults] | type[Rule]) -> None:
    told = {row[0].strip("`"): row[1] for row in section(heading) if len(row) == 3}
    assert told == {field.name: at_rest(field) for field in fields(table)}


def test_effects() -> None:
    assert [row[0].strip("`") for row in section("Rules") if len(row) == 2] == list(Effect)


def test_options() -> None:
    parameters = typer.main.get_command(_application()).params
    told = {row[0].strip("`") for row in section("Starting it")}
    assert told == {parameter.opts[0] for parameter in parameters} - {"--install-completion", "--show-completion"}


def test_control_calls() -> None:
    routes = [route for route in all_routes(State(6, Settings())) if route.path.startswith(CONTROL_PREFIX)]
    there = {f"{method} {route.path}" for route in routes for method in route.methods or () if method != "HEAD"}
    assert {row[0].strip("`") for row in section("Control API")} == there


def test_links_lead_to_files() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (Path(__file__).parents[2] / "docs" / link).exists(), link


def _application() -> typer.Typer:
    application = typer.Typer()
    application.command()(command)
    return application


@pytest.mark.parametrize(("heading", "table"), [("Switches", Faults), ("Rules", Rule)])
def test_every_value_of_a_choice(heading: str, table: type[Faults] | type[Rule]) -> None:
    told = {row[0].strip("`"): " ".join(row[1:]) for row in section(heading) if len(row) == 3}
    for name, hint in get_type_hints(table).items():
        for choice in (hint, *get_args(hint)):
            if isinstance(choice, type) and issubclass(choice, StrEnum) and choice is not Effect:
                assert [value for value in choice if value not in told[name]] == [], name
