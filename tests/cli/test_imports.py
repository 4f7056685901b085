"""Which libraries a command loads: the kiosk's memory and start depend on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.clockings import recorded
from tests.cli.command import settings_for
from tests.cli.test_program import _foreign

PROGRAM = """
import sys
from terminal_app.cli.main import exit_code_of
code = exit_code_of(sys.argv[1:])
sys.stdout.write(f"\\n{code} " + " ".join({name.partition(".")[0] for name in sys.modules}))
"""


def loaded_by(*arguments: str) -> tuple[int, set[str]]:
    # Without coverage: it loads sqlite3 and more into the process that it measures.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True, text=True, check=True, timeout=60, env=environment,
    )  # fmt: skip
    code, *modules = answer.stdout.rpartition("\n")[2].split()
    return int(code), set(modules)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_loads_next_to_nothing(arguments: list[str]) -> None:
    code, modules = loaded_by(*arguments)
    assert code == 0
    assert not modules & {"textual", "httpx", "pydantic", "starlette", "uvicorn", "serial", "sqlite3", "rich"}


def test_the_kiosk_loads_neither_network_nor_pydantic(tmp_path: Path) -> None:
    _foreign(tmp_path)  # so that it ends before the screen, with all imports done
    code, modules = loaded_by("kiosk", "--config", str(settings_for(tmp_path)))
    assert code == 73
    assert "textual" in modules
    assert not modules & {"pydantic", "pydantic_settings", "httpx", "sqlite_utils", "starlette", "uvicorn"}


def test_the_queue_loads_neither_screen_nor_network(tmp_path: Path) -> None:
    recorded(tmp_path)
    code, modules = loaded_by("queue", "--config", str(settings_for(tmp_path)))
    assert code == 0
    assert not modules & {"textual", "httpx", "sqlite_utils", "starlette", "uvicorn", "rich"}
