"""Whoever the disk keeps waiting knows that nothing is recorded yet, and then what became of it."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any, Protocol

import pytest
from textual.pilot import Pilot

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.kiosk.app import KioskApp
from terminal_app.kiosk.deeds import Clock
from terminal_app.kiosk.refusal import Refusal
from terminal_app.kiosk.states import Times, Waiting
from terminal_app.kiosk.tiles import TileSpec, usual_tiles
from terminal_app.kiosk.wishes import Look
from terminal_app.kiosk.wording import wording_in
from terminal_app.ledger import opening
from terminal_app.ledger import salvage as salvages
from terminal_app.ledger.salvage_report import Salvage
from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.machine import MachineTime
from terminal_app.timekeeping.watch import TimeWatch
from tests.kiosk.scenes import idle, reception_of, status, text_of, until, view_of
from tests.kiosk.session import session
from tests.kiosk.terminal import ANNA, LUC, MORNING, ScriptedReader, SetClock, kiosk, listening_courier, recorded
from tests.kiosk.test_visit import badge

DUTCH = wording_in("nl")
SIZES = [(50, 15), (80, 24), (100, 30)]


class SnapCompare(Protocol):
    """The fixture of pytest-textual-snapshot."""

    def __call__(self, app: KioskApp, *, terminal_size: tuple[int, int], run_before: object) -> bool: ...


@contextmanager
def lock_of(folder: Path) -> Iterator[None]:
    """Another program holds the ledger."""
    with (folder / "ledger.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def test_a_lock_that_is_let_go_of_is_waited_for_in_the_open(folder: Path) -> None:
    async with session(folder) as at:
        await idle(at.pilot, at.reader)
        with lock_of(folder):
            at.reader.hold(ANNA)
            await at.sees(DUTCH.one_moment, DUTCH.not_recorded_yet)
            assert at.rows() == []
            for key in ("escape", "f1", "f4", "f8"):
                at.reception.press(key, 0.0)
            assert isinstance(at.reception.visit.state, Waiting)
        await at.sees("Anna Peeters")
        assert DUTCH.not_recorded_yet not in text_of(at.app, "detail")
        assert [row[0] for row in at.rows()] == [ANNA]


async def test_a_lock_that_stays_ends_in_not_recorded(folder: Path) -> None:
    async with session(folder) as at:
        await idle(at.pilot, at.reader)
        with lock_of(folder):
            at.reader.hold(ANNA)
            await at.sees(DUTCH.not_recorded_yet)
            await until(at.pilot, lambda app: DUTCH.refusals[Refusal.STORAGE] in text_of(app, "detail"))
        assert at.rows() == []


async def test_the_next_guest_waits_too_and_both_are_answered(folder: Path) -> None:
    async with session(folder, times=Times(0.1, 60, 60, 60)) as at:
        await idle(at.pilot, at.reader)
        with lock_of(folder):
            at.reader.hold(ANNA)
            await at.sees(DUTCH.not_recorded_yet)
            at.reader.hold(LUC, MORNING + timedelta(seconds=5))
            await at.pilot.pause()
            assert isinstance(at.reception.visit.state, Waiting)
            # The first one's refusal has had its time, and the second one still waits.
            await until(at.pilot, lambda app: DUTCH.refusals[Refusal.STORAGE] in text_of(app, "detail"))
            await at.sees(DUTCH.not_recorded_yet)
        await until(at.pilot, lambda _: [row[0] for row in at.rows()] == [LUC])


async def test_a_day_that_takes_long_speaks_of_no_recording(folder: Path) -> None:
    async with session(folder, tiles=[*usual_tiles(has_activities=True), TileSpec("f5", Look.MY_DAY)]) as at:
        await idle(at.pilot, at.reader)
        go_on = Event()
        at.reception._storage.submit(go_on.wait)
        try:
            await at.pilot.press("f5")
            at.reader.hold(ANNA)
            await until(at.pilot, lambda _: at.reception.visit.state == Waiting(is_recorded_later=False))
            await at.sees(DUTCH.one_moment)
            assert text_of(at.app, "detail") == ""
        finally:
            go_on.set()
        await until(at.pilot, lambda app: view_of(app) == "sheet")


async def test_a_salvage_at_a_badge_is_told_and_stops_nobody(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    go_on, began, real = Event(), Event(), salvages.salvage

    def slow(place: Path, why: str) -> Salvage:
        began.set()
        go_on.wait()
        return real(place, why)

    monkeypatch.setattr(salvages, "salvage", slow)
    async with session(folder, look_seconds=0.1) as at:
        await idle(at.pilot, at.reader)
        at.reader.hold(LUC, MORNING - timedelta(minutes=5))
        await until(at.pilot, lambda _: len(at.rows()) == 1)
        try:
            # As a reading that met the damage leaves it: the next use opens the file anew.
            opening.mark_damaged(folder, "a page makes no sense")
            await at.reception.at_desk(lambda desk: setattr(desk.ledger, "_must_reopen", True))
            at.reader.hold(ANNA)
            await until(at.pilot, lambda _: began.is_set())
            await until(at.pilot, lambda app: DUTCH.not_recorded_yet in text_of(app, "detail"))
        finally:
            go_on.set()
        await at.sees("Anna Peeters")
        await status(at.pilot, DUTCH.ledger_damaged)
        assert [row[0] for row in recorded(folder)][-1] == ANNA
        assert LUC in [row[0] for row in recorded(folder)]
    said = [record for record in caplog.records if record.getMessage().startswith("ledger-salvaged")]
    assert [record.levelno for record in said] == [logging.ERROR]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_screen_of_the_wait(snap_compare: SnapCompare, folder: Path, size: tuple[int, int]) -> None:
    reader = ScriptedReader()

    async def act(pilot: Pilot[None]) -> None:
        await idle(pilot, reader)
        reception = reception_of(pilot.app)  # type: ignore[arg-type]
        reception.visit.kept_waiting(Clock(badge(ANNA, 0), ClockingKind.IN_OUT))
        reception.show()
        await until(pilot, lambda app: view_of(app) == "answer")

    _compare(snap_compare, folder, reader, size, act)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_screen_of_a_doubtful_time(snap_compare: SnapCompare, folder: Path, size: tuple[int, int]) -> None:
    reader, clock = ScriptedReader(), SetClock()
    watch = TimeWatch(clock, read_kernel=lambda: KernelClock(False, timedelta(0)), read_machine=MachineTime)

    async def act(pilot: Pilot[None]) -> None:
        await status(pilot, DUTCH.clock_unsure)
        reader.hold(ANNA)
        await until(pilot, lambda app: DUTCH.clock_unverified in text_of(app, "detail").replace("\n", " "))

    _compare(snap_compare, folder, reader, size, act, clock=clock, watch=watch)


def _compare(
    snap_compare: SnapCompare, folder: Path, reader: ScriptedReader, size: tuple[int, int], act: object, **options: Any
) -> None:
    with listening_courier(folder), kiosk(folder, [reader], has_undo=False, **options) as app:
        assert snap_compare(app, terminal_size=size, run_before=act)
