"""Deltas: start, pages, links, changes, one at a time, expiry."""

import base64
import json
import time
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from terminal_app.simulator.collections_of_tenant import WEBHOOKS
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES, Settings
from tests.simulator.calls import BASE, PREFIX, Caller, Json

HOUR = 3600
SINCE = "date ge '2026-01-01'"
DATED = (
    "clockings", "access-clockings", "absences", "activity-durations", "counters", "calculated-totals",
    "paid-presences", "breaks", "work-interruptions", "assignments",
)  # fmt: skip


@pytest.fixture
def running() -> Iterator[SimulatorThread]:
    with SimulatorThread(people=10, settings=Settings(page_size=4), today=lambda: date(2026, 6, 1)) as simulator:
        simulator.set_faults(recalculation_seconds=0)
        yield simulator


@pytest.fixture
def api(running: SimulatorThread) -> Iterator[Caller]:
    with Caller(running.url) as caller:
        log_in(caller)
        yield caller


def log_in(api: Caller) -> None:
    api.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))


def started(api: Caller, name: str, **query: str) -> tuple[list[Json], str]:
    """The records of the start, and the link to the changes."""
    text = "&".join([*(f"{key}={value}" for key, value in query.items()), "delta"])
    body = api.follow(f"{BASE}/{name}?{text}").json()
    records: list[Json] = body["value"]
    while "nextLink" in body:
        assert "deltaLink" not in body
        assert {"continuationToken", "deltaToken"} <= set(parse_qs(urlsplit(body["nextLink"]).query))
        body = api.follow(body["nextLink"]).json()
        records = records + body["value"]
    return records, body["deltaLink"]


def changed(api: Caller, link: str) -> tuple[list[Json], str]:
    answer = api.follow(link)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return body["value"], body["deltaLink"]


@pytest.mark.parametrize("name", WEBHOOKS)
def test_every_collection_with_webhooks_has_a_delta(api: Caller, name: str) -> None:
    query = {"filter": SINCE} if name in DATED else {}
    records, link = started(api, name, **query)
    assert records == api.all(f"/{name}", **query)
    assert link.startswith(f"{BASE}/delta/{name}?deltaToken=")
    items, next_link = changed(api, link)
    assert items == []
    assert next_link


def test_changes_come_wrapped_with_rising_versions(running: SimulatorThread, api: Caller) -> None:
    _, link = started(api, "people", externalReferences="(people,@badge-number)")
    running.state.people.change({"id": 3, "firstName": "Georg"})
    running.state.people.change({"id": 2, "firstName": "Lucas"})
    running.state.people.change({"id": 3, "firstName": "Jörg"})
    items, link = changed(api, link)
    assert [(item["changeType"], item["data"]["id"], item["data"]["firstName"]) for item in items] == [  # type: ignore[index]
        ("InsertOrUpdate", 2, "Lucas"),
        ("InsertOrUpdate", 3, "Jörg"),
    ]
    versions = [str(item["data"]["changeVersion"]) for item in items]  # type: ignore[index]
    assert versions == sorted(versions)
    assert all("externalReferences" in item["data"] for item in items)  # type: ignore[operator]
    assert changed(api, link)[0] == []


def test_what_changes_while_the_start_is_read_is_not_lost(running: SimulatorThread, api: Caller) -> None:
    body = api.follow(f"{BASE}/people?delta").json()
    running.state.people.change({"id": 1, "firstName": "Anne"})
    while "nextLink" in body:
        body = api.follow(body["nextLink"]).json()
    items, _ = changed(api, body["deltaLink"])
    assert [item["data"]["id"] for item in items] == [1]  # type: ignore[index]


def test_many_changes_come_in_pages(running: SimulatorThread, api: Caller) -> None:
    _, link = started(api, "people")
    for key in range(1, 11):
        running.state.people.change({"id": key, "town": "Aalst"})
    seen: list[object] = []
    for expected in (4, 4, 2, 0):
        body = api.follow(link).json()
        assert ("nextLink" in body) is (expected == 4)
        seen += [item["data"]["id"] for item in body["value"]]
        link = body["deltaLink"]
    assert seen == list(range(1, 11))


def test_a_link_can_be_asked_again_when_its_answer_was_lost(running: SimulatorThread, api: Caller) -> None:
    _, link = started(api, "people")
    running.state.people.change({"id": 1, "town": "Aalst"})
    assert changed(api, link)[0] == changed(api, link)[0] != []


def test_a_clocking_deleted_in_the_office_stays_with_its_status(api: Caller) -> None:
    key = api.create()
    _, link = started(api, "clockings", filter=SINCE)
    assert api.client.post(f"/_control/clockings/{key}", json={"status": "Deleted"}).status_code == 200
    items, link = changed(api, link)
    assert [(item["changeType"], item["data"]["status"]) for item in items] == [("InsertOrUpdate", "Deleted")]  # type: ignore[index]
    api.client.post(f"/_control/clockings/{key}", json={"date": "2025-06-01"})
    items, _ = changed(api, link)
    assert [(item["changeType"], item["data"]["date"]) for item in items] == [("InsertOrUpdate", "2025-06-01")]  # type: ignore[index]


