"""The examples, run as a newcomer runs them."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from terminal_app.simulator.server import SimulatorThread
from tests.protime.collections.examples import GUID
from tests.protime.raw_server import RawServer, answer

ROOT = Path(__file__).parents[2]
TOKEN = answer(200, b'{"access_token":"t","expires_in":1800}')
LINK = "/connector/protimeapi/api/v1/delta/people?deltaToken="


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


async def run_against(server: RawServer, example: str, *arguments: str) -> list[str]:
    return (await asyncio.to_thread(run, server.url, example, *arguments)).splitlines()


def page(*value: object, **links: str) -> bytes:
    return answer(200, json.dumps({"value": value, **links}).encode())


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


async def test_following_a_delta(tmp_path: Path) -> None:
    state = tmp_path / "state"
    plain = {"id": 1, "changeVersion": "0A"}
    update = {"changeType": "InsertOrUpdate", "data": {"id": 1, "changeVersion": "0B"}}
    gone = {"changeType": "Delete", "data": {"id": 2, "changeVersion": "0C"}}
    async with RawServer(TOKEN, page(plain, deltaLink=f"{LINK}1")) as server:
        assert await run_against(server, "follow_delta", str(state)) == ["is 1 0A"]
    async with RawServer(TOKEN, page(gone, update, deltaLink=f"{LINK}2")) as server:
        assert await run_against(server, "follow_delta", str(state)) == ["is 1 0B", "gone 2 0C"]
        assert server.requests[1].startswith(f"GET {LINK}1 ".encode())
    async with RawServer(TOKEN, answer(410), page(plain, deltaLink=f"{LINK}3")) as server:
        lines = await run_against(server, "follow_delta", str(state))
    assert lines[0].startswith("begin afresh:")
    assert lines[1:] == ["is 1 0A"]
    assert state.read_text(encoding="utf-8") == f"{LINK}3"


@pytest.mark.parametrize("write", [True, False])
async def test_importing_activities(tmp_path: Path, write: bool) -> None:
    path = tmp_path / "activities.csv"
    path.write_text(
        "external_reference,name,data_entry_code\nA-1,Digging,110\nA-2,Fencing,\n"
        "A-3-is-far-too-long,Paving,\nA-4,Painting,1\n",
        encoding="utf-8",
    )
    answers = (TOKEN, answer(201), answer(200), answer(400, b'{"error":{"code":"BadRequest","message":"Taken."}}'))
    async with RawServer(*answers) as server:
        lines = await run_against(server, "import_activities", GUID, "1", str(path), *(["--write"] if write else []))
    said = [line.partition(" ")[2] for line in lines]
    assert said[2] == "wrong: external_reference"
    if write:
        assert (said[0], said[1]) == ("created", "replaced")
        assert said[3] == "refused: Protime answered 400: BadRequest; Taken."
        assert server.requests[1].startswith(b"PUT ")
    else:
        assert {said[0], said[1], said[3]} == {"would be created or replaced"}
        assert server.requests == []
