import json
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from starlette.types import Scope

from terminal_app.simulator.request_log import OTHERS, TOKEN_PATH, RequestLog
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES
from tests.simulator.calls import BASE, IN_OUT, PREFIX, Caller

FULL = {
    "person": {"externalReferences": {"@badge-number": "0013961168"}},
    "date": "2026-01-15",
    "timeOfDayInMinutes": 720,
    "kind": "Reason",
    "reason": {"externalReferences": {"@absence-code": "DOC"}},
    "isOpen": True,
    "terminal": {"externalReferences": {"@external-code": "GATE-1"}},
}


def test_clockings_are_listed_as_sent_in_the_order_of_arrival(simulator: SimulatorThread, api: Caller) -> None:
    api.post(FULL)
    api.create(timeOfDayInMinutes=1)
    listed = api.client.get("/_control/clockings").json()
    assert listed == simulator.received()
    assert [record["timeOfDayInMinutes"] for record in listed] == [720, 1]
    first = listed[0]
    assert first.pop("receivedAt").endswith("+00:00")
    assert json.loads(first.pop("receivedBody")) == FULL
    assert isinstance(first.pop("id"), int)
    assert first == {
        "personId": 1,
        "badgeNumber": "0013961168",
        "date": "2026-01-15",
        "timeOfDayInMinutes": 720,
        "kind": "Reason",
        "reasonCode": "DOC",
        "isOpen": True,
        "activityLevels": [],
        "terminal": "GATE-1",
        "status": "Active",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "Gone"},
        {"timeOfDayInMinutes": "1"},
        {"timeOfDayInMinutes": True},
        {"date": "x"},
        {"kind": "InOut"},
        [],
    ],
)
def test_an_edit_that_cannot_be_is_refused(api: Caller, changes: object) -> None:
    key = api.create()
    assert api.client.post(f"/_control/clockings/{key}", json=changes).status_code == 400
    assert api.get(f"/clockings/{key}").json()["timeOfDayInMinutes"] == 510


def test_only_a_clocking_that_exists_can_be_edited(api: Caller) -> None:
    assert api.client.post("/_control/clockings/1", json={"status": "Deleted"}).status_code == 404


def test_requests_are_counted_by_kind_and_kept_without_their_token(api: Caller) -> None:
    api.create()
    api.post({})
    api.get("/people/1")
    api.get("/people/2", externalReferences="(people,@badge-number)")
    seen = api.client.get("/_control/requests?last=1").json()
    counts = {(item["method"], item["path"], item["status"]): item["count"] for item in seen["counts"]}
    assert counts == {
        ("POST", "/tenants/{tenant}/connect/token", 200): 1,
        ("POST", f"{BASE}/clockings", 201): 1,
        ("POST", f"{BASE}/clockings", 400): 1,
        ("GET", f"{BASE}/people/{{reference}}", 200): 1,
        ("GET", f"{BASE}/people/{{reference}}", 404): 1,
    }
    assert seen["tokenRequests"] == 1
    (last,) = seen["last"]
    assert (last["method"], last["path"], last["status"]) == ("GET", f"{BASE}/people/2", 404)
    assert last["query"] == "externalReferences=%28people%2C%40badge-number%29"
    assert last["headers"]["user-agent"].startswith("ClockTerminal")
    assert "authorization" not in last["headers"]
    assert api.token not in json.dumps(seen)
    assert api.client.get("/_control/requests?last=0").json()["last"] == []
    assert api.client.get("/_control/requests?last=x").status_code == 400


def test_requests_for_a_token_are_counted_when_a_fault_answers_too(simulator: SimulatorThread, api: Caller) -> None:
    for faults in ({"refuse_with_status": 503}, {"rate_limit": 1}, {"down": True}):
        simulator.set_faults(target="token", **faults)
        with suppress(httpx.RemoteProtocolError):
            api.ask_token()
        simulator.clear_faults()
    simulator.add_rule(effect="status", target="token", status=429)
    assert api.ask_token().status_code == 429
    seen = api.client.get("/_control/requests").json()
    assert seen["tokenRequests"] == 5
    assert {item["path"] for item in seen["counts"]} == {"/tenants/{tenant}/connect/token"}


def test_counts_of_unknown_paths_do_not_grow_without_end() -> None:
    log = RequestLog()
    for number in range(3000):
        scope: Scope = {"method": "GET", "path": f"/{number}", "query_string": b"", "headers": []}
        log.end(log.begin(scope), scope)
    assert sum(log.counts.values()) == 3000
    assert len(log.counts) == 1001
    assert log.counts["", OTHERS, None] == 2000


def test_counts_of_made_up_methods_do_not_grow_without_end() -> None:
    log = RequestLog()
    token = {"path": "/tenants/acme/connect/token", "query_string": b"", "headers": []}
    for number in range(3000):
        scope: Scope = {"method": f"MADEUP{number}", **token}
        log.end(log.begin(scope), scope)
    assert len(log.counts) == 1001
    assert log.counts["", OTHERS, None] == 2000
    scope = {"method": "POST", **token}
    log.end(log.begin(scope), scope)
    assert log.counts["POST", TOKEN_PATH, None] == 1  # what is really asked for is counted all the same


