"""Which libraries a command loads: the kiosk's memory and start depend on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.clockings import recorded
from tests.cli.command import command_on_terminal, settings_for
from tests.cli.test_program import _foreign

PROGRAM = """
import pathlib, sys
from terminal_app.cli.main import exit_code_of
modules = pathlib.Path(sys.argv[1])
code = exit_code_of(sys.argv[2:])
modules.write_text(" ".join({name.partition(".")[0] for name in sys.modules}), encoding="utf-8")
sys.exit(code)
"""


@pytest.fixture(autouse=True)
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without coverage: it loads sqlite3 and more into the process that it measures."""
    for name in list(os.environ):
        if name.startswith("COVERAGE_"):
            monkeypatch.delenv(name)


def loaded_by(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    modules = folder / "modules"
    code, _ = command_on_terminal(modules, *arguments, program=[sys.executable, "-c", PROGRAM])
    return code, set(modules.read_text(encoding="utf-8").split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_next_to_nothing(tmp_path: Path, arguments: list[str]) -> None:
    code, modules = loaded_by(tmp_path, *arguments)
    assert code == 0
    assert not modules & {"textual", "httpx", "pydantic", "starlette", "uvicorn", "serial", "sqlite3", "rich"}


def test_the_kiosk_loads_neither_network_nor_pydantic(tmp_path: Path) -> None:
    _foreign(tmp_path)  # so that it ends by itself, with all imports done
    code, modules = loaded_by(tmp_path, "kiosk", "--config", str(settings_for(tmp_path)))
    assert code == 73
    assert "textual" in modules
    assert not modules & {"pydantic", "pydantic_settings", "httpx", "starlette", "uvicorn"}
    assert not modules & {"babel", "gettext", "tomllib", "gpiozero", "textual_serve", "aiohttp"}


def test_the_queue_loads_neither_screen_nor_network(tmp_path: Path) -> None:
    recorded(tmp_path)
    code, modules = loaded_by(tmp_path, "queue", "--config", str(settings_for(tmp_path)))
    assert code == 0
    assert not modules & {"textual", "httpx", "starlette", "uvicorn", "rich"}


def test_the_first_painting_waits_for_no_file_and_no_port() -> None:
    program = "import sys, terminal_app.cli.start_kiosk, terminal_app.kiosk.wiring; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    modules = set(answer.stdout.split())
    assert "textual.app" in modules
    assert not modules & {"sqlite3", "serial", "terminal_app.ledger.opening", "drivers.catalogue", "typer"}
    assert not modules & {"gettext", "hashlib", "tomllib", "terminal_app.kiosk.memory", "terminal_app.kiosk.signals"}


def test_the_groups_for_admins_are_loaded_for_who_names_them_only() -> None:
    program = "import sys, terminal_app.cli.commands; print(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    modules = set(answer.stdout.split())
    assert "typer" in modules
    assert not modules & {"rich", "httpx", "pydantic", "sqlite3", "starlette", "terminal_app.protime", "hmac"}
    assert not any(name.startswith(("terminal_app.cli.protime.", "terminal_app.webhook_receiver")) for name in modules)
