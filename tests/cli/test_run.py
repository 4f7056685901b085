"""`run`: both processes on one terminal, and nothing left behind."""

import os
import signal
import subprocess
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.doorbell import ask_to_end
from tests.cli.command import PROGRAM, command, command_on_terminal, settings_for

NOBODY = "http://127.0.0.1:9"


def _children(process: int) -> list[int]:
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    return [int(child) for child in text.split()]


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _run(settings: Path, terminal: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*PROGRAM, "run", "--config", settings],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        env={
            **os.environ,
            "TERM": "xterm-256color",
            "CLOCKING_TERMINAL__PROTIME__BASE_URL": NOBODY,
            "CLOCKING_TERMINAL__PROTIME__AUTHENTICATION_URL": NOBODY,
        },
    )


def _kiosk_among(processes: list[int]) -> int:
    (kiosk,) = (one for one in processes if b"\0kiosk\0" in Path(f"/proc/{one}/cmdline").read_bytes())
    return kiosk


@pytest.mark.processes
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_ends_both(tmp_path: Path, how: signal.Signals) -> None:
    path = settings_for(tmp_path)
    ours, theirs = os.openpty()
    try:
        with _run(path, theirs) as program:
            seen = b""
            while b"\x1b[?1049h" not in seen:
                seen += os.read(ours, 65536)
            children = _children(program.pid)
            assert len(children) == 2
            program.send_signal(how)
            seen = b""
            while b"\x1b[?1049l" not in seen:  # the screen is given back
                seen += os.read(ours, 65536)
            os.set_blocking(ours, False)
            code = program.wait(60)
        assert code == (0 if how is not signal.SIGKILL else -signal.SIGKILL)
        deadline = time.monotonic() + 60
        while any(map(_runs, children)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(_runs, children))
        assert (tmp_path / "courier.log").exists()
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.processes
def test_a_kiosk_that_is_killed_does_not_keep_the_terminal(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    try:
        before = termios.tcgetattr(theirs)
        with _run(settings_for(tmp_path), theirs) as program:
            seen = b""
            while b"\x1b[?7l" not in seen:  # the last that Textual asks a terminal for
                seen += os.read(ours, 65536)
            assert termios.tcgetattr(theirs) != before
            os.kill(_kiosk_among(_children(program.pid)), signal.SIGKILL)
            seen = b""
            while b"\x1b[?25h" not in seen:
                seen += os.read(ours, 65536)
            os.set_blocking(ours, False)
            assert program.wait(60) == ExitCode.FAILED
        for taken in (b"?1049", b"?1000", b"?1003", b"?1004", b"?2004"):
            assert seen.rpartition(b"\x1b[" + taken)[2].startswith(b"l"), taken
        assert termios.tcgetattr(theirs) == before
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.processes
def test_a_courier_that_is_asked_to_end_is_started_anew_and_the_kiosk_stays(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    try:
        with _run(settings_for(tmp_path), theirs) as program:
            Thread(target=_drain, args=(ours,), daemon=True).start()
            log = tmp_path / "courier.log"
            _until(lambda: log.exists() and log.read_bytes().count(b"courier-started") == 1)
            kiosk = _kiosk_among(_children(program.pid))
            first = set(_children(program.pid)) - {kiosk}
            _until(lambda: ask_to_end(tmp_path, "courier"))
            _until(lambda: log.read_bytes().count(b"courier-started") == 2)
            assert b"courier-stopped" in log.read_bytes()
            now = _children(program.pid)
            assert kiosk in now
            assert len(now) == 2
            assert not first & set(now)
            program.terminate()
            assert program.wait(60) == 0
    finally:
        os.close(theirs)
        os.close(ours)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _drain(terminal: int) -> None:
    with suppress(OSError):
        while os.read(terminal, 65536):
            pass


@pytest.mark.processes
def test_a_second_kiosk_is_refused_and_the_first_keeps_its_doorbell(tmp_path: Path) -> None:
    path = settings_for(tmp_path)
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*PROGRAM, "kiosk", "--config", path], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as first:
        while not (tmp_path / "kiosk.doorbell").exists():
            os.read(ours, 65536)  # it paints at least once a second
        code, told = command_on_terminal("kiosk", "--config", path)
        assert code == ExitCode.STORAGE
        assert "another kiosk works in" in told
        assert (tmp_path / "kiosk.doorbell").exists()
        assert first.poll() is None
        first.kill()
    os.close(ours)
    os.close(theirs)


def test_a_long_log_is_begun_anew(tmp_path: Path) -> None:
    path = settings_for(tmp_path)
    (tmp_path / "courier.log").write_bytes(b"x" * 5_000_001)
    command("run", "--config", path)  # ends at once: there is no terminal
    assert (tmp_path / "courier.log.1").stat().st_size == 5_000_001
    assert (tmp_path / "courier.log").stat().st_size < 5_000_001
