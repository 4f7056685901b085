"""Who badges before the kiosk has opened its files has the time of the badge, and the answer afterwards."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from drivers.reader import BadgeRead, ReaderEvent
from terminal_app.kiosk.listening import Listening
from terminal_app.kiosk.reception import Reception
from tests.kiosk.scenes import app_of, screen_text, until
from tests.kiosk.terminal import ANNA, LUC, MORNING, ScriptedReader, kiosk

_LATER = timedelta(seconds=20)


async def test_what_was_said_before_anybody_listened_is_told_first_and_in_order() -> None:
    reader = ScriptedReader()
    listening = Listening([reader])
    told: list[str] = []

    def tell(event: ReaderEvent) -> None:
        told.append(event.badge_number if isinstance(event, BadgeRead) else "state")

    task = asyncio.create_task(listening.to(reader))
    reader.hold("1")
    reader.hold("2")
    await asyncio.sleep(0.01)
    assert not told
    listening.begin_telling(tell)
    assert told == ["state", "1", "2"]
    reader.hold("3")
    await asyncio.sleep(0.01)
    assert told == ["state", "1", "2", "3"]
    task.cancel()


async def test_a_badge_while_the_files_are_opened_is_answered_and_has_its_own_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_open = Event()
    opened: Callable[[Reception], None] = Reception._open

    def open_late(reception: Reception) -> None:
        may_open.wait(10)
        opened(reception)

    monkeypatch.setattr(Reception, "_open", open_late)
    reader = ScriptedReader()
    with kiosk(folder, [reader]) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            reader.hold(ANNA, MORNING)
            reader.hold(LUC, MORNING + _LATER)
            await pilot.pause(0.05)
            assert "Anna" not in screen_text(app_of(pilot))
            may_open.set()
            await until(pilot, lambda app: "Luc" in screen_text(app))
    with closing(sqlite3.connect(folder / "ledger.db")) as file:
        rows = file.execute("SELECT badge_number, instant FROM clocking ORDER BY sequence").fetchall()
    assert [(badge, datetime.fromisoformat(at)) for badge, at in rows] == [(ANNA, MORNING), (LUC, MORNING + _LATER)]
