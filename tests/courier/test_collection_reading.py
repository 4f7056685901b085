"""Lists and deltas of the simulated Protime, in the roster of a terminal."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from terminal_app.settings_choices import SynchronisationMode
from terminal_app.simulator.activity_records import STRUCTURE
from terminal_app.simulator.deltas import SecondStart
from terminal_app.simulator.server import SimulatorThread
from tests.courier.terminal import ANNA, BADGES, LUC, Terminal

MODE = {"mode": SynchronisationMode.DELTA, "interval_minutes": 0.01}


def rows(terminal: Terminal, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{terminal.settings.storage.folder}/roster.db?mode=ro", uri=True)) as file:
        return file.execute(question).fetchall()


def modes(terminal: Terminal) -> dict[object, object]:
    return dict(rows(terminal, "SELECT collection, mode FROM reading"))  # type: ignore[arg-type] # pairs


def change_person(simulator: SimulatorThread, **values: object) -> None:
    simulator._in_loop(lambda: simulator.state.people.change(values))


def start_delta_of_another_client(simulator: SimulatorThread, collection: str) -> None:
    simulator._in_loop(lambda: simulator.state.deltas.start(collection, None, None, 0, SecondStart.KILL))


async def test_a_delta_brings_what_changes(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("synchronisation", **MODE)
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(40) and len(terminal.roster.reasons()) == 9)
    change_person(simulator, id=ANNA, badgeNumber="99")
    await terminal.until(lambda: terminal.roster.people_of_badge("99"))
    simulator.put("absence-definitions", 1, None)
    await terminal.until(lambda: len(terminal.roster.reasons()) == 8)
    assert terminal.roster.person(40) is not None
    assert modes(terminal) == {"person": "delta", "reason": "delta", "activity": "list"}


async def test_who_is_deleted_in_protime_goes_with_the_next_delta(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    terminal.change("synchronisation", **MODE)
    terminal.start()
    await terminal.until(lambda: modes(terminal).get("person") == "delta" if terminal.roster.person(40) else False)
    simulator._in_loop(lambda: simulator.state.people.remove(ANNA))
    await terminal.until(lambda: terminal.roster.person(ANNA) is None)
    assert not terminal.roster.people_of_badge(BADGES[ANNA])
    assert terminal.roster.person(LUC) is not None
    assert modes(terminal)["person"] == "delta"


async def test_a_delta_that_is_over_begins_afresh_and_removes_what_vanished(
    terminal: Terminal, simulator: SimulatorThread, caplog: pytest.LogCaptureFixture
) -> None:
    terminal.change("synchronisation", **MODE)
    terminal.start()
    await terminal.until(lambda: modes(terminal).get("reason") == "delta" if terminal.roster.reasons() else False)
    await terminal.stop()
    simulator.put("absence-definitions", 1, None)
    simulator.forward(timedelta(hours=73).total_seconds())
    terminal.start()
    await terminal.until(lambda: len(terminal.roster.reasons()) == 8)
    assert "delta-lost collection=absence-definitions" in caplog.text
    assert terminal.roster.person(40) is not None


async def test_a_delta_lives_on_though_nothing_changes(
    terminal: Terminal, simulator: SimulatorThread, caplog: pytest.LogCaptureFixture
) -> None:
    terminal.change("synchronisation", **MODE)
    terminal.start()
    await terminal.until(lambda: modes(terminal).get("person") == "delta" if terminal.roster.person(40) else False)
    tokens: set[object] = set()

    def another_token() -> bool:
        ((token,),) = rows(terminal, "SELECT token FROM reading WHERE collection = 'person'")
        return token not in tokens

    for _ in range(3):  # six days
        await terminal.until(another_token)
        tokens.update(token for (token,) in rows(terminal, "SELECT token FROM reading WHERE collection = 'person'"))
        simulator.forward(timedelta(hours=48).total_seconds())
    await terminal.until(another_token)
    assert "delta-lost collection=people" not in caplog.text


async def test_where_another_delta_is_active_the_list_is_read_and_status_can_tell(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    simulator.set_faults(delta_second_start="conflict")
    start_delta_of_another_client(simulator, "people")
    start_delta_of_another_client(simulator, "absence-definitions")
    terminal.change("synchronisation", **MODE)
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(40) and len(terminal.roster.reasons()) == 9)
    await terminal.until(lambda: len(rows(terminal, "SELECT name FROM problem")) == 2)
    assert modes(terminal)["person"] == "list"
    simulator.set_faults(expire_deltas=True)
    await terminal.until(lambda: modes(terminal)["person"] == "delta")
    await terminal.until(lambda: rows(terminal, "SELECT name FROM problem") == [])


async def test_a_start_of_somebody_else_costs_a_fresh_start(
    terminal: Terminal, simulator: SimulatorThread, caplog: pytest.LogCaptureFixture
) -> None:
    terminal.change("synchronisation", **MODE)
    terminal.start()
    await terminal.until(lambda: modes(terminal).get("person") == "delta" if terminal.roster.person(40) else False)
    start_delta_of_another_client(simulator, "people")
    await terminal.until(lambda: "delta-lost collection=people" in caplog.text)
    change_person(simulator, id=LUC, badgeNumber="99")
    await terminal.until(lambda: terminal.roster.people_of_badge("99"))


async def test_only_the_people_of_a_terminal_group_are_stored(terminal: Terminal, simulator: SimulatorThread) -> None:
    def put(key: int, group: int) -> None:
        change_person(simulator, id=key, terminalGroup={"id": group})

    for key in range(1, 41):
        put(key, 7 if key <= 3 else 8)
    terminal.change("synchronisation", terminal_groups=(7,), **MODE)
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(3))
    assert rows(terminal, "SELECT id FROM person ORDER BY id") == [(1,), (2,), (3,)]
    put(LUC, 8)
    put(10, 7)
    await terminal.until(lambda: terminal.roster.person(10))
    await terminal.until(lambda: terminal.roster.person(LUC) is None)
    await terminal.stop()
    terminal.change("synchronisation", terminal_groups=())
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(40))


async def test_only_the_members_of_a_circle_are_stored(terminal: Terminal) -> None:
    terminal.change("synchronisation", circle=1)
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(ANNA))
    found = {key for (key,) in rows(terminal, "SELECT id FROM person")}
    assert found == {1, 21}


async def test_without_the_scope_for_circles_nobody_is_dropped_and_the_rest_goes_on(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    await terminal.stop()
    simulator.set_faults(withheld_scopes=["connector-protimeapi-contracts.read"])
    terminal.change("synchronisation", circle=1, interval_minutes=0.01)
    terminal.start()
    await terminal.until(lambda: rows(terminal, "SELECT name FROM problem"))
    ((name, explanation, is_refused),) = rows(terminal, "SELECT name, explanation, is_refused FROM problem")
    assert (name, is_refused) == ("people", 1)
    assert "contracts.read" in str(explanation)
    assert terminal.roster.person(40) is not None
    simulator.set_faults(withheld_scopes=[], expire_tokens=True)
    await terminal.until(lambda: terminal.roster.person(40) is None)
    await terminal.until(lambda: rows(terminal, "SELECT name FROM problem") == [])


async def test_usages_and_restrictions_are_read_where_they_are_wanted(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    terminal.change("protime", activity_structure=STRUCTURE, activity_levels=2)
    terminal.start()
    await terminal.until(terminal.roster.activities)
    assert all(one.usages is None and one.restrictions is None for one in terminal.roster.activities())
    await terminal.stop()
    terminal.change("synchronisation", usages=True)
    terminal.start()
    await terminal.until(lambda: all(one.usages is not None for one in terminal.roster.activities()))
    assert any(one.usages for one in terminal.roster.activities())
    assert any(one.restrictions for one in terminal.roster.activities())


async def test_switched_off_nothing_is_read_and_clockings_go_out(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    terminal.change("synchronisation", mode=SynchronisationMode.OFF, balances=True)
    terminal.clock()
    terminal.start()
    await terminal.until_settled()
    assert terminal.roster.person(ANNA) is None
    assert [one["badgeNumber"] for one in simulator.received()] == [BADGES[ANNA]]
