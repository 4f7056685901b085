"""The commands that look at Protime, through the real command line against the real simulator."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.simulator.server import SimulatorThread
from tests.cli.command import command_here, command_on_terminal
from tests.cli.protime.conftest import PEOPLE

LISTS = ("people", "activities", "absences", "counters", "clockings", "access")


def rows(config: Path, *arguments: str) -> list[dict[str, Any]]:
    answer = command_here("protime", *arguments, "--json", "--config", config)
    assert (answer.returncode, answer.stderr) == (0, "")
    return [json.loads(line) for line in answer.stdout.splitlines()]


def test_people_are_shown_with_masked_badges(config: Path) -> None:
    answer = command_here("protime", "people", "--config", config)
    assert (answer.returncode, answer.stderr) == (0, "")
    headings, *lines = answer.stdout.splitlines()
    assert headings.split()[:4] == ["id", "employee", "number", "last"]
    assert len(lines) == PEOPLE
    assert "0013961168" not in answer.stdout
    assert "******1168" in lines[0]
    assert "\x1b" not in answer.stdout


def test_text_of_protime_is_no_markup(config: Path) -> None:
    assert 'Zoë "[red]X[/]"' in command_here("protime", "people", "--config", config).stdout


def test_json_has_the_same_and_whole_badges_when_asked(config: Path) -> None:
    (found,) = rows(config, "people", "--badge", "0013961168", "--badges")
    assert found["badge"] == "0013961168"
    assert (found["id"], found["last_name"], found["in_service"]) == (1, "Peeters", "2015-01-01")
    assert rows(config, "people", "--person", "1")[0]["badge"] == "******1168"
    assert rows(config, "people", "--employee", str(found["employee_number"]))[0]["id"] == 1


def test_people_in_service(config: Path) -> None:
    assert 6 not in [one["id"] for one in rows(config, "people", "--in-service")]
    assert rows(config, "people", "--person", "6", "--in-service") == []


def test_on_a_terminal_a_long_line_is_folded_and_nothing_is_lost(config: Path) -> None:
    code, shown = command_on_terminal("protime", "people", "--config", config)
    assert code == 0
    assert "Peeters" in shown


def test_activities_of_a_level_and_of_a_structure(config: Path) -> None:
    found = rows(config, "activities", "--level", "1")
    assert {one["name"] for one in found} >= {"Road works", "Old factory"}
    assert "Old factory" not in {one["name"] for one in rows(config, "activities", "--level", "1", "--active")}
    assert {one["level"] for one in rows(config, "activities")} == {1, 2, 3}
    other = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a02"
    assert "Mill" in {one["name"] for one in rows(config, "activities", "--structure", other)}


def test_clockings_of_a_person_and_day(config: Path, workday: date) -> None:
    days = ("--from", str(workday), "--until", str(workday))
    found = rows(config, "clockings", "--badge", "0013961168", *days)
    assert len(found) in (2, 4)
    assert {(one["person"], one["date"], one["kind"]) for one in found} == {(1, str(workday), "InOut")}
    assert found == rows(config, "clockings", "--person", "1", *days)
    assert rows(config, "clockings", "--person", "1", "--kind", "reason", *days) == []
    everybody = rows(config, "clockings", *days)
    assert {one["person"] for one in everybody} >= {1, 2, 3}


def test_other_lists_with_days(config: Path, workday: date) -> None:
    since = ("--from", str(workday - timedelta(days=15)), "--until", str(workday))
    counters = rows(config, "counters", "--person", "1", *since)
    assert {one["counter"] for one in counters} >= {"MEAL"}
    assert all(one["person"] == 1 for one in counters)
    access = rows(config, "access", *since)
    refused = rows(config, "access", "--refused", *since)
    assert access
    assert {one["status"] for one in access} >= {"AccessOk"}
    assert refused == [one for one in access if one["status"] != "AccessOk"]
    absences = rows(config, "absences", *since)
    assert all({"absence", "lasts", "approval"} <= one.keys() for one in absences)


@pytest.mark.parametrize("name", LISTS)
def test_a_missing_scope_is_named(config: Path, simulator: SimulatorThread, name: str) -> None:
    scope = {"access": "access-clockings", "activities": "activity-definitions"}.get(name, name) + ".read"
    simulator.set_faults(withheld_scopes=[f"connector-protimeapi-{scope}"])
    answer = command_here("protime", name, "--config", config)
    assert answer.returncode == ExitCode.CONFIGURATION
    assert scope in answer.stderr
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("name", LISTS)
def test_no_network_is_one_line(config: Path, simulator: SimulatorThread, name: str) -> None:
    simulator.set_faults(down=True)
    answer = command_here("protime", name, "--config", config)
    assert (answer.returncode, answer.stdout) == (ExitCode.UNAVAILABLE, "")
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["people", "--badge", "77"], ExitCode.FAILED, "404"),
        (["people", "--badge", "77", "--person", "1"], ExitCode.USAGE, "give one of them"),
        (["clockings", "--from", "2025-01-01", "--until", "2026-01-01"], ExitCode.USAGE, "more than a year"),
        (["clockings", "--from", "2026-01-02", "--until", "2026-01-01"], ExitCode.USAGE, "is before --from"),
        (["clockings", "--from", "yesterday"], ExitCode.USAGE, "a day is written like"),
        (["clockings", "--kind", "inout"], ExitCode.USAGE, "in-out"),
        (["activities", "--level", "0"], ExitCode.USAGE, "equal to 1"),
        (["activities", "--level", "9"], ExitCode.FAILED, "404"),
    ],
)
def test_what_cannot_be_shown(config: Path, arguments: list[str], code: ExitCode, text: str) -> None:
    answer = command_here("protime", *arguments, "--config", config)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert text in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_badge_that_is_unknown_is_not_repeated(config: Path) -> None:
    assert "123456789" not in command_here("protime", "people", "--badge", "123456789", "--config", config).stderr


def test_a_year_is_not_too_much(config: Path) -> None:
    assert rows(config, "clockings", "--person", "1", "--from", "2022-01-01", "--until", "2022-12-31") == []
