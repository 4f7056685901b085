"""Balances, counters and clockings of the day, as the simulated Protime calculates them."""

import dataclasses
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.counters import FLEXTIME, Balance, DayClocking
from terminal_app.clocking.wall_time import WallTime
from terminal_app.protime.api import scopes_for
from terminal_app.settings import ProtimeSettings, SynchronisationSettings
from terminal_app.settings_choices import SynchronisationMode
from terminal_app.simulator.clocking_store import Status
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from tests.courier.terminal import ANNA, LUC, Terminal

TODAY = datetime.now(UTC).date()
ON = {
    "balances": True,
    "clockings": True,
    "counters": ("OVERTIME", "MEAL"),
    "interval_minutes": 60,
    "recalculation_seconds": 0.5,
}


@pytest.fixture
def simulator() -> Iterator[SimulatorThread]:
    with SimulatorThread(people=40, settings=Settings(history_days=10)) as running:
        running.set_faults(recalculation_seconds=0.05)
        yield running


@pytest.fixture
async def terminal(tmp_path: Path, simulator: SimulatorThread) -> AsyncIterator[Terminal]:
    one = Terminal(tmp_path, simulator.url)
    one.change("terminal", timezone="UTC", name="Main entrance")
    try:
        yield one
    finally:
        await one.close()


def clock(terminal: Terminal, person: int, day: date, minute: int) -> int:
    moment = Moment(datetime(day.year, day.month, day.day, tzinfo=UTC), 1, 1, "former-boot")
    return terminal.clock(person, wall_time=WallTime(day, minute), moment=moment)


def of_today(terminal: Terminal, person: int) -> list[DayClocking]:
    return [one for one in terminal.roster.clockings_of(person) if one.wall_time.date == TODAY]


def problems(terminal: Terminal) -> dict[object, object]:
    with closing(sqlite3.connect(f"file:{terminal.settings.storage.folder}/roster.db?mode=ro", uri=True)) as file:
        return dict(file.execute("SELECT name, explanation FROM problem").fetchall())


def balance_of(terminal: Terminal, person: int, name: str) -> Balance | None:
    return next((one for one in terminal.roster.balances_of(person) if one.name == name), None)


def is_of_today(terminal: Terminal, name: str) -> bool:
    held = balance_of(terminal, ANNA, name)
    return held is not None and held.day == TODAY


def is_as_calculated(terminal: Terminal, simulator: SimulatorThread) -> bool:
    held = balance_of(terminal, ANNA, FLEXTIME)
    return held is not None and held.value == simulator._in_loop(
        lambda: simulator.state.daybook.balance(ANNA, held.day)
    )


