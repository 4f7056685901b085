"""`protime activities import` and `export`, against the real simulator."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.simulator.server import SimulatorThread
from tests.cli.command import command_here, command_on_terminal
from tests.cli.protime.conftest import settings_of

HEAD = "level,external_reference,data_entry_code,name,parent\n"


@pytest.fixture
def simulator() -> Iterator[SimulatorThread]:
    """One of its own: what is written stays."""
    with SimulatorThread() as simulator:
        yield simulator


@pytest.fixture
def config(simulator: SimulatorThread, tmp_path: Path) -> Path:
    return settings_of(simulator.url, tmp_path)


def exported(config: Path, *arguments: str) -> str:
    answer = command_here("protime", "activities", "export", "--config", config, *arguments)
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout


def file(config: Path, text: str) -> Path:
    path = config.parent / "activities.csv"
    path.write_text(text, encoding="utf-8")
    return path


def imported(config: Path, text: str, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    answer = command_here(
        "protime", "activities", "import", file(config, text), "--json", "--config", config, *arguments
    )
    assert answer.returncode == code, answer.stderr
    return [json.loads(line) for line in answer.stdout.splitlines()]


def results(rows: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(one["line"], one["result"]) for one in rows]


def test_what_was_exported_is_imported_unchanged(config: Path) -> None:
    text = exported(config)
    assert "Straßenbau" in text
    assert len(text.splitlines()) == 16
    rows = imported(config, text, "--write")
    assert {one["result"] for one in rows} == {"unchanged"}
    assert len(rows) == 15
    assert exported(config) == text


def test_an_export_goes_into_an_empty_structure(config: Path) -> None:
    other = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a02"
    text = exported(config)
    rows = imported(config, text, "--write", "--structure", other)
    assert {one["result"] for one in rows} == {"created"}
    both = exported(config, "--structure", other).splitlines()
    assert set(text.splitlines()[1:]) <= set(both)


def test_one_level(config: Path) -> None:
    assert {line[0] for line in exported(config, "--level", "2").splitlines()[1:]} == {"2"}
    assert {one["result"] for one in imported(config, exported(config, "--level", "2"))} == {"unchanged"}


NEW = HEAD + "2,NEW-2,77,Child,NEW-1\n1,NEW-1,,Parent,\n1,PRJ-100,100,Road works by night,\n2,TSK-220,,Inspection,200\n"


def test_a_dry_run_writes_nothing(config: Path) -> None:
    before = exported(config)
    rows = imported(config, NEW)
    assert sorted(results(rows)) == [(2, "created"), (3, "created"), (4, "updated"), (5, "unchanged")]
    assert exported(config) == before


def test_created_and_updated_with_parents_of_the_same_file(config: Path) -> None:
    rows = imported(config, NEW, "--write")
    assert sorted(results(rows)) == [(2, "created"), (3, "created"), (4, "updated"), (5, "unchanged")]
    after = exported(config)
    assert "2,NEW-2,77,Child,NEW-1," in after
    assert "1,PRJ-100,100,Road works by night,,,,,,Straßenbau," in after, "columns that the file lacks are kept"
    assert {one["result"] for one in imported(config, NEW, "--write")} == {"unchanged"}


def test_it_goes_on_after_a_refused_row(config: Path) -> None:
    text = HEAD + "1,A1,,First,\n1,A2,200,Taken,\n1,A3,,Third,\n"
    # A2 is found by its code and would take it over; a second one with that code is refused by Protime.
    text += "1,PRJ-100,300,Code of another,\n"
    rows = imported(config, text, "--write", code=ExitCode.FAILED)
    assert results(rows) == [(2, "created"), (3, "updated"), (4, "created"), (5, "refused")]
    assert "Another definition of this level has this @data-entry-code." in rows[-1]["why"]


def test_the_table_has_a_line_for_each_row_and_a_sum(config: Path) -> None:
    answer = command_here("protime", "activities", "import", file(config, NEW), "--config", config)
    assert answer.returncode == 0
    assert answer.stdout.splitlines()[-1] == (
        "Would be done: 2 created, 1 updated, 1 unchanged. Nothing was written; --write does it."
    )
    assert len(answer.stdout.splitlines()) == 6


def test_a_bar_is_shown_on_a_terminal(config: Path) -> None:
    code, shown = command_on_terminal(
        "protime", "activities", "import", file(config, NEW), "--write", "--config", config
    )
    assert code == 0
    assert "4/4" in shown
    assert "Done: 2 created, 1 updated, 1 unchanged." in shown


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ("1,A,,x\n", "line 2: 4 columns instead of 5."),
        ("1,12345678901234567,,x,\n", "line 2: external_reference is longer than 16 characters."),
        ("2,A,,x,NOPE\n", "line 2: the parent NOPE is neither on level 1 in Protime nor in the file."),
        ("2,TSK-220,,Inspection,PRJ-100\n", "line 2: the parent is 200 in Protime, and cannot be changed there."),
        ("1,PRJ-100,,x,\n1,,100,y,\n", "line 3: the definition that it names is that of line 2 too."),
    ],
)
def test_a_bad_file_writes_nothing(config: Path, simulator: SimulatorThread, row: str, text: str) -> None:
    before = exported(config)
    path = file(config, HEAD + row)
    answer = command_here("protime", "activities", "import", path, "--write", "--config", config)
    assert (answer.returncode, answer.stdout) == (ExitCode.FAILED, "")
    assert f"{path}, {text}" in answer.stderr
    assert answer.stderr.endswith("Nothing was written.\n")
    assert exported(config) == before


def test_a_file_that_is_not_there(config: Path) -> None:
    answer = command_here("protime", "activities", "import", "nowhere.csv", "--config", config)
    assert (answer.returncode, answer.stderr.count("\n")) == (ExitCode.USAGE, 1)


def test_a_scope_that_is_missing_stops_it(config: Path, simulator: SimulatorThread) -> None:
    simulator.set_faults(withheld_scopes=["connector-protimeapi-activity-definitions.write"])
    answer = command_here("protime", "activities", "import", file(config, NEW), "--write", "--config", config)
    assert answer.returncode == ExitCode.CONFIGURATION
    assert "activity-definitions.write" in answer.stderr
    assert "3 not sent" in answer.stdout


def test_an_answer_that_is_lost_is_asked_for_again(config: Path, simulator: SimulatorThread) -> None:
    simulator.add_rule(effect="cut-after", target="writes", path="NEW-1", times=1)
    simulator.add_rule(effect="status", target="writes", path="PRJ-100", status=429, times=1)
    rows = imported(config, NEW, "--write")
    assert "refused" not in {one["result"] for one in rows}
    assert {one["result"] for one in imported(config, NEW, "--write")} == {"unchanged"}


def test_an_outage_stops_it_and_says_what_was_not_sent(config: Path, simulator: SimulatorThread) -> None:
    simulator.add_rule(effect="cut-before", target="writes", path="NEW-1")
    answer = command_here("protime", "activities", "import", file(config, NEW), "--write", "--config", config)
    assert answer.returncode == ExitCode.UNAVAILABLE
    assert "1 unknown" in answer.stdout
    assert "2 not sent" in answer.stdout or "1 not sent" in answer.stdout
    assert "stopped before the end" in answer.stderr
