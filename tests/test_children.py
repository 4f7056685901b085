"""Child processes end with their parent, and have the terminal that they are given."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from terminal_app.children import end_child, set_size, start_child

PARENT = """
import subprocess, sys, time
from terminal_app.children import start_child
child = start_child("simulator", "--port", "0", log=subprocess.DEVNULL)
print(child.pid, flush=True)
time.sleep(600)
"""


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_killed_parent_takes_its_child_along() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert runs(child)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while runs(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not runs(child)


def test_the_exit_code_of_a_child(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        child = start_child("courier", "--config", str(tmp_path / "none.toml"), log=log)
        assert child.wait(60) == 78
    assert end_child(child) == 78
    assert "none.toml" in (tmp_path / "log").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
def test_a_terminal_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "7")
    ours, theirs = os.openpty()
    set_size(ours, 20, 60)
    child = start_child("simulator", "--port", "0", terminal=theirs)
    os.close(theirs)
    try:
        assert os.read(ours, 100)  # it is the command by now
        environment = Path(f"/proc/{child.pid}/environ").read_bytes().split(b"\0")
        assert not [one for one in environment if one.startswith(name.encode())]
        terminal = Path(f"/proc/{child.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[4]
        assert int(terminal) != 0  # its controlling terminal
        os.write(ours, b"\x03")  # so Ctrl+C of that terminal ends it
        child.wait(60)
    finally:
        end_child(child)
        os.close(ours)
