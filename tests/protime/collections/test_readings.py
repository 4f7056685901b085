"""What all collections have in common: filters, references, addresses, ETags, and what an error may say."""

import itertools
import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.clockings import NewClocking
from terminal_app.protime.collections.people import HistoryCategory
from terminal_app.protime.errors import Invalid, NotFound, ServerFailed, UnexpectedAnswer
from terminal_app.protime.external_references import BADGE_NUMBER, EMPLOYEE_NUMBER, EXTERNAL_CODE, by_reference
from terminal_app.protime.filters import FilterError, enabled, kind, person
from terminal_app.protime.filters import date as date_field
from tests.protime.collections.examples import EXAMPLES
from tests.protime.collections.test_operations import TOKEN, client
from tests.protime.raw_server import RawServer, answer

DAY = date(2026, 1, 15)
BADGE = "0013961168"


def page(*ids: int) -> bytes:
    return answer(200, json.dumps({"value": [{"id": one} for one in ids]}).encode())


def queries(server: RawServer) -> list[dict[str, list[str]]]:
    return [parse_qs(urlsplit(one.split(b" ")[1].decode()).query) for one in server.requests[1:]]


async def test_a_long_filter_goes_out_in_pieces_that_fit() -> None:
    where = date_field.between(date(2024, 1, 1), date(2025, 12, 31)) & person.in_(range(100_000, 100_500))
    numbers = itertools.count(1)
    async with RawServer(TOKEN, lambda _: page(next(numbers))) as server, client(server.url) as protime:
        found = [one.id async for one in protime.clockings.records(where, references=[("people", BADGE_NUMBER)])]
    addresses = [server.url + one.split(b" ")[1].decode() for one in server.requests[1:]]
    assert found[:2] == [1, 2]
    assert len(addresses) == len(found) >= 4
    assert all(len(one) <= 4096 - 1024 for one in addresses)
    asked = [query["filter"][0] for query in queries(server)]
    assert {one.partition(" and person")[0] for one in asked} == {
        "date ge '2024-01-01' and date le '2024-12-31'",
        "date ge '2025-01-01' and date le '2025-12-31'",
    }
    assert sum(one.count(",") + 1 for one in asked) == 2 * 500


async def test_who_is_in_circles_of_several_pieces_comes_once() -> None:
    where = date_field.eq(DAY) & person.in_circle(*range(100_000, 100_500))
    async with RawServer(TOKEN, page(1, 2), page(2, 3)) as server, client(server.url) as protime:
        found = [one.id async for one in protime.clockings.records(where)]
    assert len(server.requests) == 3
    assert found == [1, 2, 3]


async def test_several_references_are_asked_for_at_a_time() -> None:
    async with RawServer(TOKEN, page()) as server, client(server.url) as protime:
        pairs = [("people", BADGE_NUMBER), ("terminals", EXTERNAL_CODE)]
        _ = [one async for one in protime.clockings.pages(date_field >= DAY, references=pairs)]
    assert queries(server) == [
        {
            "filter": ["date ge '2026-01-15'"],
            "externalReferences": ["(people,@badge-number)(terminals,@external-code)"],
        }
    ]


async def test_a_filter_that_a_list_does_not_take_is_not_sent() -> None:
    async with RawServer(TOKEN, page()) as server, client(server.url) as protime:
        for pages in (
            protime.clockings.pages(),
            protime.clockings.pages(kind.eq("InOut")),
            protime.departments.pages(enabled.eq(value=True)),
        ):
            with pytest.raises(FilterError):
                await anext(pages)
    assert server.requests == []


async def test_one_record_by_a_reference() -> None:
    answers = (TOKEN, answer(200, b'{"id":7}'), answer(404, b'{"error":{"message":"no 00/1?#"}}'))
    async with RawServer(*answers) as server, client(server.url) as protime:
        assert (await protime.people.get("00/1?#", by=BADGE_NUMBER)).id == 7
        with pytest.raises(NotFound) as caught:
            await protime.people.get("00/1?#", by=BADGE_NUMBER)
    path = server.requests[1].split(b" ")[1].decode()
    assert path.endswith("/people/00%2F1%3F%23?externalReferences=(people,@badge-number)")
    assert "00/1" not in str(caught.value)


