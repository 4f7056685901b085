"""Signs of life: sent while all that must answer does, and not otherwise."""

import asyncio
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from terminal_app.health import Part, show_life
from terminal_app.service_manager import is_supervised, seconds_between_signs, tell


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> socket.socket:
    """The service manager's end."""
    there = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    there.bind(str(tmp_path / "notify"))
    there.settimeout(5)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    return there


def test_the_service_manager_hears(manager: socket.socket) -> None:
    with manager:
        assert is_supervised()
        assert tell("READY=1", "STATUS=well")
        assert manager.recv(100) == b"READY=1\nSTATUS=well"


def test_a_name_without_a_file_is_heard_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(f"\0clocking-terminal-test-{os.getpid()}")
        there.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@clocking-terminal-test-{os.getpid()}")
        assert tell("WATCHDOG=1")
        assert there.recv(100) == b"WATCHDOG=1"


def test_nobody_there_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not is_supervised()
    assert not tell("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "none"))
    assert not tell("READY=1")


def test_signs_come_four_times_as_often_as_the_watchdog_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "10000000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    assert seconds_between_signs(7) == 2.5
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert seconds_between_signs(7) == 2.5
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert seconds_between_signs(7) == 7
    monkeypatch.setenv("WATCHDOG_USEC", "soon")
    assert seconds_between_signs(7) == 7


class Watched:
    """Something that answers or not, on a clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.answers = True
        self.asked = 0
        self.answer: Callable[[], None] | None = None

    def ask(self, answered: Callable[[], None]) -> None:
        self.asked += 1
        self.answer = answered
        if self.answers:
            answered()

    def part(self) -> Part:
        return Part("ledger", self.ask, 30, lambda: self.now)


def test_a_part_is_silent_only_after_its_time_and_asked_once_at_a_time() -> None:
    watched = Watched()
    part = watched.part()
    part.ask()
    watched.now = 100
    assert not part.is_silent()
    watched.answers = False
    part.ask()
    part.ask()
    watched.now = 130
    assert not part.is_silent()
    watched.now = 131
    assert part.is_silent()
    assert watched.asked == 2  # not a third time while an answer is awaited


def test_a_late_answer_is_an_answer() -> None:
    watched = Watched()
    watched.answers = False
    part = watched.part()
    part.ask()
    watched.now = 31
    assert watched.answer is not None
    watched.answer()
    assert not part.is_silent()


async def signs(part: Part, monkeypatch: pytest.MonkeyPatch, *, monotonic: Callable[[], float], most: int) -> list[str]:
    """What is said in `most` rounds."""
    monkeypatch.setenv("WATCHDOG_USEC", "4000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    said: list[str] = []
    rounds = 0
    done = asyncio.Event()

    def counted() -> float:
        nonlocal rounds
        rounds += 1
        if rounds > 2 * most:
            done.set()
        return monotonic()

    task = asyncio.create_task(
        show_life([part], lambda: "ok", tell=lambda *states: said.extend(states), monotonic=counted)
    )
    await done.wait()
    task.cancel()
    return [one for one in said if not one.startswith("STATUS=")]


async def test_life_is_shown_while_all_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    said = await signs(Watched().part(), monkeypatch, monotonic=lambda: 0.0, most=3)
    assert said[:3] == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]


async def test_no_life_is_shown_of_a_part_that_is_silent(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watched = Watched()
    watched.answers = False
    part = watched.part()
    part.ask()
    watched.now = 31
    said = await signs(part, monkeypatch, monotonic=lambda: 0.0, most=3)
    assert said == ["READY=1"]
    assert [one.getMessage().split()[:2] for one in caplog.records] == [["health-lost", "part=ledger"]]


async def test_no_life_is_shown_by_a_loop_that_comes_late(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = iter(range(1000))  # each look at the clock is a second later, where a millisecond was slept
    said = await signs(Watched().part(), monkeypatch, monotonic=lambda: float(next(slow)), most=3)
    assert said == ["READY=1"]
