"""Yesterday is read back, and told in numbers."""

import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.cli.fact import Fact
from terminal_app.cli.status import _day_audit
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.day_audit import DayNumbers
from terminal_app.courier.nightly_audit import day_to_audit
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.days import NEWEST, claimed_of, part_of_day
from terminal_app.ledger.recording import record, undo
from terminal_app.roster.day_audit import KeptAudit, is_audited, keep_audit, latest_audit
from terminal_app.roster.replacement import RosterWriter
from terminal_app.simulator.clocking_store import Kind, NewClocking
from terminal_app.simulator.server import SimulatorThread
from tests.courier.terminal import ANNA, DAY, LUC, Terminal
from tests.ledger.clockings import MORNING, clocking


class At:
    """A clock that stands."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> Moment:
        return Moment(self.instant, 0, 0, "boot")


def kept(terminal: Terminal) -> list[KeptAudit]:
    with closing(sqlite3.connect(terminal.settings.storage.folder / "roster.db")) as connection:
        audit = latest_audit(connection)
    return [audit] if audit else []


async def test_the_day_is_read_back_and_told_and_nothing_is_sent(
    terminal: Terminal, simulator: SimulatorThread, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="terminal_app")
    # Half past two in Brussels: the day is not due yet.
    terminal.clock_reads(At(datetime(2026, 1, 16, 1, 30, tzinfo=UTC)))
    for person, minute in ((ANNA, 510), (ANNA, 520), (ANNA, 530), (LUC, 540)):
        terminal.clock(person, minute)
    terminal.start()
    await terminal.until_settled()
    await terminal.until(lambda: kept(terminal))
    assert kept(terminal)[0].day == DAY - timedelta(days=1)
    await terminal.stop()
    store = simulator.state.clockings
    first, second, *_ = list(store)
    store.edit(first, minutes=511)
    second.status = type(second.status)("Deleted")
    store.add(NewClocking(LUC, DAY, 540, Kind.IN_OUT, first.sent.terminal), "{}")
    store.add(NewClocking(LUC, DAY, 900, Kind.IN_OUT, first.sent.terminal), "{}")
    stored = len(simulator.received())
    terminal.clock_reads(At(datetime(2026, 1, 16, 2, 0, tzinfo=UTC)))
    terminal.start()
    await terminal.until(lambda: kept(terminal)[0].day == DAY)
    numbers = kept(terminal)[0].numbers
    assert numbers == DayNumbers(clockings=4, as_sent=2, edited=1, deleted=1, doubled=1, strangers=1)
    assert "day-audit day=2026-01-15 clockings=4 as_sent=2 edited=1" in caplog.text
    assert len(simulator.received()) == stored
    assert set(terminal.states()) == {"confirmed"}


async def test_one_that_fails_is_made_later(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.clock_reads(At(datetime(2026, 1, 16, 12, 0, tzinfo=UTC)))
    terminal.random = lambda: 0.1
    terminal.clock(ANNA, 510)
    simulator.set_faults(refuse_with_status=400, target="reads")
    terminal.start()
    await terminal.until_settled()
    simulator.clear_faults()
    await terminal.until(lambda: kept(terminal))
    assert kept(terminal)[0].numbers.clockings == 1


@given(st.datetimes(), st.integers(0, 23))
def test_which_day_is_due(now: datetime, hour: int) -> None:
    if now.date() <= date.min + timedelta(days=2):
        return
    day = day_to_audit(now, hour)
    assert now - datetime.combine(day, datetime.min.time()) >= timedelta(days=1, hours=hour)
    assert now - datetime.combine(day, datetime.min.time()) < timedelta(days=2, hours=hour)


def test_the_ledger_gives_a_day_in_parts(tmp_path: Path) -> None:
    ledger = LedgerDatabase(tmp_path)
    day = MORNING.date()
    with ledger.together():
        for days in (-1, 0, 1):
            for number in range(400):
                record(ledger, clocking(number, at=MORNING + timedelta(days=days)))
    undo(ledger, 401, at=MORNING)
    found: list[int] = []
    parts, before = 0, NEWEST
    while True:
        part = part_of_day(ledger, day, before)
        found += [entry.sequence for entry in part.entries]
        parts += 1
        if part.before is None:
            break
        before = part.before
    assert sorted(found) == list(range(402, 801))
    assert parts == 2
    assert part_of_day(ledger, day + timedelta(days=9)).entries == []
    assert claimed_of(ledger, [1, 2]) == set()
    ledger.close()


def test_audits_are_kept_for_a_while(tmp_path: Path) -> None:
    writer = RosterWriter(tmp_path)
    audit = KeptAudit(DAY, datetime(2026, 1, 16, tzinfo=UTC), DayNumbers(clockings=3, missing=1))
    keep_audit(writer, audit)
    assert is_audited(writer, DAY)
    assert not is_audited(writer, DAY + timedelta(days=1))
    keep_audit(writer, replace(audit, day=DAY + timedelta(days=41)))
    assert not is_audited(writer, DAY)
    writer.close()


@pytest.mark.parametrize("is_well", [True, False])
def test_status_says_what_is_to_do(is_well: bool) -> None:
    numbers = DayNumbers(clockings=3, as_sent=2 + is_well, missing=int(not is_well))
    fact: Fact = _day_audit(KeptAudit(DAY, datetime(2026, 1, 16, tzinfo=UTC), numbers))
    assert (fact.remedy is None) == is_well
    assert str(fact).startswith(("OK  " if is_well else "LOOK") + " day audit: 2026-01-15: 3 clockings, ")
