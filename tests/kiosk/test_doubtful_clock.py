"""A doubtful time never looks like a good one, and a good one is shown soon after it is known."""

import inspect
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal_app.clocking.time_quality import TimeState
from terminal_app.kiosk.reception import Reception
from terminal_app.kiosk.widgets.board import BlockName
from terminal_app.kiosk.wording import wording_in
from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.machine import MachineTime
from terminal_app.timekeeping.watch import TimeWatch
from tests.kiosk.scenes import screen_text, status, text_of, until, view_of
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, MORNING, SetClock, usual_roll, write_roster

DUTCH = wording_in("nl")


class Kernel:
    """Synchronised or not, as it is told."""

    def __init__(self, *, synchronised: bool) -> None:
        self.synchronised = synchronised

    def read(self) -> KernelClock:
        return KernelClock(self.synchronised, timedelta(milliseconds=5))


def watch_of(clock: SetClock, kernel: Kernel) -> TimeWatch:
    return TimeWatch(clock, read_kernel=kernel.read, read_machine=MachineTime)


def rows(folder: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "ledger.db")) as file:
        return file.execute(question).fetchall()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_roster(tmp_path)
    return tmp_path


async def test_a_boot_in_1970_books_at_once_and_says_that_the_clock_is_not_verified(folder: Path) -> None:
    clock, kernel = SetClock(datetime(1970, 1, 1, 0, 5, tzinfo=UTC)), Kernel(synchronised=False)
    async with session(folder, clock=clock, watch=watch_of(clock, kernel)) as at:
        await status(at.pilot, DUTCH.clock_unsure)
        assert DUTCH.clock_unverified in text_of(at.app, BlockName.DOUBT)
        at.reader.hold(ANNA, clock.instant)
        await until(at.pilot, lambda app: view_of(app) == "answer")
        await until(at.pilot, lambda app: f"? ({DUTCH.clock_unverified})" in screen_text(app).replace("\n", " "))
    assert rows(folder, "SELECT time_state, time_error_us, state FROM clocking") == [("untrusted", None, "recorded")]


async def test_a_good_clock_says_nothing_and_is_noted(folder: Path) -> None:
    clock = SetClock()
    async with session(folder, clock=clock, watch=watch_of(clock, Kernel(synchronised=True))) as at:
        await status(at.pilot, DUTCH.reader_ready)
        assert DUTCH.clock_unverified not in screen_text(at.app)
        assert DUTCH.clock_unsure not in screen_text(at.app)
        at.reader.hold(ANNA)
        await until(at.pilot, lambda app: view_of(app) == "answer")
        assert "?" not in text_of(at.app, BlockName.DETAIL)
    assert rows(folder, "SELECT time_state, time_error_us FROM clocking") == [("trusted", 55_000)]
    assert rows(folder, "SELECT source, error_us FROM anchor") == [("kernel", 55_000)]


async def test_a_sync_is_shown_soon_and_kept_as_an_anchor(folder: Path) -> None:
    clock, kernel = SetClock(), Kernel(synchronised=False)
    async with session(folder, clock=clock, watch=watch_of(clock, kernel)) as at:
        await status(at.pilot, DUTCH.clock_unsure)
        kernel.synchronised = True
        # Both look by themselves, nobody rings.
        await until(at.pilot, lambda app: DUTCH.clock_unverified not in screen_text(app))
        await until(at.pilot, lambda app: DUTCH.clock_unsure not in text_of(app, "status"))
    assert rows(folder, "SELECT count(*) FROM anchor") == [(1,)]


def test_the_status_is_looked_at_often_enough_to_show_a_sync_within_five_seconds() -> None:
    assert inspect.signature(Reception).parameters["look_seconds"].default <= 5


async def test_a_clock_that_is_set_while_it_runs_is_doubted_at_the_next_badge_and_moves_nothing(folder: Path) -> None:
    clock, kernel = SetClock(), Kernel(synchronised=True)
    async with session(folder, clock=clock, watch=watch_of(clock, kernel)) as at:
        await status(at.pilot, DUTCH.reader_ready)
        at.reader.hold(ANNA, MORNING)
        await until(at.pilot, lambda app: view_of(app) == "answer")
        kernel.synchronised = False
        clock.instant = MORNING + timedelta(days=3650)
        at.reader.hold(ANNA, clock.instant)
        await until(at.pilot, lambda app: "UIT" in text_of(app, BlockName.DETAIL))  # by the boot-time clock, the second
        clock.instant = datetime(1970, 1, 1, tzinfo=UTC)
        at.reader.hold(ANNA, clock.instant)
        await until(at.pilot, lambda app: "IN, want" in text_of(app, BlockName.DETAIL))
    found = rows(folder, "SELECT sequence, time_state, substr(instant, 1, 4) FROM clocking ORDER BY sequence")
    assert found == [(1, "trusted", "2026"), (2, "jumped", "2036"), (3, "jumped", "1970")]


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize("size", [(50, 15), (80, 24), (100, 30)], ids=str)
async def test_the_doubt_is_whole_on_every_screen(tmp_path: Path, language: str, size: tuple[int, int]) -> None:
    roll = usual_roll()
    write_roster(tmp_path, replace(roll, people=[(*one[:4], language, *one[5:]) for one in roll.people]))
    wording, clock = wording_in(language), SetClock()
    watch = watch_of(clock, Kernel(synchronised=False))
    async with session(tmp_path, size=size, clock=clock, languages=(language,), watch=watch) as at:
        await status(at.pilot, wording.clock_unsure)
        assert wording.clock_unverified in screen_text(at.app)
        assert "08:02 ?" in screen_text(at.app) or "█" in screen_text(at.app)
        at.reader.hold(ANNA)
        await until(at.pilot, lambda app: view_of(app) == "answer")
        said = " ".join(text_of(at.app, BlockName.DETAIL).split())
        assert f"08:02 ? ({wording.clock_unverified})" in said
        assert ".." not in said
    assert TimeState.UNTRUSTED.value == rows(tmp_path, "SELECT time_state FROM clocking")[0][0]
