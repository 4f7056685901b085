"""A kiosk is a kiosk: nothing that a stranger can press ends it or leads out of it."""

import logging
import string
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual import keys
from textual.screen import Screen

from terminal_app.kiosk.app import KioskScreen
from terminal_app.kiosk.states import Times
from tests.kiosk.scenes import until, view_of
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA, LUC

DEAD_KEYS = (
    *(f"ctrl+{letter}" for letter in string.ascii_lowercase),
    *(f"f{number}" for number in range(5, 25) if number != 8),
    "ctrl+backslash", "ctrl+right_square_bracket", "ctrl+circumflex_accent", "ctrl+underscore", "ctrl+@",
    "tab", "shift+tab", "enter", "space", "home", "end", "insert",
    "ctrl+home", "ctrl+f4", "alt+f4", "shift+f1", "super+c", "q", "Q", "x", "colon", "question_mark", "slash",
    "5", "6", "7", "9", "0",
)  # fmt: skip
"""Keys that mean nothing on the idle screen. Ctrl+H and Ctrl+I and so on are what a terminal calls other keys."""


async def test_keys_that_mean_nothing_do_nothing(folder: Path) -> None:
    async with session(folder) as at:
        before = at.reception.visit.state
        await press(at, DEAD_KEYS)
        assert at.reception.visit.state == before
        await still_works(at)
        assert at.rows() == [(ANNA, "InOut", "recorded")]


async def press(at: Session, several: Sequence[str]) -> None:
    """One after another, without the pause of a pilot's `press`."""
    for key in several:
        at.app.simulate_key(key)
    await at.pilot.pause()


async def still_works(at: Session) -> None:
    assert at.app.is_running
    assert at.app._exit is False
    assert isinstance(at.app.screen, KioskScreen)
    assert len(at.app.screen_stack) == 1
    at.reader.hold(ANNA)
    await at.sees("Anna Peeters")


@pytest.mark.parametrize("scene", ["idle", "awaiting", "choosing", "answering"])
async def test_no_key_has_an_action_of_textual(folder: Path, scene: str) -> None:
    async with session(folder) as at:
        if scene != "idle":
            await at.pilot.press("f2")
        if scene in ("choosing", "answering"):
            at.reader.hold(ANNA)
            await until(at.pilot, lambda app: view_of(app) == "choice")
        if scene == "answering":
            at.reader.hold(LUC)
            await until(at.pilot, lambda app: view_of(app) == "answer")
        assert at.app.screen.active_bindings == {}
        assert at.app.focused is None
        assert not at.app.ENABLE_COMMAND_PALETTE
        assert not at.app.ALLOW_SELECT
        assert not any(widget.can_focus for widget in at.app.query("*"))
        assert not any(widget.tooltip for widget in at.app.query("*"))


def test_there_are_no_other_screens() -> None:
    assert KioskScreen.BINDINGS == []
    assert Screen.BINDINGS  # what would be inherited


EVERY_KEY = [key.value for key in keys.Keys if "<" not in key.value]


async def test_any_keys_in_any_order_end_at_a_terminal_that_works(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)  # where a screenshot would go
    async with session(folder, times=Times(answer=0.3, choice=0.3, tile=0.3, hold_back=3600)) as at:
        before = set(tmp_path.iterdir())
        await press(at, EVERY_KEY)
        at.reader.hold(LUC)
        await press(at, EVERY_KEY[::-1])
        await until(at.pilot, lambda app: view_of(app) == "idle")
        await still_works(at)
        assert {path.suffix for path in set(tmp_path.iterdir()) - before} <= {".db-wal", ".db-shm", ".db-journal"}


async def test_mouse_and_wheel_everywhere_do_no_harm(folder: Path) -> None:
    async with session(folder, size=(50, 15)) as at:
        for x, y in ((0, 0), (49, 0), (0, 14), (49, 14), (25, 7), (5, 12)):
            for button in (1, 2, 3):
                await at.pilot.click(offset=(x, y), button=button, times=2)
            await at.pilot.mouse_down(offset=(x, y))
            await at.pilot.mouse_up(offset=(49 - x, 14 - y))
        await still_works(at)
        assert at.app.screen.selections == {}


async def test_an_error_in_the_app_shows_no_traceback_and_ends_with_a_code(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with session(folder) as at:
        with caplog.at_level(logging.CRITICAL):
            at.app._handle_exception(ValueError("boom"))
            await until(at.pilot, lambda app: app.return_code is not None)
        assert at.app.return_code == 1
        assert at.app._exit_renderables == []
    assert "kiosk-failed error=ValueError" in caplog.text
