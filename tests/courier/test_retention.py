"""The daily erasing of what was kept long enough."""

import asyncio
import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from terminal_app.clocking.anchors import Anchor, AnchorSource
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.courier.retention import AT_A_TIME, Retention
from terminal_app.courier.storage import Storage
from terminal_app.ledger.anchors import keep_anchor
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.recording import record
from tests.courier.terminal import Terminal
from tests.ledger.clockings import check_chain, clocking, later, whole_entries

ZONE = ZoneInfo("Europe/Brussels")
NOW = later(0) + timedelta(days=41)


class SetClock:
    """Stands at NOW, or beside it."""

    def __init__(self, off: timedelta = timedelta(0)) -> None:
        self._off = off

    def now(self) -> Moment:
        return Moment(NOW + self._off, 1, 1, "boot")


def vouch(ledger: LedgerDatabase) -> None:
    """Somebody knows that it is NOW."""
    keep_anchor(ledger, Anchor("boot", 1, NOW, timedelta(seconds=1), AnchorSource.SERVER))


def delivered(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, clocking())
    start_sending(ledger, sequence)
    settle(ledger, sequence, Confirmed(sequence))


async def test_old_and_delivered_ones_go_while_others_are_recorded(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ledger = terminal.ledger
    vouch(ledger)
    old = [record(ledger, clocking(person, at=later(person))) for person in range(1, 2 * AT_A_TIME)]
    for number, sequence in enumerate(old[:-1]):
        start_sending(ledger, sequence)
        settle(ledger, sequence, Confirmed(number + 1))
    new = record(ledger, clocking(1, at=NOW - timedelta(days=39)))
    start_sending(ledger, new)
    settle(ledger, new, Confirmed(99))
    async with Storage(terminal.settings.storage.folder) as storage:
        erasing = asyncio.create_task(Retention(storage, SetClock(), ZONE, 40).erase_old())
        meanwhile = []
        while not erasing.done():
            meanwhile.append(record(ledger, clocking(999, at=NOW)))
            await asyncio.sleep(0.02)
        assert await erasing == len(old) - 1
        assert await Retention(storage, SetClock(), ZONE, 40).erase_old() == 0
    assert [entry.sequence for entry in whole_entries(ledger)] == [old[-1], new, *meanwhile]
    assert len(meanwhile) > 1
    check_chain(ledger)
    assert [one.getMessage() for one in caplog.records if "erased" in one.getMessage()] == [
        f"clockings-erased count={len(old) - 1} before=2026-07-02"
    ]


async def test_it_is_done_soon_after_the_start(terminal: Terminal) -> None:
    vouch(terminal.ledger)
    delivered(terminal.ledger)
    async with Storage(terminal.settings.storage.folder) as storage:
        daily = asyncio.create_task(Retention(storage, SetClock(), ZONE, 40, after_start_seconds=0).run())
        await terminal.until(lambda: not terminal.states())
        assert not daily.done()
        daily.cancel()
        await asyncio.gather(daily, return_exceptions=True)


async def test_a_ledger_that_cannot_be_written_is_said_and_tried_again(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    vouch(terminal.ledger)
    delivered(terminal.ledger)
    async with Storage(terminal.settings.storage.folder) as storage:
        await storage.run(lambda files: files.ledger.connection.execute("PRAGMA query_only = ON"))
        daily = asyncio.create_task(Retention(storage, SetClock(), ZONE, 40, after_start_seconds=0).run())
        await terminal.until(lambda: "retention-failed" in caplog.text)
        daily.cancel()
        await asyncio.gather(daily, return_exceptions=True)
    assert terminal.states() == ["confirmed"]


async def test_a_clock_that_nobody_vouches_for_erases_nothing(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    delivered(terminal.ledger)
    async with Storage(terminal.settings.storage.folder) as storage:
        retention = Retention(storage, SetClock(), ZONE, 40)
        assert [await retention.erase_old(), await retention.erase_old()] == [None, None]
        assert terminal.states() == ["confirmed"]
        assert caplog.text.count("retention-waits") == 1
        vouch(terminal.ledger)
        assert await retention.erase_old() == 1


@pytest.mark.parametrize(("off", "keep_days", "erased"), [(3650, 42, 0), (-3650, 40, 1)])
async def test_a_clock_that_was_set_erases_no_more_and_no_less(
    terminal: Terminal, off: int, keep_days: int, erased: int
) -> None:
    vouch(terminal.ledger)
    delivered(terminal.ledger)
    async with Storage(terminal.settings.storage.folder) as storage:
        clock = SetClock(timedelta(days=off))
        assert await Retention(storage, clock, ZONE, keep_days).erase_old() == erased


async def test_the_courier_does_it(terminal: Terminal) -> None:
    terminal.start()
    await terminal.until(lambda: "retention" in {task.get_name() for task in asyncio.all_tasks()})
