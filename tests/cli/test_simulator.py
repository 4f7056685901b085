"""`simulator`: what it announces works."""

import json
import re
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.settings_file import load_settings
from tests.cli.command import command, started


def test_its_example_is_a_settings_file_for_a_server_that_answers(tmp_path: Path) -> None:
    with started("simulator", "--port", "0") as program:
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(11)]
        (tmp_path / "terminal.toml").write_text("".join(lines), encoding="utf-8")
        settings = load_settings(tmp_path / "terminal.toml").protime
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{settings.api_url}/connector/protimeapi/api/v1/people", timeout=30)
        assert refused.value.code == 400
        refused.value.close()
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        answer = command("simulator", "--port", str(other.getsockname()[1]))
    assert answer.returncode == ExitCode.UNAVAILABLE
    assert "Choose another one with --port" in answer.stderr


def test_its_options_reach_the_server() -> None:
    options = (
        "--people",
        "60",
        "--history-days",
        "5",
        "--seed",
        "3",
        "--names",
        "older",
        "--delta-second-start",
        "conflict",
    )
    switches = ("--switch", "rate_limit=2", "--switch", "retry_after_form=missing")
    rule = ("--rule", '{"effect": "status", "target": "token"}')
    with started("simulator", "--port", "0", *options, *switches, *rule) as program:
        assert program.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", program.stdout.readline())
        assert address is not None

        def read(path: str) -> dict[str, object]:
            with urllib.request.urlopen(f"{address[0]}/_control/{path}", timeout=30) as answer:
                found: dict[str, object] = json.loads(answer.read())
                return found

        status, faults = read("status"), read("faults")
        program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0
    assert (status["people"], status["historyDays"], status["seed"], status["rules"]) == (60, 5, 3, 1)
    assert (faults["names"], faults["delta_second_start"]) == ("older", "conflict")
    assert (faults["rate_limit"], faults["retry_after_form"]) == (2, "missing")


@pytest.mark.parametrize(
    "options",
    [
        ("--switch", "x"),
        ("--switch", "nothing=1"),
        ("--names", "funny"),
        ("--rule", "x"),
        ("--rule", "[]"),
        ("--rule", '{"effect": "x"}'),
        ("--people", "100001"),
    ],
)
def test_what_it_cannot_be_started_with(options: tuple[str, str]) -> None:
    answer = command("simulator", "--port", "0", *options)
    assert answer.returncode == ExitCode.USAGE
    assert "Traceback" not in answer.stderr
