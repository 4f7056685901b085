import itertools
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.person import Person
from terminal_app.protime.api import ProtimeApi
from terminal_app.protime.calls import Calls
from terminal_app.protime.errors import NotAllowed, PagingExpired, TooManyRequests, UnexpectedAnswer
from terminal_app.protime.fields import Record
from terminal_app.protime.paging import MOST_EMPTY_PAGES, encoded_path, pages
from terminal_app.protime.source import Found
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Transport
from terminal_app.protime.unique_pages import pages_once
from terminal_app.simulator.server import SimulatorThread
from tests.protime.raw_server import RawServer, answer

OURS = "https://acme.myprotime.eu"
TOKEN = answer(200, b'{"access_token":"t","expires_in":1800}')


class Numbered(Record):
    id: int


def page(*ids: int, link: object = None) -> bytes:
    return answer(200, json.dumps({"value": [{"id": key} for key in ids], "nextLink": link}).encode())


async def ids_read(*answers: bytes, most_waits: int = 5) -> tuple[list[int], list[str]]:
    """What `pages` gives for these answers, and which paths it asked for."""
    async with RawServer(TOKEN, *answers) as server, Transport("Acme", 5) as line:
        tokens = TokenSource(line, token_url=f"{server.url}/t", client_id="c", client_secret="s", scopes=())
        found: list[int] = []
        async for one in pages(Calls(line, tokens, server.url), "/first", Numbered, most_waits=most_waits):
            found += [record.id for record in one.records]
    return found, [request.split(b" ")[1].decode() for request in server.requests[1:]]


async def people_of(pages_of: AsyncIterator[Found[Person]]) -> list[int]:
    return [person.value.id async for page in pages_of for person in page.records]


async def test_all_pages_come_the_empty_ones_too(api: ProtimeApi, simulator: SimulatorThread) -> None:
    simulator.set_faults(empty_page_after=1, shuffled_pages=True)
    assert sorted(await people_of(api.people().listed())) == list(range(1, 11))


async def test_an_expired_paging_token_starts_the_list_again(api: ProtimeApi, simulator: SimulatorThread) -> None:
    found: list[int] = []
    begun_anew: list[bool] = []
    async for one in api.people().listed():
        if not found:
            simulator.set_faults(expire_paging_tokens=True)
        found += [person.value.id for person in one.records]
        begun_anew.append(one.begins_anew)
    assert found[:4] == [1, 2, 3, 4]
    assert found[4:] == list(range(1, 11))
    assert [at for at, anew in enumerate(begun_anew) if anew] == [1]


async def test_paging_that_expires_again_and_again_is_given_up() -> None:
    with pytest.raises(PagingExpired):
        await ids_read(page(1, link="/second"), answer(409), page(1, link="/second"), answer(409))


async def test_links_are_followed_encoded_or_not() -> None:
    links = ["/a?filter=date ge '2026-01-01'&continuationToken=x+y/=", "/b?filter=date%20ge%20%27x%27&c=%2B"]
    found, paths = await ids_read(page(1, link=links[0]), page(link=links[1]), page(3, link=""))
    assert found == [1, 3]
    assert paths[0] == "/first"
    assert paths[1].replace("%27", "'") == "/a?filter=date%20ge%20'2026-01-01'&continuationToken=x%2By/="
    assert paths[2] == links[1]


async def test_a_server_that_asks_to_wait_is_obeyed() -> None:
    found, _ = await ids_read(page(1, link="/b"), answer(429, Retry_After="0"), page(2))
    assert found == [1, 2]
    with pytest.raises(TooManyRequests):
        await ids_read(page(1, link="/b"), answer(429, Retry_After="0"), most_waits=2)
    with pytest.raises(TooManyRequests):
        await ids_read(answer(429), most_waits=0)


async def test_a_list_that_goes_round_is_given_up() -> None:
    with pytest.raises(UnexpectedAnswer, match="leads back"):
        await ids_read(page(1, link="/b"), page(2, link="/b"))


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"value":{}}', b'{"value":[],"nextLink":7}'])
async def test_a_page_that_is_none_raises(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        await ids_read(answer(200, body))


async def test_a_missing_scope_raises(api: ProtimeApi, simulator: SimulatorThread) -> None:
    simulator.set_faults(withheld_scopes=["connector-protimeapi-people.read"])
    for status in (401, 403):
        simulator.set_faults(missing_scope_status=status)
        with pytest.raises(NotAllowed):
            await people_of(api.people().listed())


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/x", "//evil.example/x", "/\\evil.example", "\\/x", "@evil.example/", ".evil.example/", "x"],
)
def test_the_token_goes_nowhere_else(link: str) -> None:
    with pytest.raises(UnexpectedAnswer):
        encoded_path(link, OURS)
    with pytest.raises(UnexpectedAnswer):
        encoded_path(OURS + link, OURS)


@given(st.text(st.characters(codec=None)))
def test_any_link_is_a_clean_path_or_refused(link: str) -> None:
    try:
        path = encoded_path(link, OURS)
    except UnexpectedAnswer:
        return
    assert path.startswith("/")
    assert not path.startswith("//")
    assert path.isascii()
    assert path.isprintable()
    assert not set(path) & set(' "#<>\\')
    assert encoded_path(path, OURS) == path


async def test_each_record_comes_once_although_the_list_began_again() -> None:
    answers = (
        page(1, 2, link="/b"),
        page(link="/c"),
        answer(409),
        page(2, 3, link="/b"),
        page(1, link="/c"),
        page(2**70, 4),
    )
    async with RawServer(TOKEN, *answers) as server, Transport("Acme", 5) as line:
        tokens = TokenSource(line, token_url=f"{server.url}/t", client_id="c", client_secret="s", scopes=())
        found = [
            [record.id for record in records]
            async for records in pages_once(Calls(line, tokens, server.url), "/first", Numbered)
        ]
    assert found == [[1, 2], [], [3], [], [2**70, 4]]


def test_a_plus_in_a_delta_token_stays_a_plus() -> None:
    assert encoded_path("/delta/people?deltaToken=a+b/=", OURS) == "/delta/people?deltaToken=a%2Bb/="


async def test_a_list_of_nothing_but_empty_pages_ends() -> None:
    numbers = itertools.count()
    async with (
        RawServer(TOKEN, lambda _: page(link=f"/{next(numbers)}")) as server,
        Transport("Acme", 5) as line,
    ):
        tokens = TokenSource(line, token_url=f"{server.url}/t", client_id="c", client_secret="s", scopes=())
        with pytest.raises(UnexpectedAnswer, match="1000 empty pages"):
            _ = [one async for one in pages_once(Calls(line, tokens, server.url), "/first", Numbered)]
    assert len(server.requests) == 1 + MOST_EMPTY_PAGES
