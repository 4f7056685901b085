"""The child that reads the settings, and what becomes of it."""

import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from terminal_app.settings_child import SettingsChild
from terminal_app.settings_errors import SettingsError
from terminal_app.settings_file import load_settings
from tests.settings.files import LEAST, written


def test_it_gives_what_the_file_says(tmp_path: Path) -> None:
    path = written(tmp_path, f'{LEAST}[[reader]]\ndriver = "line"\nport = "/dev/one"\n')
    assert asdict(SettingsChild(path).settings()) == asdict(load_settings(path))


def test_it_gives_the_same_faults(tmp_path: Path) -> None:
    path = written(tmp_path, "x = 1")
    with pytest.raises(SettingsError) as here:
        load_settings(path)
    with pytest.raises(SettingsError) as there:
        SettingsChild(path).settings()
    assert there.value.faults == here.value.faults


def test_a_child_that_dies_is_an_error_and_leaves_no_zombie(tmp_path: Path) -> None:
    pipe = tmp_path / "terminal.toml"
    os.mkfifo(pipe)  # the child waits for a writer
    child = SettingsChild(pipe)
    os.kill(child._process, signal.SIGKILL)
    with pytest.raises(SettingsError, match="ended early \\(signal 9\\)"):
        child.settings()
    with pytest.raises(ChildProcessError):
        os.waitpid(child._process, os.WNOHANG)


def test_the_parent_never_imports_pydantic(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from terminal_app.settings_child import SettingsChild;"
        "print(SettingsChild(pathlib.Path(sys.argv[1])).settings().terminal.name, 'pydantic' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(written(tmp_path))], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["Gate", "False"]
