import itertools
import json
from collections.abc import AsyncIterator, Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.protime.calls import Calls
from terminal_app.protime.collections.catalogs import DEPARTMENTS
from terminal_app.protime.collections.clockings import CLOCKINGS, Clocking
from terminal_app.protime.collections.people import PEOPLE, Person
from terminal_app.protime.delta import Change, DeltaPage, begin, change_of, go_on, newest
from terminal_app.protime.errors import DeltaLost, DeltaRefused, ProtimeError, TooManyRequests, UnexpectedAnswer
from terminal_app.protime.fields import Record
from terminal_app.protime.filters import FilterError
from terminal_app.protime.paging import MOST_EMPTY_PAGES
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Transport
from tests.protime.raw_server import RawServer, answer

TOKEN = answer(200, b'{"access_token":"t","expires_in":1800}')
BASE = "/connector/protimeapi/api/v1"
LINK = f"{BASE}/delta/people?deltaToken=eyJ+A=="


def page(*value: object, **links: object) -> bytes:
    return answer(200, json.dumps({"value": value, **links}).encode())


def wrapped(kind: str, key: int, version: str = "0A", **data: object) -> dict[str, object]:
    return {"changeType": kind, "data": {"id": key, "changeVersion": version, **data}}


class Reading:
    """A server with prepared answers, and what a delta made of them."""

    def __init__(self, *answers: bytes | Callable[[bytes], bytes]) -> None:
        self._answers = answers
        self.paths: list[str] = []

    async def all(self, delta: str, *arguments: object, **named: object) -> list[DeltaPage[Record]]:
        found: list[DeltaPage[Record]] = []
        async with RawServer(TOKEN, *self._answers) as server, Transport("Acme", 5) as line:
            tokens = TokenSource(line, token_url=f"{server.url}/t", client_id="c", client_secret="s", scopes=())
            calls = Calls(line, tokens, server.url)
            start = {"begin": begin, "go on": go_on}[delta]
            pages: AsyncIterator[DeltaPage[Record]] = start(calls, *arguments, **named)  # type: ignore[operator] # either
            try:
                async for one in pages:
                    found += [one]
            finally:
                self.paths = [request.split(b" ")[1].decode() for request in server.requests[1:]]
        return found


async def test_a_beginning_reads_all_pages_and_gives_the_token_with_the_last() -> None:
    reading = Reading(
        page({"id": 1, "changeVersion": "0A"}, nextLink=f"{BASE}/people?delta&continuationToken=x+y&deltaToken=z+"),
        page(nextLink=f"{BASE}/people?delta&continuationToken=w&deltaToken=z"),
        page({"id": 2}, deltaLink=LINK),
    )
    pages = await reading.all("begin", PEOPLE, references=[("people", "@badge-number")])
    assert [[change.key for change in one.changes] for one in pages] == [[1], [], [2]]
    assert [one.token for one in pages] == [None, None, f"{BASE}/delta/people?deltaToken=eyJ%2BA=="]
    assert reading.paths[0] == f"{BASE}/people?delta&externalReferences=(people,@badge-number)"
    assert reading.paths[1] == f"{BASE}/people?delta&continuationToken=x%2By&deltaToken=z%2B"


async def test_where_lists_have_dates_a_delta_begins_on_a_day() -> None:
    reading = Reading(page(deltaLink=LINK))
    await reading.all("begin", CLOCKINGS, since=date(2026, 1, 1))
    assert reading.paths == [f"{BASE}/clockings?filter=date%20ge%20%272026-01-01%27&delta"]
    with pytest.raises(FilterError):
        await reading.all("begin", CLOCKINGS)
    with pytest.raises(FilterError):
        await reading.all("begin", PEOPLE, since=date(2026, 1, 1))


async def test_going_on_gives_what_changed_and_the_next_token() -> None:
    reading = Reading(
        page(
            wrapped("InsertOrUpdate", 1050, date="2026-01-16", status="Deleted"),
            wrapped("InsertOrUpdate", 1051, status="Active"),
            wrapped("Delete", 1001, "0C"),
            wrapped("Merged", 1002),
            {"id": 1003},
            wrapped("InsertOrUpdate", -1),
            wrapped("Delete", 0) | {"data": {}},
            nextLink=f"{BASE}/delta/clockings?deltaToken=t&continuationToken=c",
        ),
        page(deltaLink=f"{BASE}/delta/clockings?deltaToken=next"),
    )
    first, last = await reading.all("go on", CLOCKINGS, f"{BASE}/delta/clockings?deltaToken=t+t")
    assert reading.paths[0] == f"{BASE}/delta/clockings?deltaToken=t%2Bt"
    assert [(one.key, one.record is None, one.is_gone) for one in first.changes] == [
        (1050, False, True), (1051, False, False), (1001, True, True), (1002, False, False), (1003, False, False),
    ]  # fmt: skip
    assert (first.unreadable, first.token) == (2, None)
    assert (last.changes, last.token) == ([], f"{BASE}/delta/clockings?deltaToken=next")


