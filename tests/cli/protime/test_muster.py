"""`protime muster`: from the real simulator, from a real ledger, and from the one when the other is gone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.clocking.person import Person
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.tables import Collection
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES
from tests.cli.clockings import clocking, recorded
from tests.cli.command import command_here
from tests.cli.protime.conftest import settings_of
from tests.roster import readings
from tests.simulator.calls import PREFIX, Caller

DAY = date(2026, 3, 2)


@pytest.fixture
def admin(simulator: SimulatorThread) -> Iterator[Caller]:
    with Caller(simulator.url) as caller:
        caller.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        yield caller
        simulator.reset()


def create(admin: Caller, person: int, minute: int, day: date = DAY, **more: object) -> int:
    return admin.create(person={"id": person}, date=str(day), timeOfDayInMinutes=minute, **more)


def door(simulator: SimulatorThread, key: int, person: int, minute: int, status: str = "AccessOk") -> None:
    record: dict[str, object] = {
        "id": key,
        "person": {"id": person},
        "date": str(DAY),
        "timeOfDayInMinutes": minute,
        "status": status,
    }
    simulator.put("access-clockings", key, record)


def listed(config: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    answer = command_here("protime", "muster", "--json", "--config", config, *arguments)
    assert answer.returncode == 0, answer.stderr
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    return {one["name"]: one for one in rows}


AT_NOON = ("--at", f"{DAY}T12:00")


def test_who_is_in_by_clockings_and_doors(config: Path, simulator: SimulatorThread, admin: Caller) -> None:
    create(admin, 1, 480)  # in
    create(admin, 2, 480)
    create(admin, 2, 600)  # out
    create(admin, 3, 480)
    create(admin, 3, 600, kind="Reason", reason={"id": 1})
    create(admin, 4, 1320, DAY - timedelta(days=1))  # in, last night
    create(admin, 5, 780)  # later than noon
    door(simulator, 900001, 7, 700)
    door(simulator, 900002, 8, 700, "AccessRefused")
    found = listed(config, *AT_NOON)
    simulator.put("access-clockings", 900001, None)
    simulator.put("access-clockings", 900002, None)
    assert {name: one["certainty"] for name, one in found.items()} == {
        "Peeters Anna": "sure",
        "Schäfer Jürgen": "perhaps",
        "O'Hara Mary": "sure",
        found_name(found, 7): "perhaps",
    }
    assert found["Peeters Anna"]["since"] == f"{DAY} 08:00"
    assert found["Schäfer Jürgen"]["doubt"] == "a reason was clocked, which may be an out"
    assert found["Peeters Anna"]["source"] == "Protime"


def test_after_midnight_who_went_home_in_the_evening_is_not_on_it(config: Path, admin: Caller) -> None:
    for day in (DAY - timedelta(days=1), DAY):
        create(admin, 1, 480, day)  # in
        create(admin, 1, 1000, day)  # out
    create(admin, 2, 480, DAY - timedelta(days=1))
    create(admin, 2, 1000, DAY - timedelta(days=1))
    create(admin, 2, 1320)  # in, for the night
    found = listed(config, "--at", f"{DAY + timedelta(days=1)}T00:30")
    assert {name: one["certainty"] for name, one in found.items()} == {"Dubois Luc": "sure"}


def found_name(found: dict[str, dict[str, Any]], person: int) -> str:
    return next(name for name, one in found.items() if one["person"] == person)


def test_edited_and_deleted_clockings(config: Path, simulator: SimulatorThread, admin: Caller) -> None:
    edited, deleted = create(admin, 1, 480), create(admin, 2, 480)
    for key, change in ((edited, {"timeOfDayInMinutes": 800}), (deleted, {"status": "Deleted"})):
        answer = admin.client.post(f"/_control/clockings/{key}", json=change)
        assert answer.status_code < 300, answer.text
    assert listed(config, *AT_NOON) == {}
    assert set(listed(config, "--at", f"{DAY}T13:30")) == {"Peeters Anna"}


def test_the_table_is_sorted_and_plain(config: Path, admin: Caller) -> None:
    for person in (1, 2, 3, 4, 5):
        create(admin, person, 480)
    answer = command_here("protime", "muster", "--config", config, *AT_NOON)
    heading, names, *rows = answer.stdout.splitlines()
    assert heading == f"In the building at {DAY} 12:00 (UTC): 5. Sure: 5, perhaps: 0."
    assert names.split()[:3] == ["[", "]", "name"]
    assert [row.split()[2] for row in rows] == ["Dubois", "O'Hara", "Peeters", "Schäfer", "Van"]
    assert all(row.startswith("[ ]  ") for row in rows)
    assert 'Zoë "[red]X[/]"' in rows[-1]
    assert "\x1b" not in answer.stdout


def test_many_names_are_read_from_the_list(tmp_path: Path) -> None:
    with SimulatorThread(people=40) as simulator, Caller(simulator.url) as admin:
        admin.log_in()
        for person in range(7, 27):
            create(admin, person, 480)
        found = listed(settings_of(simulator.url, tmp_path), *AT_NOON)
    assert sorted(one["person"] for one in found.values()) == list(range(7, 27))
    assert not any("not known" in name for name in found)


def test_doors_that_may_not_be_read_are_told(config: Path, simulator: SimulatorThread, admin: Caller) -> None:
    create(admin, 1, 480)
    simulator.set_faults(withheld_scopes=["connector-protimeapi-access-clockings.read"])
    answer = command_here("protime", "muster", "--config", config, *AT_NOON)
    assert answer.returncode == 0
    assert "Doors are missing: " in answer.stdout
    assert "access-clockings.read" in answer.stdout
    assert "Peeters Anna" in answer.stdout


def ledger(folder: Path) -> None:
    """Person 1 came in, and somebody with an unknown badge; person 2 came and went."""
    day = WallTime(DAY, 480)
    recorded(
        folder,
        replace(clocking("11110001"), wall_time=day),
        replace(clocking("22220002", person_id=2), wall_time=day),
        replace(clocking("22220002", person_id=2), wall_time=WallTime(DAY, 500)),
        replace(clocking("99990009", person_id=None), wall_time=day),
    )


def roster(folder: Path) -> None:
    people = RosterWriter(folder)
    readings.read(people, Collection.PEOPLE, [Person(1, "Anna", "Peeters", "11110001", "nl", None, None, 1)])
    people.close()


def test_offline_it_is_made_of_this_terminals_records(config: Path, tmp_path: Path) -> None:
    ledger(tmp_path)
    roster(tmp_path)
    answer = command_here("protime", "muster", "--offline", "--config", config, *AT_NOON)
    assert answer.returncode == 0
    heading, warning, _, *rows = answer.stdout.splitlines()
    assert heading.startswith(f"In the building at {DAY} 12:00")
    assert warning == (
        "OFFLINE, --offline was given. Only what this terminal recorded: other terminals and doors are missing."
    )
    assert len(rows) == 2
    assert rows[0].startswith("[ ]  (unknown badge ****0009)  sure")
    assert rows[1].startswith("[ ]  Peeters Anna")
    assert "99990009" in command_here("protime", "muster", "--offline", "--badges", "--config", config, *AT_NOON).stdout


@pytest.mark.parametrize("fault", [{"down": True}, {"slow_seconds": 30.0}, {"refuse_with_status": 503}])
def test_without_an_answer_it_is_made_offline_by_itself(
    config: Path, simulator: SimulatorThread, tmp_path: Path, fault: dict[str, Any]
) -> None:
    ledger(tmp_path)
    simulator.set_faults(**fault)
    answer = command_here("protime", "muster", "--wait", "0.5", "--config", config, *AT_NOON)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines()[1].startswith("OFFLINE, ")
    assert "(person 1, name not known)" in answer.stdout


def test_without_the_secret_it_is_made_offline(config: Path, tmp_path: Path) -> None:
    ledger(tmp_path)
    (tmp_path / "secret").unlink()
    answer = command_here("protime", "muster", "--config", config, *AT_NOON)
    assert answer.returncode == 0
    assert "OFFLINE, [protime] client_secret_file: " in answer.stdout


def test_what_protime_does_not_have_yet_counts_too(config: Path, admin: Caller, tmp_path: Path) -> None:
    key = create(admin, 2, 480)
    (first, _, _, delivered) = recorded(
        tmp_path,
        replace(clocking("11110001"), wall_time=WallTime(DAY, 480)),
        replace(clocking("11110001"), wall_time=WallTime(DAY, 500)),
        replace(clocking("11110001"), wall_time=WallTime(DAY, 520)),
        replace(clocking("22220002", person_id=2), wall_time=WallTime(DAY, 480)),
    )
    database = LedgerDatabase(tmp_path)
    start_sending(database, delivered)
    settle(database, delivered, Confirmed(key))
    database.close()
    found = listed(config, *AT_NOON)
    assert found["Peeters Anna"]["source"] == "this terminal"
    assert found["Dubois Luc"]["certainty"] == "sure", "one clocking, though both have it"
    assert first == 1


def test_no_network_and_no_ledger(config: Path, simulator: SimulatorThread) -> None:
    simulator.set_faults(down=True)
    answer = command_here("protime", "muster", "--config", config)
    assert (answer.returncode, answer.stdout) == (ExitCode.UNAVAILABLE, "")
    assert "no list: " in answer.stderr
    assert "there is no ledger" in answer.stderr


@pytest.mark.parametrize("text", ["noon", "2026-03-02", "25:00", "12:00+01:00", "8"])
def test_what_is_no_time(config: Path, text: str) -> None:
    answer = command_here("protime", "muster", "--at", text, "--config", config)
    assert answer.returncode == ExitCode.USAGE
    assert "a time is written like 14:05" in answer.stderr


def test_a_time_to_come_is_refused(config: Path) -> None:
    answer = command_here("protime", "muster", "--at", "2199-01-01T10:00", "--config", config)
    assert answer.returncode == ExitCode.USAGE
    assert "still to come" in answer.stderr
