"""`protime webhooks` and `protime references`, against the real simulator."""

import json
import stat
from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.simulator.server import SimulatorThread
from terminal_app.webhook_receiver.collections import Received
from terminal_app.webhook_receiver.key_file import read_keys
from tests.cli.command import command_here

URL = "https://localhost/people"


def ids(config: Path) -> list[str]:
    answer = command_here("protime", "webhooks", "list", "--json", "--config", config)
    assert answer.returncode == 0, answer.stderr
    return [json.loads(line)["id"] for line in answer.stdout.splitlines()]


def test_created_listed_deleted(config: Path) -> None:
    answer = command_here("protime", "webhooks", "create", URL, "people", "--json", "--config", config)
    assert answer.returncode == 0, answer.stderr
    made = json.loads(answer.stdout)
    assert made["key"]
    assert made["collection"] == "people"
    assert made["id"] in ids(config)
    table = command_here("protime", "webhooks", "list", "--config", config).stdout
    assert URL in table
    assert made["key"] not in table
    answer = command_here("protime", "webhooks", "delete", made["id"], "--json", "--config", config)
    assert json.loads(answer.stdout) == {"id": made["id"], "result": "deleted"}
    assert made["id"] not in ids(config)


def test_the_key_goes_to_a_file_of_mode_600(config: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    shown = ""
    for name in ("people", "absence-definitions"):
        answer = command_here("protime", "webhooks", "create", URL, name, "--key-file", keys, "--config", config)
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.splitlines()[-1] == f"The key is in {keys}."
        shown += answer.stdout
    found = read_keys(keys)
    assert set(found) == {Received.PEOPLE, Received.ABSENCE_DEFINITIONS}
    assert not any(key in shown for one in found.values() for key in one)
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


def test_a_key_file_that_cannot_be_written_creates_nothing(config: Path, tmp_path: Path) -> None:
    before = ids(config)
    path = tmp_path / "nowhere" / "keys"
    answer = command_here("protime", "webhooks", "create", URL, "people", "--key-file", path, "--config", config)
    assert answer.returncode == ExitCode.USAGE
    assert "Nothing was created" in answer.stderr
    assert ids(config) == before


def test_references_that_are_to_come_along_are_asked_for(config: Path, simulator: SimulatorThread) -> None:
    asked = ["--reference", "people,@employee-number"]
    answer = command_here("protime", "webhooks", "create", URL, "people", *asked, "--json", "--config", config)
    assert answer.returncode == 0, answer.stderr
    made = simulator.state.webhooks.get(json.loads(answer.stdout)["id"])
    assert made is not None
    assert made.references == "(people,@employee-number)"
    asked = ["--reference", "people,HRMID", "--reference", "terminals,@external-code"]
    answer = command_here("protime", "webhooks", "create", URL, "clockings", *asked, "--json", "--config", config)
    assert answer.returncode == 0, answer.stderr
    made = simulator.state.webhooks.get(json.loads(answer.stdout)["id"])
    assert made is not None
    assert made.references == "(people,HRMID)(terminals,@external-code)"


def test_a_key_of_another_name(config: Path, simulator: SimulatorThread) -> None:
    simulator.set_faults(webhook_key_property="sesame")
    answer = command_here("protime", "webhooks", "create", URL, "people", "--config", config)
    assert answer.returncode == ExitCode.FAILED
    assert "--key-property" in answer.stderr
    again = command_here("protime", "webhooks", "create", URL, "people", "--key-property", "sesame", "--config", config)
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["create", "http://hooks.example.com/x", "people"], ExitCode.USAGE, "https only"),
        (["create", URL, "people", "--reference", "people"], ExitCode.USAGE, "a collection and a name"),
        (["create", URL, "people", "--reference", "people,(x)"], ExitCode.USAGE, "a collection and a name"),
        (["create", URL, "people", "--reference", "people,@no-such"], ExitCode.FAILED, "400"),
        (
            ["create", URL, "people", "--reference", "people,@badge-number", "--reference", "people,HRMID"],
            ExitCode.USAGE,
            "one reference of a collection",
        ),
        (["create", URL, "jobs"], ExitCode.USAGE, "there are webhooks for"),
        (["create", "https://gate.example/x", "people"], ExitCode.FAILED, "destination is not valid"),
        (["delete", "00000000-0000-0000-0000-000000000000"], ExitCode.FAILED, "404"),
        (["delete", ".."], ExitCode.USAGE, "not empty"),
    ],
)
def test_what_cannot_be_done(config: Path, arguments: list[str], code: ExitCode, text: str) -> None:
    answer = command_here("protime", "webhooks", *arguments, "--config", config)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert text in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_a_scope_that_is_missing_is_named(config: Path, simulator: SimulatorThread) -> None:
    simulator.set_faults(
        withheld_scopes=["connector-protimeapi-webhooks.write", "connector-protimeapi-external-references.read"]
    )
    answer = command_here("protime", "webhooks", "create", URL, "people", "--config", config)
    assert answer.returncode == ExitCode.CONFIGURATION
    assert "webhooks.write" in answer.stderr
    answer = command_here("protime", "references", "list", "people", "1", "--config", config)
    assert answer.returncode == ExitCode.CONFIGURATION
    assert "external-references.read" in answer.stderr


def test_references_are_set_and_listed(config: Path) -> None:
    done = command_here("protime", "references", "set", "people", "5", "HRMID", "hr 5/ä", "--config", config)
    assert (done.returncode, done.stdout) == (0, "people 5: HRMID was set.\n"), done.stderr
    told = command_here("protime", "references", "set", "people", "5", "HRMID", "hr 5/ä", "--json", "--config", config)
    assert json.loads(told.stdout) == {"collection": "people", "id": "5", "name": "HRMID", "value": "hr 5/ä"}
    answer = command_here("protime", "references", "list", "people", "5", "--json", "--config", config)
    assert [json.loads(line) for line in answer.stdout.splitlines()] == [{"name": "HRMID", "value": "hr 5/ä"}]
    assert "HRMID" in command_here("protime", "references", "list", "people", "5", "--config", config).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["list", "people", "99999"], ExitCode.FAILED, "assumes (docs/protime-api.md)"),
        (["set", "people", "99999", "HRMID", "x"], ExitCode.FAILED, "assumes (docs/protime-api.md)"),
        (["set", "people", "1", "@badge-number", "7"], ExitCode.USAGE, "without @"),
    ],
)
def test_references_that_cannot_be(config: Path, arguments: list[str], code: ExitCode, text: str) -> None:
    answer = command_here("protime", "references", *arguments, "--config", config)
    assert (answer.returncode, answer.stdout) == (code, "")
    assert text in answer.stderr