async def test_a_collection_without_deltas_begins_none() -> None:
    with pytest.raises(FilterError, match="have no delta"):
        await Reading(page(deltaLink=LINK)).all("begin", DEPARTMENTS)


def test_a_number_that_comes_as_text_is_the_same_key() -> None:
    update = change_of(Person, wrapped("InsertOrUpdate", 5) | {"data": {"id": "5"}})
    gone = change_of(Person, wrapped("Delete", 5) | {"data": {"id": "5"}})
    assert update is not None
    assert gone is not None
    assert (update.key, gone.key) == (5, 5)


@pytest.mark.parametrize("status", [409, 410])
async def test_a_delta_that_is_over_has_to_be_begun_afresh(status: int) -> None:
    with pytest.raises(DeltaLost, match="people"):
        await Reading(answer(status)).all("go on", PEOPLE, LINK)
    with pytest.raises(DeltaLost):
        await Reading(page({"id": 1}, nextLink="/b"), answer(status)).all("begin", PEOPLE)
    with pytest.raises(DeltaRefused):
        await Reading(answer(status)).all("begin", PEOPLE)


@pytest.mark.parametrize(
    "answers",
    [
        [page()],
        [page(deltaLink="https://evil.example/x")],
        [page(deltaLink="/somewhere/else")],
        [page(deltaLink=7)],
        [answer(200, b"[]")],
        [answer(200, b"{}")],
    ],
)
async def test_a_delta_without_a_usable_end_is_not_taken_for_one(answers: list[bytes]) -> None:
    with pytest.raises(UnexpectedAnswer):
        await Reading(*answers).all("go on", PEOPLE, LINK)


@pytest.mark.parametrize("delta", ["begin", "go on"])
async def test_a_delta_that_leads_round_or_nowhere_ends(delta: str) -> None:
    arguments = [PEOPLE] if delta == "begin" else [PEOPLE, LINK]
    with pytest.raises(UnexpectedAnswer, match="read already"):
        await Reading(page({"id": 1}, nextLink=f"{BASE}/b")).all(delta, *arguments)
    numbers = itertools.count()
    endless = Reading(lambda _: page(nextLink=f"{BASE}/{next(numbers)}"))
    with pytest.raises(UnexpectedAnswer, match="1000 empty pages"):
        await endless.all(delta, *arguments)
    assert len(endless.paths) == MOST_EMPTY_PAGES


async def test_only_a_token_of_ours_is_sent() -> None:
    with pytest.raises(UnexpectedAnswer):
        await Reading(page()).all("go on", PEOPLE, "https://evil.example/")


async def test_a_server_that_asks_to_wait_is_obeyed_in_a_delta_too() -> None:
    reading = Reading(answer(429, Retry_After="0"), page(deltaLink=LINK))
    assert len(await reading.all("begin", PEOPLE)) == 1
    assert issubclass(TooManyRequests, ProtimeError)


versions = st.sampled_from(["", "0A", "0B", "0C", "0D"])
changes = st.lists(st.builds(
    lambda key, version, is_gone: Change[Person](key, version, None, is_gone=is_gone),
    st.integers(1, 4), versions, st.booleans(),
))  # fmt: skip


@given(changes, st.dictionaries(st.integers(1, 4), versions))
def test_the_newest_of_each_record_is_left_and_never_an_older_than_is_held(
    found: list[Change[Person]], held: dict[int | str, str]
) -> None:
    left = newest(found, held)
    assert len({one.key for one in left}) == len(left)
    assert [one.version for one in left] == sorted(one.version for one in left)
    for one in left:
        assert one in found
        if one.version:
            assert one.version >= held.get(one.key, "")
    for key in {one.key for one in found if one.version}:
        best = max(one.version for one in found if one.key == key)
        after_it = found[max(number for number, one in enumerate(found) if (one.key, one.version) == (key, best)) :]
        if best >= held.get(key, "") and all(one.version for one in after_it if one.key == key):
            assert best in {one.version for one in left if one.key == key}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "data", "changeType", "changeVersion", "status", "value"]), inner)
    ),
)


@given(st.dictionaries(st.sampled_from(["id", "data", "changeType", "changeVersion", "status"]), json_values))
def test_any_item_is_a_change_or_none(item: dict[str, object]) -> None:
    change = change_of(Clocking, item)
    assert change is None or change.record is not None or change.is_gone
