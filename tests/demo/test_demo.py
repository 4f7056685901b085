"""The demo as a person starts it, and the comparison that it stands for."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from terminal_app.children import set_size
from terminal_app.demo.attended import help_line
from terminal_app.demo.unattended import Expected, _report

DEMO = [sys.executable, "-m", "terminal_app", "demo"]
ONE: Expected = ("0013961168", "InOut", "2026-01-15", 510)
TWO: Expected = ("0040856634", "InOut", "2026-01-15", 511)


@pytest.mark.parametrize(
    ("badged", "received", "code"),
    [
        ([ONE, TWO], [TWO, ONE], 0),
        ([ONE, ONE], [ONE, ONE], 0),
        ([ONE, TWO], [ONE], 1),
        ([ONE], [ONE, ONE], 1),
        ([ONE], [TWO], 1),
        ([], [], 1),
    ],
)
def test_only_exactly_what_was_badged_will_do(
    badged: list[Expected], received: list[Expected], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _report(Counter(badged), Counter(received)) == code
    assert f"badged {len(badged)}, received {len(received)}" in capsys.readouterr().out


def processes_of(folder: Path) -> list[str]:
    """The command lines that name something in this folder."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return [line for line in lines if str(folder) in line]


@pytest.mark.processes
def test_unattended(tmp_path: Path) -> None:
    answer = subprocess.run(
        [*DEMO, "--unattended", "4"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert re.search(r"badged (\d+), received \1, missing 0, too many 0", answer.stdout)
    assert list(tmp_path.iterdir()) == []
    assert processes_of(tmp_path) == []


@pytest.mark.processes
def test_attended(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    set_size(ours, 26, 80)
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    with subprocess.Popen(
        DEMO,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**environment, "TMPDIR": str(tmp_path), "TERM": "xterm-256color"},
    ) as demo:
        os.close(theirs)
        try:
            until_seen(ours, "reader ready", "online")
            os.write(ours, b"a")
            until_seen(ours, "Anna Peeters")
            os.write(ours, b"bc")  # typed so fast that they come together
            until_seen(ours, "Jürgen Schäfer")
            os.write(ours, b"uq")
            until_seen(ours, "\x1b[?1049l")
            while os.read(ours, 65536):
                pass
        except OSError:
            pass  # its end of the pty is gone
        assert demo.wait(60) == 0
    os.close(ours)
    assert list(tmp_path.iterdir()) == []
    assert processes_of(tmp_path) == []


@pytest.mark.parametrize("columns", [50, 80, 100, 240])
@pytest.mark.parametrize("network", [True, False])
def test_the_help_names_every_key_at_every_width(columns: int, network: bool) -> None:
    line = help_line(columns, network=network)
    assert len(line) <= columns
    assert line.endswith("q quit")
    assert ("n cut" if network else "n RESTORE") in line
    assert all(key in line for key in "ae")


def until_seen(pty: int, *texts: str) -> None:
    seen, deadline = "", time.monotonic() + 60
    while not all(text in seen for text in texts):
        assert time.monotonic() < deadline, seen[-2000:]
        seen += os.read(pty, 65536).decode(errors="replace")