def test_switches_are_shown_merged_and_cleared(simulator: SimulatorThread, api: Caller) -> None:
    before = api.client.get("/_control/faults").json()
    assert before["duplicate_policy"] == "two"
    api.client.post("/_control/faults", json={"rate_limit": 3})
    merged = api.client.post("/_control/faults", json={"slow_seconds": 0.5, "withheld_scopes": ["a"]}).json()
    assert (merged["rate_limit"], merged["slow_seconds"], merged["withheld_scopes"]) == (3, 0.5, ["a"])
    assert simulator.state.faults.current.rate_limit == 3
    assert api.client.delete("/_control/faults").json() == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b'{"no_such_switch": 1}',
        b'{"down": "yes"}',
        b"\xff",
        b'{"slow_seconds": NaN}',
        b'{"slow_seconds": Infinity}',
        b'{"slow_seconds": 1' + b"0" * 400 + b"}",
        b'{"probability": NaN}',
        b'{"webhook_retry_seconds": [NaN]}',
        b'{"webhook_life_seconds": 1e300}',
        b'{"token_lifetime_seconds": 1' + b"0" * 400 + b"}",
    ],
)
def test_a_wrong_change_of_switches_is_refused(api: Caller, content: bytes) -> None:
    answer = api.client.post("/_control/faults", content=content)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert api.client.get("/_control/faults").json() == api.client.get("/_control/faults?at-rest").json()


def test_reset_forgets_clockings_and_counts_but_not_ids(api: Caller) -> None:
    first = api.create()
    assert api.client.post("/_control/reset").status_code == 204
    assert api.client.get("/_control/clockings").json() == []
    assert api.client.get("/_control/requests").json() == {"counts": [], "tokenRequests": 0, "last": []}
    assert api.create() > first


def test_a_person_can_be_added_and_changed_while_it_runs() -> None:
    with SimulatorThread() as simulator, Caller(simulator.url) as api:
        api.log_in()
        added = api.client.post("/_control/people", json={"firstName": "New", "badgeNumber": "0099"}).json()
        assert added["id"] == 7
        by_badge = {**IN_OUT, "person": {"externalReferences": {"@badge-number": "0099"}}}
        assert api.post(by_badge).status_code == 201
        api.client.post("/_control/people", json={"id": 7, "outOfServiceDate": "2025-12-31"})
        assert api.post(by_badge).status_code == 400
        assert api.all("/people")[-1]["outOfServiceDate"] == "2025-12-31"
        assert api.client.post("/_control/people", json={"badgeNumber": "0099"}).status_code == 400
        assert api.client.post("/_control/people", json={"shoeSize": 42}).status_code == 400


@pytest.fixture
def office() -> Iterator[tuple[SimulatorThread, Caller]]:
    """A simulator of its own for a test that deletes people, and a caller with every scope."""
    with SimulatorThread(people=10) as simulator, Caller(simulator.url) as caller:
        caller.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        yield simulator, caller


def test_a_deleted_person_is_found_nowhere_and_their_clockings_stay(office: tuple[SimulatorThread, Caller]) -> None:
    simulator, api = office
    badge = "(people,@badge-number)"
    assert api.send("PUT", "/external-references/people/1/CARD", {"value": "77"}).status_code == 204
    key = api.create()
    assert api.client.delete("/_control/people/1").status_code == 204
    assert api.get("/people/1").status_code == 404
    assert api.get("/people/0013961168", externalReferences=badge).status_code == 404
    assert api.get("/people/77", externalReferences="(people,CARD)").status_code == 404
    assert api.get("/people/1/job-history").status_code == 404
    assert api.get("/external-references/people/1").status_code == 404
    for person in (
        {"id": 1},
        {"externalReferences": {"@badge-number": "0013961168"}},
        {"externalReferences": {"CARD": "77"}},
    ):
        assert api.post({**IN_OUT, "person": person}).status_code == 400
    assert api.get(f"/clockings/{key}", externalReferences=badge).json()["person"] == {"id": 1}
    assert api.all("/job-histories", externalReferences=badge)[0]["person"] == {"id": 1}
    assert [received["badgeNumber"] for received in simulator.received()] == [None]
    assert api.client.get("/_control/status").json()["people"] == 9
    assert [person["id"] for person in api.client.get("/_control/people").json()] == list(range(2, 11))
    assert [person["id"] for person in api.client.get("/_control/people?first=9").json()] == [9, 10]


def test_only_a_person_who_is_there_can_be_deleted(office: tuple[SimulatorThread, Caller]) -> None:
    _, api = office
    assert api.client.delete("/_control/people/1").status_code == 204
    for key in (1, 0, 11):
        assert api.client.delete(f"/_control/people/{key}").status_code == 404
    assert api.client.post("/_control/people", json={"id": 1, "firstName": "Back"}).status_code == 400
