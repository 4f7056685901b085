"""Damage deep inside a large ledger is found by the courier, and keeps nobody from clocking before."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from terminal_app.courier.ledger_check import check_ledger
from terminal_app.ledger.errors import LedgerDamaged, LedgerUnusable
from terminal_app.ledger.outbox import next_of_each_person
from terminal_app.ledger.recording import record
from terminal_app.simulator.server import SimulatorThread
from tests.courier.terminal import ANNA, Terminal
from tests.ledger.clockings import clocking, opened

ROWS = 3000
MORE = (
    "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    " INSERT INTO clocking (id, badge_number, person_id, kind, instant, monotonic_ns, boottime_ns, boot_id, date,"
    " minute, reader, state) SELECT id, badge_number, 1000 + i, kind, instant, i, i, boot_id, date, minute,"
    " iif(i BETWEEN 1400 AND 1600, 'middle', reader), 'confirmed' FROM n, clocking WHERE sequence = 1"
)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    with opened(tmp_path) as ledger:
        record(ledger, clocking())
        with ledger.transaction() as connection:
            connection.execute(MORE, (ROWS,))
            connection.execute("UPDATE clocking SET state = 'confirmed'")
    return tmp_path


def damage_deep_inside(folder: Path) -> None:
    """A page of delivered clockings in the middle, which nobody reads at a start."""
    path = folder / "ledger.db"
    file = path.read_bytes()
    at = file.index(b"middle") // 4096 * 4096
    path.write_bytes(file[:at] + b"\xff" * 4096 + file[at + 4096 :])


async def test_a_sound_ledger_is_no_news(large: Path) -> None:
    await check_ledger(large)


async def test_the_start_does_not_look_at_the_whole_file_and_the_check_does(large: Path) -> None:
    damage_deep_inside(large)
    with opened(large) as ledger:
        sequence = record(ledger, clocking())
        assert [entry.sequence for entry in next_of_each_person(ledger, most=9)] == [sequence]
        with pytest.raises(LedgerUnusable, match=r"is damaged \(.*Start the kiosk or the courier anew"):
            await check_ledger(large)


async def test_a_damaged_ledger_ends_the_courier_and_is_logged(
    large: Path, simulator: SimulatorThread, caplog: pytest.LogCaptureFixture
) -> None:
    damage_deep_inside(large)
    terminal = Terminal(large, simulator.url)
    terminal.clock(ANNA)
    terminal.start()
    try:
        with pytest.RaisesGroup(LedgerDamaged):
            await terminal.until(lambda: False)
    finally:
        await terminal.close()
    assert [one.levelname for one in caplog.records if "ledger-damaged" in one.message] == ["ERROR"]
    with opened(large) as ledger:  # the next start, of whichever process
        assert ledger.connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
    assert len(list(large.glob("ledger-damaged-*.txt"))) == 1
    await check_ledger(large)


async def test_a_stop_ends_the_check(large: Path) -> None:
    task = asyncio.create_task(check_ledger(large))
    await asyncio.sleep(0.001)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await asyncio.get_running_loop().shutdown_default_executor()
    with opened(large) as ledger:
        record(ledger, clocking())
