"""The examples, run as a newcomer runs them."""

import asyncio
import os
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from examples.post_clocking import could_be
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.clockings import Clocking, NewClocking
from terminal_app.protime.external_references import BADGE_NUMBER, by_id, by_reference
from terminal_app.protime.scopes import Scope
from terminal_app.simulator.activity_records import STRUCTURE
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings

ROOT = Path(__file__).parents[2]


def run(url: str, example: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", f"examples.{example}", *arguments],
        cwd=ROOT,
        env={**os.environ, "PROTIME_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def failed(url: str, example: str, *arguments: str) -> str:
    """What an example says that ends with 1; no traceback is in it."""
    done = subprocess.run(
        [sys.executable, "-m", f"examples.{example}", *arguments],
        cwd=ROOT,
        env={**os.environ, "PROTIME_URL": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    return done.stderr


@pytest.mark.parametrize("example", [("list_people",), ("post_clocking", "0013961168"), ("follow_delta", "{}")])
def test_without_a_server_one_line_says_so(tmp_path: Path, example: tuple[str, ...]) -> None:
    arguments = (one.format(tmp_path / "state.json") for one in example[1:])
    assert "Is a simulator running?" in failed("http://127.0.0.1:1", example[0], *arguments)


def test_what_the_server_refused_is_not_taken_for_a_server_that_is_not_there() -> None:
    with SimulatorThread(people=6) as simulator:
        said = failed(simulator.url, "post_clocking", "999")
    assert said == (
        "Protime answered 400: BadRequest; The clocking cannot be accepted.; "
        "The person with this @badge-number does not exist.\n"
    )


@pytest.mark.parametrize("content", [None, "external_reference,name\nA-1,Digging\n", ""])
def test_an_import_of_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "activities.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    said = failed("http://127.0.0.1:1", "import_activities", STRUCTURE, "1", str(path), "--write")
    assert str(path) in said
    assert ("data_entry_code" in said) is (content is not None)


def test_listing_people() -> None:
    with SimulatorThread(people=10) as simulator:
        lines = run(simulator.url, "list_people").splitlines()
    assert len(lines) == 10
    assert lines[0].startswith("1 ")
    assert lines[0].endswith(" E000001")


def test_posting_a_clocking() -> None:
    with SimulatorThread(people=6) as simulator:
        said = run(simulator.url, "post_clocking", "0013961168")
        (clocking,) = simulator.received()
    assert said == f"created {clocking['id']}\n"


def test_a_clocking_that_may_have_been_stored_is_looked_up() -> None:
    with SimulatorThread(people=6) as simulator:
        simulator.set_faults(cut_after_storing=1)
        said = run(simulator.url, "post_clocking", "0013961168")
        (clocking,) = simulator.received()
    assert said == f"unknown whether it is stored; Protime has: [{clocking['id']}]\n"


def test_a_clocking_that_was_not_stored_is_not_taken_for_one_of_another_day() -> None:
    now = datetime.now().astimezone()
    with SimulatorThread(people=6, settings=Settings(history_days=0)) as simulator:
        asyncio.run(clock_yesterday(simulator.url, now, minutes=3))  # the example may run in the next one
        simulator.set_faults(cut_before_storing=1)
        said = run(simulator.url, "post_clocking", "0013961168")
    assert said == "unknown whether it is stored; Protime has: []\n"


async def clock_yesterday(url: str, now: datetime, minutes: int) -> None:
    async with ProtimeClient(
        tenant="acme",
        client_id="demo-terminal",
        client_secret="demo-secret",
        scopes=[Scope.CLOCKINGS_WRITE],
        base_url=url,
        authentication_url=url,
    ) as protime:
        for later in range(minutes):
            moment = now + timedelta(minutes=later)
            await protime.clockings.create(
                NewClocking(
                    person=by_reference(BADGE_NUMBER, "0013961168"),
                    date=moment.date() - timedelta(days=1),
                    time_of_day_in_minutes=moment.hour * 60 + moment.minute,
                )
            )


@pytest.mark.parametrize(
    "faults", [{"cut_after_storing": 1, "night_ends_at_minutes": 1440}, {"created_answer": "accepted"}]
)
def test_a_clocking_on_another_day_or_only_accepted_is_looked_up(faults: dict[str, int | str]) -> None:
    with SimulatorThread(people=6, settings=Settings(history_days=0)) as simulator:
        simulator.set_faults(**faults)
        said = run(simulator.url, "post_clocking", "0013961168")
        (clocking,) = simulator.received()
    assert said == f"unknown whether it is stored; Protime has: [{clocking['id']}]\n"


@pytest.mark.parametrize(
    ("found", "is_it"),
    [
        ({"date": "2026-01-15", "timeOfDayInMinutes": 60, "kind": "InOut"}, True),
        ({"date": "2026-01-14", "timeOfDayInMinutes": 1500, "kind": "InOut", "status": "Deleted"}, True),
        (
            {"date": "2026-01-15", "timeOfDayInMinutes": 55, "originalTimeOfDayInMinutes": 60, "kind": "InOut"},
            True,
        ),
        ({}, True),
        ({"date": "2026-01-14", "timeOfDayInMinutes": 60, "kind": "InOut"}, False),
        ({"date": "2026-01-15", "timeOfDayInMinutes": 61, "kind": "InOut"}, False),
        ({"date": "2026-01-15", "timeOfDayInMinutes": 60, "kind": "ActivityEnd"}, False),
    ],
)
def test_a_stored_clocking_is_known_by_kind_and_moment(found: dict[str, object], is_it: bool) -> None:
    sent = NewClocking(person=by_id(1), date=date(2026, 1, 15), time_of_day_in_minutes=60)
    assert could_be(Clocking.model_validate({"id": 7, **found}), sent) is is_it


@pytest.mark.parametrize("example", ["follow_delta", "post_clocking", "import_activities"])
def test_without_its_arguments_an_example_tells_how_it_is_used(example: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"examples.{example}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"usage: python -m examples.{example} ")


def test_the_newcomers_page_names_each_example() -> None:
    page = (ROOT / "docs" / "protime-client.md").read_text(encoding="utf-8")
    for example in ("list_people", "post_clocking", "follow_delta"):
        assert f".venv/bin/python -m examples.{example}" in page


def test_a_state_that_cannot_be_kept_is_one_line(tmp_path: Path) -> None:
    with SimulatorThread(people=2) as simulator:
        said = failed(simulator.url, "follow_delta", str(tmp_path / "no-folder" / "state"))
    assert "cannot keep the state" in said
    assert len(said.splitlines()) == 1


def test_following_a_delta(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with SimulatorThread(people=10, settings=Settings(page_size=4)) as simulator:

        def followed() -> list[str]:
            return [line.rpartition(" ")[0] for line in run(simulator.url, "follow_delta", str(state)).splitlines()]

        everybody = [f"is {key}" for key in range(1, 11)]
        assert sorted(followed()) == sorted(everybody)
        first = state.read_text(encoding="utf-8")
        for change in ({"id": 3, "lastName": "Groß"}, {"lastName": "Nguyễn"}):
            httpx.post(f"{simulator.url}/_control/people", json=change, trust_env=False).raise_for_status()
        assert followed() == ["is 3", "is 11"]
        assert state.read_text(encoding="utf-8") != first
        assert followed() == []
        simulator.set_faults(expire_deltas=True)
        begun_afresh, *shown = run(simulator.url, "follow_delta", str(state)).splitlines()
        assert begun_afresh.startswith("begin afresh: the delta of people: Protime answered 410")
        assert len(shown) == 11
        assert followed() == []


@pytest.mark.parametrize("write", [True, False])
def test_importing_activities(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "activities.csv"
    path.write_text(
        "external_reference,name,data_entry_code\nA-1,Digging,7110\nA-2,Fencing,7111\n"
        "A-3-is-far-too-long,Paving,\nA-4,Painting,7110\n",
        encoding="utf-8",
    )
    with SimulatorThread() as simulator:

        def imported() -> list[str]:
            said = run(simulator.url, "import_activities", STRUCTURE, "1", str(path), *(["--write"] if write else []))
            return [line.partition(" ")[2] for line in said.splitlines()]

        def stored() -> dict[str | None, str]:
            level = simulator.state.activities.of_level(STRUCTURE, 1)
            return {one.external_reference: one.name for one in level if one.data_entry_code in {"7110", "7111"}}

        first, second = imported(), imported()
        assert first[2] == second[2] == "wrong: external_reference"
        if not write:
            assert {first[0], first[1], first[3]} == {"would be created or replaced"}
            assert stored() == {}
            return
        assert (first[:2], second[:2]) == (["created"] * 2, ["replaced"] * 2)
        assert first[3].startswith("refused: Protime answered 400: BadRequest; ")
        assert stored() == {"A-1": "Digging", "A-2": "Fencing"}
