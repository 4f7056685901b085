"""The main job on the real processes: bytes on a serial line in, a clocking at the server out."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from terminal_app.simulator.server import SimulatorThread
from tests.processes.terminal import ANNA, LUC, Terminal, until

pytestmark = pytest.mark.processes

RELEASED_SECONDS = 0.8
"""A card that comes back sooner has not left the reader (drivers.presence)."""
F2, F3, F4 = b"\x1bOQ", b"\x1bOR", b"\x1bOS"


@pytest.fixture
def simulator() -> Iterator[SimulatorThread]:
    with SimulatorThread() as running:
        yield running


@pytest.fixture(autouse=True)
def size_of_another_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """That of the one in which the tests run, say: the kiosk must go by its own."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")


def minutes_now() -> set[tuple[str, int]]:
    """The wall times that a badge of the last seconds may have."""
    now = datetime.now(ZoneInfo("Europe/Brussels")).timestamp()
    times = [datetime.fromtimestamp(now - ago, ZoneInfo("Europe/Brussels")) for ago in (0, 30, 60)]
    return {(one.date().isoformat(), one.hour * 60 + one.minute) for one in times}


def badge_everything(terminal: Terminal) -> None:
    """A garbled frame, a card left on the reader, a badge of nobody, a reason, an activity of two levels and its end."""
    terminal.reader.write(b"\x02060G\xff\x0306")
    terminal.reader.hold(ANNA, repeats=20)
    terminal.wait_for_text("Anna Peeters")
    terminal.wait_for_text("geregistreerd om")

    terminal.reader.hold(bytes.fromhex("00DEADBEEF"))
    terminal.wait_for_text("Badge unknown")

    terminal.press(b"\x1b")
    terminal.wait_for_text("Hold your badge")
    terminal.press(F4)
    terminal.wait_for_text("Now hold your badge")
    terminal.reader.hold(LUC)
    terminal.wait_for_text("Choisissez un motif")
    terminal.press(b"1")
    terminal.wait_for_text("enregistré")

    terminal.press(b"\x1b")
    terminal.wait_for_text("badge")
    terminal.press(F2)
    terminal.wait_for_text("Now hold your badge")
    time.sleep(RELEASED_SECONDS)
    terminal.reader.hold(ANNA)
    terminal.wait_for_text("Kies een")
    terminal.press(b"1")
    terminal.wait_for_text("Cleaning")
    terminal.press(b"2")
    terminal.wait_for_text("geregistreerd om")

    terminal.press(b"\x1b")
    terminal.wait_for_text("Hold your badge")
    terminal.press(F3)
    terminal.wait_for_text("Now hold your badge")
    time.sleep(RELEASED_SECONDS)
    terminal.reader.hold(ANNA)
    terminal.wait_for_text("Anna Peeters")
    terminal.wait_for_text("geregistreerd om")


EVERYTHING = [
    ("0013961168", "Activity", None, ["300", "310"]),
    ("0013961168", "ActivityEnd", None, []),
    ("0013961168", "InOut", None, []),
    ("0040856634", "Reason", "TRAIN", []),
]
"""What the server has of it: badge number, kind, code of the reason, codes of the activity's levels."""


@pytest.mark.parametrize("is_down", [False, True], ids=["up", "down while badging"])
@pytest.mark.parametrize(("columns", "rows"), [(50, 15), (100, 30)])
def test_every_kind_reaches_the_server_once(
    tmp_path: Path,
    simulator: SimulatorThread,
    columns: int,
    rows: int,
    is_down: bool,
) -> None:
    with Terminal(tmp_path, simulator.url, rows=rows, columns=columns) as terminal:
        terminal.start_courier()
        terminal.start_kiosk()
        terminal.wait_for_text("online")
        terminal.wait_for_roster()
        if is_down:
            simulator.set_faults(down=True)
        badge_everything(terminal)
        if is_down:
            terminal.press(b"\x1b")
            terminal.wait_for_text("no network")
            assert simulator.received() == []
            assert not set(terminal.states().values()) & {"confirmed", "refused"}
            simulator.set_faults(down=False)
        until(
            lambda: sorted(terminal.states().values()) == ["confirmed"] * 4 + ["held"], lambda: str(terminal.states())
        )

    received = simulator.received()
    assert (
        sorted((one["badgeNumber"], one["kind"], one["reasonCode"], one["activityLevels"]) for one in received)
        == EVERYTHING
    )
    assert {one["terminal"] for one in received} == {"GATE-1"}
    assert all((one["date"], one["timeOfDayInMinutes"]) in minutes_now() for one in received)


def test_a_reader_that_is_plugged_in_later(tmp_path: Path, simulator: SimulatorThread) -> None:
    with Terminal(tmp_path, simulator.url) as terminal:
        terminal.reader.unplug()
        terminal.start_courier()
        terminal.start_kiosk()
        terminal.wait_for_text("reader missing")
        terminal.reader.replug()
        terminal.wait_for_reader()
        terminal.reader.hold(ANNA)
        until(lambda: len(simulator.received()) == 1, "the clocking at the server")
