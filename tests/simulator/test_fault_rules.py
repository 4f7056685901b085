"""Faults by rule: what they do, whom they meet, and that they can be repeated."""

import socket
import time
from email.utils import parsedate_to_datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Scope

from terminal_app.simulator.clock import Clock
from terminal_app.simulator.fault_rules import FaultRules
from terminal_app.simulator.faults import FaultError, FaultValue
from terminal_app.simulator.server import SimulatorThread
from tests.simulator.calls import IN_OUT, JANUARY, Caller

CUT = (httpx.RemoteProtocolError, httpx.ReadError)


def statuses(api: Caller, number: int) -> list[int]:
    return [api.get("/people/1").status_code for _ in range(number)]


def test_every_third(simulator: SimulatorThread, api: Caller) -> None:
    simulator.add_rule(effect="status", every=3, status=429, retry_after=7)
    assert statuses(api, 6) == [200, 200, 429, 200, 200, 429]
    assert api.client.get("/_control/rules").json()[0]["happened"] == 2


def test_a_storm_that_ends(simulator: SimulatorThread, api: Caller) -> None:
    simulator.add_rule(effect="status", times=2, status=429, retry_after=7)
    answer = api.get("/people/1")
    assert answer.headers["Retry-After"] == "7"
    assert statuses(api, 2) == [429, 200]


def test_chance_can_be_repeated(simulator: SimulatorThread, api: Caller) -> None:
    runs = []
    for _ in range(2):
        simulator.clear_faults()
        simulator.add_rule(effect="status", probability=0.5, seed=4)
        runs.append(statuses(api, 20))
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


def test_between_two_times_also_over_midnight(simulator: SimulatorThread, api: Caller) -> None:
    hour = simulator.state.clock.now().hour
    simulator.add_rule(effect="status", start=f"{hour:02d}:00", end=f"{(hour + 2) % 24:02d}:00")
    assert statuses(api, 1) == [503]
    simulator.clear_faults()
    simulator.add_rule(effect="status", start=f"{(hour + 2) % 24:02d}:00", end=f"{hour:02d}:00")
    assert statuses(api, 1) == [200]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/people/3", None),
        ("GET", "/people/0000000001?externalReferences=(people,@badge-number)", None),
        ("GET", f"/clockings?filter={JANUARY} and person in (2,3)", None),
        ("GET", f"/clockings?filter=person eq 3 and {JANUARY}", None),
        ("POST", "/clockings", {**IN_OUT, "person": {"id": 3}}),
        ("POST", "/clockings", {**IN_OUT, "person": {"externalReferences": {"@badge-number": "0000000001"}}}),
    ],
)
def test_this_person(simulator: SimulatorThread, admin: Caller, method: str, path: str, body: object) -> None:
    simulator.add_rule(effect="status", person=3)
    assert admin.send(method, path, body).status_code == 503
    simulator.clear_faults()
    simulator.add_rule(effect="status", person=4)
    assert admin.send(method, path, body).status_code in (200, 201)


def test_only_some_paths_and_the_token_endpoint(simulator: SimulatorThread, api: Caller) -> None:
    simulator.add_rule(effect="html", path="/absence-definitions", status=502)
    simulator.add_rule(effect="status", target="token")
    answer = api.get("/absence-definitions")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert statuses(api, 1) == [200]
    assert api.ask_token().status_code == 503


@pytest.mark.parametrize(("effect", "stored"), [("cut-before", 0), ("cut-after", 1), ("half", 1)])
def test_a_cut_before_and_after_storing(simulator: SimulatorThread, api: Caller, effect: str, stored: int) -> None:
    simulator.set_faults(created_answer="body")
    simulator.add_rule(effect=effect, target="writes")
    with pytest.raises(CUT):
        api.post(IN_OUT)
    assert len(simulator.received()) == stored