async def test_an_id_is_not_sent_where_it_would_be_taken_for_a_reference() -> None:
    own, other = ("people", BADGE_NUMBER), ("terminals", EXTERNAL_CODE)
    async with RawServer(TOKEN, answer(200, b'{"id":7}')) as server, client(server.url) as protime:
        with pytest.raises(ValueError, match="no other references of people"):
            await protime.people.get(7, references=[own])
        with pytest.raises(ValueError, match="no other references of people"):
            await protime.people.get("E7", by=EMPLOYEE_NUMBER, references=[own])
        await protime.people.get(BADGE, by=BADGE_NUMBER, references=[own, other])
    (query,) = queries(server)
    assert query == {"externalReferences": ["(people,@badge-number)(terminals,@external-code)"]}


@pytest.mark.parametrize("key", ["", ".", ".."])
async def test_a_record_without_a_name_is_not_asked_for(key: str) -> None:
    async with RawServer(TOKEN) as server, client(server.url) as protime:
        with pytest.raises(ValueError, match="not empty"):
            await protime.people.get(key)
        with pytest.raises(ValueError, match="by id only"):
            await protime.clockings.get("x", by=BADGE_NUMBER)


async def test_an_unchanged_record_is_none() -> None:
    answers = (TOKEN, answer(200, b'{"id":7}', ETag='"46ab44"'), answer(304), answer(503))
    async with RawServer(*answers) as server, client(server.url) as protime:
        first = await protime.departments.get_if_changed(7, None)
        assert first is not None
        assert (first.record.id, first.etag) == (7, '"46ab44"')
        assert await protime.departments.get_if_changed(7, first.etag) is None
        with pytest.raises(ServerFailed):
            await protime.departments.get_if_changed(7, first.etag)
    assert b'If-None-Match: "46ab44"' in server.requests[2]


async def test_an_etag_that_cannot_be_sent_back_is_none() -> None:
    async with RawServer(TOKEN, answer(200, b'{"id":7}', ETag='"\u00e9"')) as server, client(server.url) as protime:
        found = await protime.departments.get_if_changed(7, None)
    assert found is not None
    assert found.etag is None


async def test_a_record_that_is_none_raises_and_is_not_repeated() -> None:
    async with RawServer(TOKEN, answer(200, b'{"id":"Anna"}')) as server, client(server.url) as protime:
        with pytest.raises(UnexpectedAnswer) as caught:
            await protime.people.get(7)
    assert "Anna" not in repr(caught.value)
    assert caught.value.__cause__ is None


async def test_a_badge_that_was_sent_does_not_come_back_in_an_error() -> None:
    body = json.dumps({"error": {"code": "BadRequest", "message": f"No person {BADGE}.", "reasons": [BADGE]}}).encode()
    async with RawServer(TOKEN, answer(400, body)) as server, client(server.url) as protime:
        new = NewClocking(person=by_reference(BADGE_NUMBER, BADGE), date=DAY, time_of_day_in_minutes=480)
        with pytest.raises(Invalid) as caught:
            await protime.clockings.create(new)
    assert BADGE.encode() in server.requests[1]
    assert BADGE not in repr(caught.value) + repr(caught.value.said) + repr(new)
    assert "No person ***." in str(caught.value)


async def test_a_badge_does_not_come_back_in_the_error_of_a_history() -> None:
    body = json.dumps({"error": {"code": "NotFound", "message": f"No person {BADGE}."}}).encode()
    async with RawServer(TOKEN, answer(404, body)) as server, client(server.url) as protime:
        with pytest.raises(NotFound) as caught:
            _ = [one async for one in protime.people.history(BADGE, HistoryCategory.JOB, by=BADGE_NUMBER)]
    assert BADGE.encode() in server.requests[1]
    assert BADGE not in repr(caught.value) + repr(caught.value.said)


async def test_the_library_reads_all_that_the_courier_leaves() -> None:
    example = EXAMPLES["Person"][1]
    async with RawServer(TOKEN, answer(200, json.dumps(example).encode())) as server, client(server.url) as protime:
        found = await protime.people.get(7)
    assert (found.badge_number, found.pin_code, found.bank_account) == (BADGE, 12, "BE00")


@pytest.mark.parametrize("tenant", ["", "evil.example/", "acme.myprotime.eu", "-a", "a" * 64, "a\n", "\u00e9"])
def test_the_tenant_leads_the_secret_nowhere_else(tenant: str) -> None:
    with pytest.raises(ValueError, match="first label"):
        ProtimeClient(tenant=tenant, client_id="c", client_secret="s3cr3t", scopes=[])
