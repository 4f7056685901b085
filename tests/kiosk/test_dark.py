"""The dimmed screen: a badge works in the dark, and what lights the screen does nothing else."""

from pathlib import Path

import pytest

from drivers.reader import ReaderState
from terminal_app.kiosk.darkness import Darkness
from terminal_app.kiosk.widgets.board import Board, Tone
from tests.kiosk.scenes import status, until
from tests.kiosk.session import Session, session
from tests.kiosk.terminal import ANNA

DIM = 0.3


def is_dark(at: Session) -> bool:
    return at.app.query_one(Board).tone is Tone.DIMMED


async def dark(at: Session) -> None:
    await until(at.pilot, lambda _: at.app.query_one(Board).tone is Tone.DIMMED)


def test_it_gets_dark_without_anybody() -> None:
    darkness = Darkness(60, now=1000)
    assert not darkness.is_dark(1059.9)
    assert darkness.is_dark(1060)
    darkness.awake(1061)
    assert not darkness.is_dark(1120)
    assert darkness.is_dark(1121)


async def test_in_the_dark_there_is_the_time_and_what_to_do(folder: Path) -> None:
    async with session(folder, dim_seconds=DIM, size=(50, 15)) as at:
        await dark(at)
        await at.sees("Bitte Ausweis vorhalten")  # the language of this minute
        assert not at.app.query_one("#tiles").display
        assert not at.app.query_one("#status").display


async def test_a_badge_works_in_the_dark(folder: Path) -> None:
    async with session(folder, dim_seconds=DIM) as at:
        await dark(at)
        at.reader.hold(ANNA)
        await at.sees("Anna Peeters", "geregistreerd om 08:02", "F8")
        assert at.rows() == [(ANNA, "InOut", "recorded")]


@pytest.mark.parametrize("touched", [True, False])
async def test_what_lights_the_screen_does_nothing_else(folder: Path, touched: bool) -> None:
    async with session(folder, dim_seconds=DIM) as at:
        region = at.app.query_one("#tile-f4").region.center
        await dark(at)
        at.reception._darkness._after = 3600
        at.reception._darkness._last -= 3601
        if touched:
            await at.pilot.mouse_down(offset=(int(region[0]), int(region[1])))
            await at.pilot.mouse_up(offset=(int(region[0]), int(region[1])))
        else:
            await at.pilot.press("f4")
        await until(at.pilot, lambda _: not is_dark(at))
        assert at.app.query_one(Board).tone is Tone.IDLE
        await at.sees("F4", "lezer klaar")
        await at.pilot.click("#tile-f4")
        await until(at.pilot, lambda _: at.app.query_one(Board).tone is Tone.AWAITING)


async def test_a_terminal_without_reader_stays_light(folder: Path) -> None:
    async with session(folder, dim_seconds=DIM) as at:
        await dark(at)
        at.reader.turn(ReaderState.MISSING)
        await status(at.pilot, "geen lezer")
        await until(at.pilot, lambda _: not is_dark(at))