def test_a_deleted_person_is_told_as_deleted(api: Caller) -> None:
    _, link = started(api, "people")
    api.client.post("/_control/people", json={"id": 3, "firstName": "Georg"})
    assert api.client.delete("/_control/people/3").status_code == 204
    items, link = changed(api, link)
    (item,) = items
    assert (item["changeType"], item["data"]["id"]) == ("Delete", 3)  # type: ignore[index]
    assert set(item["data"]) == {"changeVersion", "id"}  # type: ignore[call-overload]
    assert changed(api, link)[0] == []
    assert [record["id"] for record in started(api, "people")[0]] == [1, 2, 4, 5, 6, 7, 8, 9, 10]


def test_a_record_outside_of_the_filter_of_the_start_is_not_there(running: SimulatorThread, api: Caller) -> None:
    event: Json = {"person": {"id": 2}, "date": "2026-05-05", "timeOfDayInMinutes": 480, "status": "AccessOk"}
    _, link = started(api, "access-clockings", filter=SINCE)
    running.put("access-clockings", 77, {**event, "date": "2025-05-05"})
    items, _ = changed(api, link)
    assert [item["changeType"] for item in items] == ["Delete"]


def test_a_clocking_that_can_be_read_later_changes_when_it_can(running: SimulatorThread, api: Caller) -> None:
    running.set_faults(read_lag_seconds=3600)
    _, link = started(api, "clockings", filter=SINCE)
    hidden = api.create()
    assert api.client.post(f"/_control/clockings/{hidden}", json={"timeOfDayInMinutes": 511}).status_code == 200
    running.set_faults(read_lag_seconds=0.2)
    key = api.create()
    told, link = changed(api, link)
    deadline = time.monotonic() + 30
    while not told:
        assert time.monotonic() < deadline
        told, link = changed(api, link)
    assert [(item["changeType"], item["data"]["id"]) for item in told] == [("InsertOrUpdate", key)]  # type: ignore[index]
    assert [record["id"] for record in api.all("/clockings", filter=SINCE)] == [key]
    assert changed(api, link)[0] == []


def test_a_second_start_kills_the_first(api: Caller) -> None:
    _, first = started(api, "people")
    _, other = started(api, "contracts")
    _, second = started(api, "people")
    assert api.follow(first).status_code == 410
    assert api.follow(second).status_code == 200
    assert api.follow(other).status_code == 200, "one active a collection"


def test_or_the_second_start_is_refused(running: SimulatorThread, api: Caller) -> None:
    running.set_faults(delta_second_start="conflict")
    _, first = started(api, "people")
    assert api.follow(f"{BASE}/people?delta").status_code == 409
    assert api.follow(first).status_code == 200
    running.forward(73 * HOUR)
    log_in(api)
    assert api.follow(f"{BASE}/people?delta").status_code == 200, "the first one is over"


def test_it_is_over_72_hours_after_its_last_use(running: SimulatorThread, api: Caller) -> None:
    _, link = started(api, "people")
    for _ in range(3):
        running.forward(71 * HOUR)
        log_in(api)
        _, link = changed(api, link)
    running.forward(72 * HOUR + 1)
    log_in(api)
    assert api.follow(link).status_code == 410


def test_all_can_be_ended_at_once(running: SimulatorThread, api: Caller) -> None:
    _, link = started(api, "people")
    running.set_faults(expire_deltas=True)
    assert api.follow(link).status_code == 410


def test_the_token_is_base64_of_json(api: Caller) -> None:
    _, link = started(api, "people")
    token = parse_qs(urlsplit(link).query)["deltaToken"][0]
    assert set(json.loads(base64.urlsafe_b64decode(token))) == {"DeltaId", "StartingCursor", "TimeStamp"}


def test_one_of_the_earliest_start_goes_on_in_the_new_year() -> None:
    settings = Settings(page_size=4)
    with (
        SimulatorThread(settings=settings, today=lambda: date(2026, 12, 31)) as simulator,
        Caller(simulator.url) as api,
    ):
        log_in(api)
        for _ in range(5):
            api.create()
        earliest = "date ge '2025-01-01'"
        body = api.follow(f"{BASE}/clockings?filter={earliest}&delta").json()
        simulator.forward(24 * HOUR)
        log_in(api)
        while "nextLink" in body:
            body = api.follow(body["nextLink"]).json()
        key = api.create()
        items, _ = changed(api, body["deltaLink"])
        assert [item["data"]["id"] for item in items] == [key]  # type: ignore[index]
        assert api.follow(f"{BASE}/clockings?filter={earliest}&delta").status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/delta/people?deltaToken=x", 400),
        ("/delta/people?deltaToken=W10=", 400),
        ("/delta/people", 400),
        ("/delta/jobs?deltaToken=x", 400),
        ("/jobs?delta", 400),
        ("/people?deltaToken=x", 400),
        ("/clockings?delta", 400),
        ("/clockings?filter=date ge '2024-12-31'&delta", 400),
        ("/clockings?filter=date ge '2025-01-01'&delta", 200),
        ("/clockings?filter=date ge '2026-01-01' and person eq 1&delta", 400),
        ("/clockings?filter=date ge '2025-01-01' and date le '2026-01-02'&delta", 400),
    ],
)
def test_rules_of_the_start(api: Caller, path: str, status: int) -> None:
    assert api.follow(BASE + path).status_code == status