async def test_who_clocked_here_lately_has_balances_and_counters(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    clock(terminal, ANNA, TODAY - timedelta(days=20), 500)
    clock(terminal, LUC, TODAY - timedelta(days=40), 500)
    terminal.change("synchronisation", **ON)
    terminal.start()
    await terminal.until(lambda: balance_of(terminal, ANNA, FLEXTIME) and balance_of(terminal, ANNA, "MEAL"))
    # The clocking is delivered meanwhile, and changes the balance of all days after it.
    await terminal.until(lambda: is_as_calculated(terminal, simulator))
    flextime, meal = balance_of(terminal, ANNA, FLEXTIME), balance_of(terminal, ANNA, "MEAL")
    assert flextime is not None
    assert meal is not None
    assert (flextime.period, flextime.unit) == ("", "minutes")
    assert TODAY - timedelta(days=7) <= flextime.day <= TODAY
    assert (meal.period, meal.value, meal.unit) == ("Day", 1, "instances")
    assert terminal.roster.balances_of(LUC) == []
    assert terminal.roster.clockings_of(LUC) == []


async def test_after_a_delivery_its_person_is_read_again(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("synchronisation", **ON)
    terminal.start()
    await terminal.until(terminal.roster.counters)
    for minute in (0, 600):
        clock(terminal, ANNA, TODAY, minute)
    await terminal.until(lambda: len(of_today(terminal, ANNA)) == 2)
    for name in (FLEXTIME, "OVERTIME"):
        await terminal.until(partial(is_of_today, terminal, name))
    await terminal.until(lambda: is_as_calculated(terminal, simulator))
    overtime, flextime = balance_of(terminal, ANNA, "OVERTIME"), balance_of(terminal, ANNA, FLEXTIME)
    assert overtime is not None
    assert flextime is not None
    assert overtime.value > 0
    assert flextime.day == TODAY
    assert [one.wall_time.minute for one in of_today(terminal, ANNA)] == [0, 600]


async def test_what_was_edited_and_deleted_in_protime_shows(terminal: Terminal, simulator: SimulatorThread) -> None:
    for minute in (480, 500):
        clock(terminal, ANNA, TODAY, minute)
    terminal.change("synchronisation", clockings=True, interval_minutes=0.02, recalculation_seconds=0)
    terminal.start()
    await terminal.until(lambda: len(of_today(terminal, ANNA)) == 2)

    def edit() -> None:
        first, second = (one for one in simulator.state.clockings if one.day == TODAY)
        simulator.state.clockings.edit(first, minutes=475)
        simulator.state.clockings.edit(second, status=Status.DELETED)

    simulator._in_loop(edit)
    await terminal.until(lambda: any(one.is_deleted for one in of_today(terminal, ANNA)))
    first, second = of_today(terminal, ANNA)
    assert (first.wall_time, first.original_wall_time) == (WallTime(TODAY, 475), WallTime(TODAY, 480))
    assert (first.is_deleted, first.is_generated, first.kind) == (False, False, "InOut")
    assert (second.wall_time, second.original_wall_time, second.is_deleted) == (WallTime(TODAY, 500), None, True)


async def test_a_missing_scope_switches_off_only_its_function(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(withheld_scopes=["connector-protimeapi-calculated-totals.read"])
    clock(terminal, ANNA, TODAY, 480)
    terminal.change("synchronisation", **ON)
    terminal.start()
    await terminal.until(lambda: balance_of(terminal, ANNA, "MEAL") and terminal.roster.clockings_of(ANNA))
    await terminal.until_settled()
    assert balance_of(terminal, ANNA, FLEXTIME) is None
    assert list(problems(terminal)) == ["calculated-totals"]
    assert "calculated-totals.read" in str(problems(terminal)["calculated-totals"])


async def test_a_counter_that_protime_does_not_have_is_named(terminal: Terminal) -> None:
    clock(terminal, ANNA, TODAY, 480)
    terminal.change("synchronisation", counters=("MEAL", "NOSUCH"))
    terminal.start()
    await terminal.until(lambda: balance_of(terminal, ANNA, "MEAL"))
    await terminal.until(lambda: "counters" in problems(terminal))
    assert "NOSUCH" in str(problems(terminal)["counters"])
    assert "MEAL" not in str(problems(terminal)["counters"])


async def test_without_the_settings_nothing_of_it_is_asked_for(terminal: Terminal, simulator: SimulatorThread) -> None:
    clock(terminal, ANNA, TODAY, 480)
    terminal.start()
    await terminal.until_settled()
    await terminal.until(terminal.roster.reasons)
    asked = [request.path.rpartition("/")[2] for request in simulator.state.requests.last if request.method == "GET"]
    assert asked.count("clockings") <= 1  # how soon the one that was delivered is shown: courier/read_back.py
    assert set(asked) <= {"people", "absence-definitions", "clockings"}


def test_off_and_defaults_ask_for_no_more_scopes_than_they_use() -> None:
    protime = ProtimeSettings(tenant="acme", client_id="c")
    basic = {"clockings.read", "clockings.write", "people.read"}
    everything = SynchronisationSettings(balances=True, counters=("A",), clockings=True, circle=1, usages=True)
    off = dataclasses.replace(everything, mode=SynchronisationMode.OFF)
    assert set(scopes_for(protime, SynchronisationSettings())) == basic | {"absence-definitions.read"}
    assert set(scopes_for(protime, off)) == basic
    assert set(scopes_for(dataclasses.replace(protime, activity_structure="g"), everything)) == basic | {
        "absence-definitions.read", "activity-definitions.read", "calculated-totals.read", "contracts.read",
        "counter-definitions.read", "counters.read",
    }  # fmt: skip
