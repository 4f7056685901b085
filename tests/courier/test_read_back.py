"""How soon Protime shows what it has: measured, kept, and waited for."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal_app.roster.read_back import keep_lag, largest_lag_seconds
from terminal_app.roster.replacement import RosterWriter
from terminal_app.simulator.server import SimulatorThread
from tests.courier.terminal import ANNA, LUC, Terminal
from tests.courier.test_delivery import minutes

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def lags(terminal: Terminal) -> list[float]:
    path = terminal.settings.storage.folder / "roster.db"
    with closing(sqlite3.connect(path)) as connection:
        return [lag for (lag,) in connection.execute("SELECT lag_seconds FROM read_back ORDER BY rowid")]


async def test_the_lag_is_measured_and_waited_for(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(read_lag_seconds=0.8)
    terminal.random = lambda: 0.0  # no back-off: only the settling time keeps it
    terminal.clock(ANNA, 1)
    terminal.start()
    await terminal.until_settled()
    await terminal.until(lambda: lags(terminal))
    assert 0.4 < lags(terminal)[0] < 60  # counted from the answer, which came after the storing
    # One that is stored, cut, and not shown for longer than settle_seconds and request_seconds: it is not doubled.
    simulator.set_faults(cut_after_storing=1, read_lag_seconds=1.3)
    terminal.clock(LUC, 2)
    await terminal.until_settled()
    assert minutes(simulator, LUC) == [2]


def test_the_largest_of_late_is_kept_over_a_restart(tmp_path: Path) -> None:
    writer = RosterWriter(tmp_path)
    assert largest_lag_seconds(writer) == 0
    assert keep_lag(writer, 3.0, NOW) == 3.0
    assert keep_lag(writer, 1.0, NOW + timedelta(days=3)) == 3.0
    writer.close()
    writer = RosterWriter(tmp_path)
    assert largest_lag_seconds(writer) == 3.0
    assert keep_lag(writer, 0.5, NOW + timedelta(days=8)) == 1.0
    writer.close()


@pytest.mark.parametrize("many", [1500])
def test_the_measurements_do_not_grow(tmp_path: Path, many: int) -> None:
    writer = RosterWriter(tmp_path)
    for _ in range(many):
        keep_lag(writer, 1.0, NOW)
    with writer.writing() as connection:
        assert connection.execute("SELECT count(*) FROM read_back").fetchone() == (1000,)
    writer.close()
