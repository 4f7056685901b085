"""The courier shows life to the service manager while its ledger answers."""

import asyncio
import threading
from pathlib import Path

import pytest

from terminal_app.courier.health import show_courier_lives
from terminal_app.courier.link_report import LinkReport
from terminal_app.courier.storage import Storage
from terminal_app.protime.errors import Reach
from tests.service_manager import service_manager


async def test_life_is_shown_while_the_thread_of_the_files_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    link = LinkReport(60, lambda: 0.5)
    goes_on = threading.Event()
    with service_manager(tmp_path, monkeypatch, watchdog_seconds=0.2) as manager:
        async with Storage(tmp_path) as storage:
            task = asyncio.create_task(show_courier_lives(storage, link, tmp_path, ledger_seconds=0.3))
            assert await manager.hears() == {"READY": "1", "STATUS": "no call yet"}
            link.delivered(Reach.REACHED, "")
            assert await manager.hears() == {"WATCHDOG": "1", "STATUS": "Protime up"}
            stuck = asyncio.create_task(storage.run(lambda _files: goes_on.wait()))
            try:
                while not any("health-lost part=ledger" in one.getMessage() for one in caplog.records):
                    await asyncio.sleep(0.01)
                manager.forgets()
                await asyncio.sleep(0.3)
                assert not manager.has_heard()
            finally:
                goes_on.set()
            assert await manager.hears_of("WATCHDOG") == "1"
            await stuck
            task.cancel()


async def test_without_a_service_manager_nothing_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    async with Storage(tmp_path) as storage:
        await show_courier_lives(storage, LinkReport(60, lambda: 0.5), tmp_path)
