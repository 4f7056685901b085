"""What the simulated Protime sends to the real receiver, in the roster of a terminal whose courier applies it."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.wall_time import WallTime
from terminal_app.settings_choices import SynchronisationMode
from terminal_app.simulator.clocking_store import Status
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES
from terminal_app.webhook_receiver.key_file import add_key
from terminal_app.webhook_receiver.state import ReceivedState, received_state
from terminal_app.webhook_receiver.store import FILE_NAME, WebhookStore
from tests.courier.terminal import ANNA, BADGES, LUC, Terminal
from tests.simulator.calls import PREFIX, Caller
from tests.webhook_receiver.receiver import KEY, Receiver, free_port, receiving, rename, subscribed

TODAY = datetime.now(UTC).date()


@pytest.fixture
def admin(simulator: SimulatorThread) -> Iterator[Caller]:
    simulator.set_faults(webhook_retry_seconds=[0.05] * 40)
    with Caller(simulator.url) as caller:
        caller.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        yield caller


@pytest.fixture
def receiver(admin: Caller, tmp_path: Path) -> Iterator[Receiver]:
    """It runs, and everything that it takes is subscribed to; KEY signs too."""
    port = free_port()
    for name in ("people", "absence-definitions", "counter-definitions", "clockings"):
        subscribed(admin, port, name, tmp_path)
        add_key(tmp_path / "keys", name, KEY)
    with receiving(tmp_path, port=port) as running:
        yield running


def state(terminal: Terminal) -> ReceivedState:
    found = received_state(terminal.settings.storage.folder)
    assert found is not None
    return found


async def all_applied(terminal: Terminal, admin: Caller, *, but: int = 0) -> None:
    """Whatever the simulator has told until now."""
    await terminal.until(lambda: not any(one["waiting"] for one in admin.client.get("/_control/webhooks").json()))
    await terminal.until(lambda: state(terminal).waiting == but)


def change_person(simulator: SimulatorThread, **values: object) -> None:
    simulator._in_loop(lambda: simulator.state.people.change(values))


def name_of(terminal: Terminal, key: int) -> str | None:
    found = terminal.roster.person(key)
    return found.last_name if found else None


async def read_once(terminal: Terminal) -> None:
    """The roster was read whole, and is not read again before the test is over."""
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(40) and terminal.roster.reasons())


async def test_what_is_told_is_in_the_roster_between_two_readings(
    terminal: Terminal, simulator: SimulatorThread, admin: Caller, receiver: Receiver
) -> None:
    await read_once(terminal)
    rename(admin, ANNA, "Second")
    rename(admin, ANNA, "Third")
    await terminal.until(lambda: name_of(terminal, ANNA) == "Third")
    reason = admin.get("/absence-definitions/1").json()
    simulator.put("absence-definitions", 1, {**reason, "isEnabled": False})
    await terminal.until(lambda: any(one.id == 1 and not one.is_enabled for one in terminal.roster.reasons()))
    simulator.put("absence-definitions", 1, None)
    await terminal.until(lambda: len(terminal.roster.reasons()) == 8)
    assert terminal.roster.person(40) is not None
    await all_applied(terminal, admin)
    assert state(terminal).newest_applied is not None


async def test_with_synchronisation_off_webhooks_alone_fill_the_roster(
    terminal: Terminal, admin: Caller, receiver: Receiver
) -> None:
    terminal.change("synchronisation", mode=SynchronisationMode.OFF)
    rename(admin, LUC, "Told before the start")
    await terminal.until(lambda: state(terminal).waiting == 1)
    terminal.start()
    await terminal.until(lambda: name_of(terminal, LUC) == "Told before the start")
    assert terminal.roster.person(ANNA) is None


async def test_a_badge_that_is_told_lets_its_held_clockings_go(
    terminal: Terminal, simulator: SimulatorThread, receiver: Receiver
) -> None:
    held = terminal.clock(None)
    await read_once(terminal)
    assert terminal.states() == ["held"]
    change_person(simulator, firstName="New", badgeNumber="4711")
    await terminal.until_settled()
    assert terminal.entry(held).clocking.person_id == 41
    assert [one["badgeNumber"] for one in simulator.received()] == ["4711"]


async def test_a_reference_that_was_not_asked_for_stays(
    terminal: Terminal, simulator: SimulatorThread, admin: Caller, receiver: Receiver
) -> None:
    terminal.change("protime", person_reference="HRMID")
    await read_once(terminal)
    rename(admin, ANNA, "Married")
    await terminal.until(lambda: name_of(terminal, ANNA) == "Married")
    anna = terminal.roster.person(ANNA)
    assert anna is not None
    assert (anna.reference, anna.badge_number) == ("HR-1", BADGES[ANNA])


async def test_a_reference_that_was_asked_for_is_taken(terminal: Terminal, admin: Caller, tmp_path: Path) -> None:
    terminal.change("protime", person_reference="HRMID")
    terminal.change("synchronisation", mode=SynchronisationMode.OFF)
    port = free_port()
    subscribed(admin, port, "people", tmp_path, "?externalReferences=(people,HRMID)")
    with receiving(tmp_path, port=port):
        terminal.start()
        rename(admin, ANNA, "With a reference")
        await terminal.until(lambda: terminal.roster.person(ANNA))
    anna = terminal.roster.person(ANNA)
    assert anna is not None
    assert anna.reference == "HR-1"


async def test_people_of_other_terminal_groups_are_not_kept(
    terminal: Terminal, simulator: SimulatorThread, admin: Caller, receiver: Receiver
) -> None:
    for key in (ANNA, LUC):
        change_person(simulator, id=key, terminalGroup={"id": 7})
    change_person(simulator, id=10, terminalGroup={"id": 8})
    terminal.change("synchronisation", terminal_groups=(7,))
    terminal.start()
    await terminal.until(lambda: terminal.roster.person(LUC) and terminal.roster.reasons())
    rename(admin, 10, "Elsewhere")
    change_person(simulator, id=LUC, terminalGroup={"id": 8})
    await terminal.until(lambda: terminal.roster.person(LUC) is None)
    change_person(simulator, id=11, terminalGroup={"id": 7})
    await terminal.until(lambda: terminal.roster.person(11))
    await all_applied(terminal, admin)
    assert (terminal.roster.person(10), name_of(terminal, ANNA) is None) == (None, False)


async def test_people_wait_until_the_circle_is_known_and_hold_up_nobody_else(
    terminal: Terminal, simulator: SimulatorThread, admin: Caller, receiver: Receiver
) -> None:
    simulator.set_faults(withheld_scopes=["connector-protimeapi-contracts.read"])
    terminal.change("synchronisation", circle=1, interval_minutes=0.01)
    terminal.start()
    rename(admin, ANNA, "In the circle")
    rename(admin, LUC, "Not in it")
    await terminal.until(lambda: state(terminal).waiting == 2)
    simulator.put("absence-definitions", 1, None)
    await all_applied(terminal, admin, but=2)
    await terminal.until(lambda: len(terminal.roster.reasons()) == 8)
    assert (state(terminal).waiting, terminal.roster.person(ANNA)) == (2, None)
    simulator.set_faults(withheld_scopes=[], expire_tokens=True)
    await terminal.until(lambda: name_of(terminal, ANNA) == "In the circle")
    rename(admin, LUC, "Not in it at all")
    await all_applied(terminal, admin)
    assert terminal.roster.person(LUC) is None


async def test_clockings_of_the_day_of_those_who_clock_here(
    terminal: Terminal, simulator: SimulatorThread, admin: Caller, receiver: Receiver
) -> None:
    moment = Moment(datetime.now(UTC), 1, 1, "former-boot")
    terminal.clock(ANNA, wall_time=WallTime(TODAY, 480), moment=moment)
    terminal.change("terminal", timezone="UTC", name="Main entrance")
    terminal.change("synchronisation", clockings=True, recalculation_seconds=300)
    await read_once(terminal)
    await terminal.until_settled()
    of_today = {"date": TODAY.isoformat(), "kind": "InOut"}
    elsewhere = admin.create(person={"id": ANNA}, timeOfDayInMinutes=600, **of_today)
    await terminal.until(lambda: any(one.protime_id == elsewhere for one in terminal.roster.clockings_of(ANNA)))
    admin.create(person={"id": LUC}, timeOfDayInMinutes=600, **of_today)
    edited = next(one for one in simulator.state.clockings if one.day == TODAY and one.minutes == 480)

    def edit() -> None:
        simulator.state.clockings.edit(edited, minutes=475)
        simulator.state.clockings.edit(edited, status=Status.DELETED)

    simulator._in_loop(edit)
    await terminal.until(lambda: any(one.is_deleted for one in terminal.roster.clockings_of(ANNA)))
    await all_applied(terminal, admin)
    gone, other = (one for one in terminal.roster.clockings_of(ANNA) if one.wall_time.date == TODAY)
    assert (gone.wall_time.minute, gone.original_wall_time, gone.is_deleted) == (475, WallTime(TODAY, 480), True)
    assert (other.protime_id, other.wall_time.minute, other.is_deleted) == (elsewhere, 600, False)
    assert terminal.roster.clockings_of(LUC) == []


async def test_what_no_setting_wants_is_done_with(terminal: Terminal, admin: Caller, receiver: Receiver) -> None:
    await read_once(terminal)
    admin.create(person={"id": ANNA}, timeOfDayInMinutes=600, date=TODAY.isoformat())
    await all_applied(terminal, admin)
    assert terminal.roster.clockings_of(ANNA) == []


def told(key: object, version: str, **data: object) -> dict[str, object]:
    return {"changeType": "InsertOrUpdate", "data": {"id": key, "changeVersion": version, **data}}


async def test_what_is_broken_or_unknown_is_set_aside_and_stops_no_other(
    terminal: Terminal, receiver: Receiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    terminal.change("synchronisation", clockings=True)
    assert receiver.deliver("people", told(1, "1", firstName="Kept", badgeNumber="1")) == 204
    assert receiver.deliver("clockings", told(1, "2", person={"id": 1}, date="someday")) == 204
    assert receiver.deliver("people", told(3, "\ud800", firstName=["\ud800"], badgeNumber={})) == 204
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file, file:
        file.execute("INSERT INTO record VALUES ('moons', 1, '1', 900, 0, '{}', '2026-01-01T00:00:00+00:00')")
        file.execute("INSERT INTO record VALUES ('people', 9, '1', 901, 0, '[', '2026-01-01T00:00:00+00:00')")
        file.execute("INSERT INTO record VALUES ('people', 10, '1', 902, 0, '[]', '2026-01-01T00:00:00+00:00')")
        file.execute(
            "INSERT INTO record VALUES ('people', 11, '1', 903, 0, ?, '2026-01-01T00:00:00+00:00')", ("[" * 100_000,)
        )
    terminal.start()
    await terminal.until(lambda: state(terminal).waiting == 0)
    assert receiver.deliver("people", told(2, "5", firstName="Kept too", badgeNumber="2")) == 204
    await terminal.until(lambda: [one.first_name for one in terminal.roster.people_of_badge("2")] == ["Kept too"])
    assert [one.first_name for one in terminal.roster.people_of_badge("1")] == ["Kept"]
    assert "webhook-records-set-aside records=4" in caplog.text
    assert "webhook-items-set-aside collection=clockings items=1" in caplog.text
    assert "Kept" not in caplog.text


async def test_what_cannot_be_done_with_comes_again_and_changes_nothing(
    terminal: Terminal, receiver: Receiver, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    terminal.change("synchronisation", mode=SynchronisationMode.OFF)
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
        assert receiver.deliver("people", told(1, "5", firstName="Once")) == 204
        other.execute("BEGIN IMMEDIATE")
        terminal.start()
        await terminal.until(lambda: "webhooks-not-applied" in caplog.text)
        assert terminal.roster.person(1) is not None
        assert state(terminal).waiting == 1
        other.execute("ROLLBACK")
    terminal.clock()  # rings the doorbell
    await terminal.until(lambda: state(terminal).waiting == 0)
    await terminal.until_settled()


async def test_a_file_that_was_moved_aside_is_not_waited_at(terminal: Terminal, tmp_path: Path) -> None:
    terminal.change("synchronisation", mode=SynchronisationMode.OFF)
    add_key(tmp_path / "keys", "people", KEY)
    with receiving(tmp_path) as first:
        terminal.start()
        assert first.deliver("people", told(1, "1")) == 204
        await terminal.until(lambda: terminal.roster.person(1))
    for ending in ("", "-wal", "-shm"):
        (tmp_path / f"{FILE_NAME}{ending}").rename(tmp_path / f"aside.db{ending}")
    with receiving(tmp_path) as second:
        assert second.deliver("people", told(2, "1")) == 204
        await terminal.until(lambda: terminal.roster.person(2))


async def test_a_file_of_another_program_stops_no_delivery(
    terminal: Terminal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1000)
    terminal.clock()
    terminal.start()
    await terminal.until_settled()
    await terminal.until(lambda: "webhooks-not-applied" in caplog.text)
    (tmp_path / FILE_NAME).unlink()
    WebhookStore(tmp_path).close()
