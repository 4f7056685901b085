"""The kiosk's process on a real terminal: whatever a keyboard can send, nobody gets out, and the next badge is clocked."""

import os
import signal
import termios
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.processes.keyboard import all_keys, pairs
from tests.processes.terminal import ANNA, Terminal, until

pytestmark = [pytest.mark.processes, pytest.mark.no_cover]
_PAUSE_SECONDS = 0.002
_MODES = termios.ISIG | termios.ICANON | termios.ECHO | termios.IEXTEN
SEED = 20261127


def kiosk_of(terminal: Terminal) -> int:
    assert terminal.kiosk is not None
    return terminal.kiosk.pid


def assert_locked(terminal: Terminal, begun: str) -> None:
    """It is the same process, at work in the foreground of a terminal that makes no signals, and has started nothing."""
    pid = kiosk_of(terminal)
    assert terminal.kiosk is not None
    assert terminal.kiosk.poll() is None
    state, *fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    assert state in "SR"
    assert fields[18] == begun, "it was started anew"
    assert os.tcgetpgrp(terminal._pty) == os.getpgid(pid)
    _, _, _, local, *_ = termios.tcgetattr(terminal._pty)
    assert not local & _MODES, "the terminal would make signals of keys"
    children = [path.read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").glob("*/children")]
    assert "".join(children) == ""


def started_at(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19]


def type_all(terminal: Terminal, keys: Iterable[bytes]) -> None:
    for number, key in enumerate(keys):
        terminal.press(key)
        if number % 8 == 0:  # no faster than it reads: what a full pty drops would not have been tried
            time.sleep(_PAUSE_SECONDS)


def test_no_key_leads_out_of_the_kiosk(tmp_path: Path) -> None:
    with Terminal(tmp_path, "http://127.0.0.1:9") as terminal:
        terminal.start_kiosk()
        terminal.wait_for_reader()
        begun = started_at(kiosk_of(terminal))
        assert_locked(terminal, begun)
        files = set(tmp_path.iterdir())
        type_all(terminal, all_keys())
        assert_locked(terminal, begun)
        type_all(terminal, pairs(SEED, 3000))
        assert_locked(terminal, begun)
        # Whatever was pressed last, the next badge ends at a clocking.
        until(lambda: _badged(terminal), lambda: f"a clocking:\n{terminal.shown()}")
        assert_locked(terminal, begun)
        assert {path.suffix for path in set(tmp_path.iterdir()) - files} <= {".db-wal", ".db-shm", ".readers"}
        os.kill(kiosk_of(terminal), signal.SIGTERM)  # the service manager's way is the one that is left
        assert terminal.kiosk is not None
        assert terminal.kiosk.wait(30) == 0


def test_keys_that_make_signals_during_the_start_do_not_count(tmp_path: Path) -> None:
    with Terminal(tmp_path, "http://127.0.0.1:9") as terminal:
        terminal.start_kiosk()
        until(lambda: _ignores(kiosk_of(terminal), signal.SIGTSTP), "it ignores signals of the terminal")
        begun = started_at(kiosk_of(terminal))
        for _ in range(50):
            terminal.press(b"\x1a\x1c\x03")
            time.sleep(0.01)
        terminal.wait_for_reader()
        assert_locked(terminal, begun)


def _ignores(pid: int, number: signal.Signals) -> bool:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (ignored,) = (int(line.split()[1], 16) for line in status.splitlines() if line.startswith("SigIgn:"))
    return bool(ignored >> (number - 1) & 1)


def _badged(terminal: Terminal) -> bool:
    terminal.press(b"\x1b")
    time.sleep(0.2)
    terminal.reader.hold(ANNA)
    time.sleep(0.5)
    return bool(terminal.states())


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGQUIT, signal.SIGWINCH])
def test_signals_of_a_terminal_neither_stop_it_nor_show_anything_else(tmp_path: Path, number: signal.Signals) -> None:
    with Terminal(tmp_path, "http://127.0.0.1:9") as terminal:
        terminal.start_kiosk()
        terminal.wait_for_reader()
        begun = started_at(kiosk_of(terminal))
        for _ in range(3):
            os.killpg(kiosk_of(terminal), number)
            time.sleep(0.1)
        assert_locked(terminal, begun)
        until(lambda: _badged(terminal), lambda: f"a clocking:\n{terminal.shown()}")
        assert "Traceback" not in terminal.shown()
