from urllib.parse import parse_qs, urlsplit

import pytest

from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from tests.simulator.calls import BASE, JANUARY, Caller


def test_an_empty_page_with_a_link_comes_in_the_middle(api: Caller) -> None:
    assert [len(page) for page in api.all_pages("/people")] == [4, 0, 4, 2]


@pytest.mark.parametrize(("after", "sizes"), [(None, [4, 4, 2]), (0, [0, 4, 4, 2]), (2, [4, 4, 0, 2]), (9, [4, 4, 2])])
def test_the_place_of_the_empty_page_can_be_set(
    simulator: SimulatorThread, api: Caller, after: int | None, sizes: list[int]
) -> None:
    simulator.set_faults(empty_page_after=after)
    assert [len(page) for page in api.all_pages("/people")] == sizes


@pytest.mark.parametrize("page_size", [1, 3, 5, 10, 11])
def test_every_record_comes_once_whatever_the_page_size(page_size: int) -> None:
    with SimulatorThread(people=10, settings=Settings(page_size=page_size)) as simulator, Caller(simulator.url) as api:
        api.log_in()
        pages = api.all_pages("/people")
    assert [person["id"] for page in pages for person in page] == list(range(1, 11))
    assert max(len(page) for page in pages) == min(page_size, 10)


def test_the_next_link_has_no_host_and_an_unencoded_filter(api: Caller) -> None:
    for _ in range(5):
        api.create()
    asked = "(people,@badge-number)(terminals,@external-code)"
    link = api.get("/clockings", filter=JANUARY, externalReferences=asked).json()["nextLink"]
    assert link.startswith(f"{BASE}/clockings?filter={JANUARY}&externalReferences={asked}&continuationToken=")
    query = parse_qs(urlsplit(link).query)
    assert query["filter"] == [JANUARY]
    assert len(api.all("/clockings", filter=JANUARY, externalReferences=asked)) == 5


def test_a_record_that_comes_while_reading_does_not_shift_the_pages(api: Caller) -> None:
    keys = [api.create() for _ in range(6)]
    body = api.get("/clockings", filter=JANUARY).json()
    seen = [record["id"] for record in body["value"]]
    keys.append(api.create())
    while "nextLink" in body:
        body = api.follow(body["nextLink"]).json()
        seen += [record["id"] for record in body["value"]]
    assert seen == keys


@pytest.mark.parametrize("token", ["x", "AAAA", "ü", "bnVsbA==", "WzFd", "W1tdLDEsMl0=", "WyJhIiwxLDJd"])
def test_a_bad_token_is_409(api: Caller, token: str) -> None:
    answer = api.get("/people", continuationToken=token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "Conflict")


def test_a_token_of_another_list_is_409(api: Caller) -> None:
    link = api.get("/people").json()["nextLink"]
    token = parse_qs(urlsplit(link).query)["continuationToken"][0]
    assert api.get("/people", continuationToken=token).status_code == 200
    assert api.get("/absence-definitions", continuationToken=token).status_code == 409
    assert api.get("/people", continuationToken=token, externalReferences="(people,HRMID)").status_code == 409


def test_tokens_can_be_made_stale(simulator: SimulatorThread, api: Caller) -> None:
    link = api.get("/people").json()["nextLink"]
    assert api.follow(link).status_code == 200
    simulator.set_faults(expire_paging_tokens=True)
    assert api.follow(link).status_code == 409
    assert len(api.all("/people")) == 10


def test_a_page_can_come_in_no_order(simulator: SimulatorThread, api: Caller) -> None:
    simulator.set_faults(shuffled_pages=True)
    orders = {tuple(str(person["id"]) for person in api.get("/people").json()["value"]) for _ in range(50)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {("1", "2", "3", "4")}


def test_the_order_of_pages_can_be_repeated(simulator: SimulatorThread, api: Caller) -> None:
    runs = []
    for seed in (5, 5, 6):
        simulator.set_faults(shuffled_pages=True, seed=seed)
        runs.append([[one["id"] for one in api.all("/people")] for _ in range(5)])
    assert runs[0] == runs[1] != runs[2]