def test_half_an_answer_is_half_of_its_bytes(simulator: SimulatorThread, api: Caller) -> None:
    whole = api.get("/people/1").content
    simulator.add_rule(effect="half")
    with socket.create_connection(("127.0.0.1", simulator.port), timeout=10) as link:
        request = "GET /connector/protimeapi/api/v1/people/1 HTTP/1.1\r\nHost: x\r\n"
        request += f"Authorization: Bearer {api.token}\r\nUser-Agent: Test/1 (Test)\r\n\r\n"
        link.sendall(request.encode())
        got = b""
        while piece := link.recv(65536):
            got += piece
    head, _, body = got.partition(b"\r\n\r\n")
    assert f"content-length: {len(whole)}".encode() in head.lower()
    assert body == whole[: len(whole) // 2]


def test_a_wrong_content_type(simulator: SimulatorThread, api: Caller) -> None:
    simulator.add_rule(effect="wrong-type")
    answer = api.get("/people/1")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.json()["id"] == 1


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_clock_that_is_wrong(simulator: SimulatorThread, api: Caller, seconds: int) -> None:
    right = parsedate_to_datetime(api.get("/people/1").headers["Date"])
    simulator.add_rule(effect="clock-skew", seconds=seconds)
    wrong = parsedate_to_datetime(api.get("/people/1").headers["Date"])
    assert abs((right - wrong).total_seconds() - seconds) < 60


def test_a_delay_lets_the_answer_wait(simulator: SimulatorThread, api: Caller) -> None:
    simulator.add_rule(effect="delay", seconds=0.2, times=1)
    begin = time.monotonic()
    assert statuses(api, 1) == [200]
    assert time.monotonic() - begin >= 0.2


def test_refused_connections_come_back(simulator: SimulatorThread, api: Caller) -> None:
    simulator.add_rule(effect="refuse", seconds=0.5, times=1)
    with pytest.raises(CUT):
        api.get("/people/1")
    with pytest.raises(httpx.ConnectError):
        api.get("/people/1")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            assert statuses(api, 1) == [200]
            break
        except httpx.ConnectError:
            time.sleep(0.05)
    else:
        pytest.fail("it never listened again")


def test_rules_over_the_control_api(api: Caller) -> None:
    made = api.client.post("/_control/rules", json={"effect": "status", "status": 500})
    assert made.status_code == 201
    assert statuses(api, 1) == [500]
    assert api.client.delete(f"/_control/rules/{made.json()['id']}").status_code == 204
    assert api.client.delete(f"/_control/rules/{made.json()['id']}").status_code == 404
    assert statuses(api, 1) == [200]
    assert api.client.post("/_control/rules", json={"effect": "status"}).status_code == 201
    assert api.client.delete("/_control/rules").status_code == 204
    assert api.client.get("/_control/rules").json() == []


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"effect": "explode"},
        {"effect": "status", "status": 200},
        {"effect": "status", "every": -1},
        {"effect": "status", "every": True},
        {"effect": "status", "probability": 1.1},
        {"effect": "status", "start": "10:00"},
        {"effect": "status", "start": "25:00", "end": "26:00"},
        {"effect": "status", "when": "now"},
        {"effect": "delay", "seconds": "1"},
    ],
)
def test_what_is_no_rule(simulator: SimulatorThread, rule: dict[str, FaultValue]) -> None:
    with pytest.raises(FaultError):
        simulator.add_rule(**rule)
    assert simulator.state.rules.active == []


@given(st.lists(st.sampled_from(["/people/1", "/clockings", "/jobs"])), st.integers(1, 5), st.integers(0, 9))
def test_every_nth_of_those_that_meet_the_rule(paths: list[str], every: int, seed: int) -> None:
    rules = FaultRules()
    rules.add({"effect": "status", "path": "/people", "every": every, "seed": seed})
    now = Clock().now()
    happened = 0
    for path in paths:
        scope: Scope = {"type": "http", "path": path, "method": "GET", "query_string": b""}
        happened += len(rules.happening(scope, b"", {}, now))
    assert happened == paths.count("/people/1") // every
