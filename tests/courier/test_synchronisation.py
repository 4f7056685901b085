import logging
from pathlib import Path

import pytest

from terminal_app.clocking.person import Person
from terminal_app.roster.link import LinkState
from terminal_app.simulator.activity_records import STRUCTURE
from terminal_app.simulator.server import SimulatorThread
from tests.courier.terminal import ANNA, BADGES, Terminal
from tests.protime.raw_server import RawServer, answer


async def test_people_reasons_and_activities_are_there_after_the_start(terminal: Terminal) -> None:
    terminal.change("protime", activity_structure=STRUCTURE, activity_levels=2, person_reference="HRMID")
    terminal.start()
    await terminal.until(terminal.roster.activities)
    anna = terminal.roster.person(ANNA)
    assert isinstance(anna, Person)
    assert (anna.name, anna.badge_number, anna.reference) == ("Anna Peeters", BADGES[ANNA], "HR-1")
    assert terminal.roster.person(40) is not None
    assert len(terminal.roster.reasons()) == 9
    await terminal.until(lambda: terminal.link() is LinkState.UP)


async def test_a_change_comes_with_the_next_reading(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("synchronisation", interval_minutes=0.01)
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(ANNA))
    simulator._in_loop(lambda: simulator.state.people.change({"id": ANNA, "badgeNumber": "99"}))
    await terminal.until(lambda: terminal.roster.people_of_badge("99"))
    assert terminal.roster.people_of_badge(BADGES[ANNA]) == []


async def test_a_collection_that_may_not_be_read_stops_no_other(
    terminal: Terminal, simulator: SimulatorThread, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    simulator.set_faults(withheld_scopes=["connector-protimeapi-people.read"])
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    terminal.clock()
    await terminal.until_settled()
    assert terminal.states() == ["confirmed"]
    assert terminal.roster.person(ANNA) is None
    await terminal.until(lambda: terminal.link() is LinkState.UP)
    assert sum("collection-not-read collection=people" in one for one in caplog.messages) == 1


async def test_an_outage_during_a_reading_deletes_nobody(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    await terminal.stop()
    simulator.set_faults(down=True)
    terminal.start()
    await terminal.until(lambda: terminal.link() is LinkState.DOWN)
    assert terminal.roster.person(ANNA) is not None
    assert terminal.roster.person(40) is not None
    simulator.clear_faults()
    await terminal.until(lambda: terminal.link() is LinkState.UP)


async def test_an_answer_that_holds_nobody_empties_nothing_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = False

    def answered(head: bytes) -> bytes:
        if b"/connect/token" in head:
            return answer(200, b'{"access_token":"t","expires_in":1800}')
        people = b'{"id": 1, "firstName": "Anna", "badgeNumber": "1"}' if b"/people" in head and not nobody else b""
        return answer(200, b'{"value": [' + people + b"]}")

    async with RawServer(answered) as server:
        terminal = Terminal(tmp_path, server.url)
        terminal.change("synchronisation", interval_minutes=0.02)
        terminal.start()
        await terminal.until(lambda: terminal.roster.person(1))
        nobody = True
        await terminal.until(lambda: "roster-shrank" in caplog.text)
        assert terminal.roster.person(1) is not None
        await terminal.until(lambda: terminal.roster.person(1) is None)
        await terminal.close()
    assert caplog.text.count("roster-shrank collection=person before=1 now=0") == 1


async def test_a_wrong_secret_shows(terminal: Terminal, caplog: pytest.LogCaptureFixture) -> None:
    terminal.secret = "not-the-secret"
    terminal.start()
    await terminal.until(lambda: terminal.link() is LinkState.REFUSED)
    link = terminal.roster.link()
    assert link is not None
    assert link.explanation is not None
    assert "client_id" in link.explanation
    assert terminal.secret not in caplog.text + link.explanation


async def test_held_clockings_go_out_once_the_badge_is_known(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("synchronisation", interval_minutes=0.01)
    held = terminal.clock(None)
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(ANNA))
    assert terminal.states() == ["held"]
    simulator._in_loop(lambda: simulator.state.people.change({"firstName": "New", "badgeNumber": "4711"}))
    await terminal.until_settled()
    (received,) = simulator.received()
    assert (received["personId"], received["badgeNumber"]) == (41, "4711")
    assert terminal.entry(held).clocking.person_id == 41
    assert terminal.history(held) == ["recorded", "sending", "confirmed"]


async def test_held_clockings_of_before_the_service_stay(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("synchronisation", interval_minutes=0.01)
    terminal.clock(None)
    newcomer = {"firstName": "New", "badgeNumber": "4711", "inServiceDate": "2026-02-01"}
    simulator._in_loop(lambda: simulator.state.people.change(newcomer))
    terminal.start()
    await terminal.until(lambda: terminal.roster.people_of_badge("4711"))
    await terminal.until(terminal.roster.reasons)
    assert terminal.states() == ["held"]
