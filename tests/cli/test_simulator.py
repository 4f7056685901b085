"""`simulator`: what it announces works."""

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
