"""The kiosk shows life to the service manager while its ledger answers and its screen is painted."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from terminal_app.kiosk.health import show_kiosk_lives
from terminal_app.ledger.files import BUILDING
from tests.kiosk.session import Session, session
from tests.service_manager import Manager, service_manager


@asynccontextmanager
async def watched(
    folder: Path, monkeypatch: pytest.MonkeyPatch, **limits: float
) -> AsyncIterator[tuple[Session, Manager]]:
    with service_manager(folder, monkeypatch, watchdog_seconds=0.2) as manager:
        async with session(folder, look_seconds=0.05) as at:
            task = asyncio.create_task(show_kiosk_lives(at.app, folder, **limits))
            assert (await manager.hears())["READY"] == "1"
            yield at, manager
            assert not task.done()
            task.cancel()


async def lost(caplog: pytest.LogCaptureFixture, part: str) -> None:
    while not any(f"health-lost part={part}" in one.getMessage() for one in caplog.records):
        await asyncio.sleep(0.01)


async def test_life_is_shown_with_what_waits_and_the_readers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with watched(folder, monkeypatch) as (_, manager):
        said = await manager.hears()
        assert said == {"WATCHDOG": "1", "STATUS": "0 wait; readers: front door ready"}
        assert await manager.hears_of("WATCHDOG") == "1"


async def test_no_life_is_shown_while_the_files_thread_hangs(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # More than the half second after which an answer is looked for: else what came before it hung is one.
    async with watched(folder, monkeypatch, ledger_seconds=1.0) as (at, manager):
        goes_on = threading.Event()
        at.reception._storage.submit(goes_on.wait)
        try:
            await lost(caplog, "ledger")
            manager.forgets()
            await asyncio.sleep(0.3)
            assert not manager.has_heard()
        finally:
            goes_on.set()
        assert await manager.hears_of("WATCHDOG") == "1"


async def test_life_is_shown_while_the_files_thread_makes_a_damaged_ledger_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with watched(folder, monkeypatch, ledger_seconds=1.0) as (at, manager):
        (folder / BUILDING).touch()
        goes_on = threading.Event()
        at.reception._storage.submit(goes_on.wait)
        try:
            await asyncio.sleep(2.0)
            manager.forgets()
            assert await manager.hears_of("WATCHDOG") == "1"
            # No more than a file that was left there: nobody has written to it for long.
            os.utime(folder / BUILDING, (time.time() - 3600,) * 2)
            await lost(caplog, "ledger")
        finally:
            goes_on.set()


async def test_no_life_is_shown_by_a_screen_that_is_not_painted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with watched(folder, monkeypatch, screen_seconds=0.3) as (at, manager):
        with at.app.batch_update():
            await lost(caplog, "screen")
            manager.forgets()
            await asyncio.sleep(0.3)
            assert not manager.has_heard()
        assert await manager.hears_of("WATCHDOG") == "1"
