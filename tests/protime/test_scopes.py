import asyncio
import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from terminal_app.protime.calls import Calls
from terminal_app.protime.errors import NotAllowed, TokenRefused, TokenUnavailable
from terminal_app.protime.scopes import SCOPE_PREFIX, Scope, granted_in, scope_text
from terminal_app.protime.throttle import Urgency
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Response, Transport
from tests.protime.raw_server import RawServer, answer
from tests.protime.test_token import Hands

WANTED = (Scope.CLOCKINGS_WRITE, Scope.PEOPLE_READ)
INVALID = answer(400, b'{"error":"invalid_scope"}')


def token(*scopes: Scope, text: object = None) -> bytes:
    body = {"access_token": "t", "expires_in": 1800, "scope": scope_text(scopes) if text is None else text}
    return answer(200, json.dumps(body).encode())


def source(
    line: Transport,
    url: str,
    *,
    scopes: Sequence[Scope] = WANTED,
    discover: bool = False,
    monotonic: Callable[[], float] = time.monotonic,
) -> TokenSource:
    return TokenSource(
        line,
        token_url=f"{url}/tenants/acme/connect/token",
        client_id="c",
        client_secret="s3cr3t",
        scopes=scopes,
        discover=discover,
        monotonic=monotonic,
    )


class SlowLine(Transport):
    """A line on which an answer comes when the test says so."""

    def __init__(self, company: str, seconds: float, may_answer: asyncio.Event) -> None:
        super().__init__(company, seconds)
        self._may_answer = may_answer

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Response:
        await self._may_answer.wait()
        return await super().request(method, url, headers=headers, content=content)


def scopes_asked(request: bytes) -> list[str]:
    return parse_qs(request.rpartition(b"\r\n\r\n")[2].decode())["scope"][0].split()


async def test_a_scope_that_was_not_granted_is_named_and_switches_only_its_function_off() -> None:
    async with RawServer(token(Scope.CLOCKINGS_WRITE), answer(200, b"{}")) as server, Transport("Acme", 5) as line:
        calls = Calls(line, source(line, server.url), server.url)
        with pytest.raises(NotAllowed, match=f"{SCOPE_PREFIX}people.read"):
            await calls.read("/people", scope=Scope.PEOPLE_READ)
        assert len(server.requests) == 1  # the token's
        assert calls.missing_scopes == {Scope.PEOPLE_READ}
        assert await calls.read("/clockings", scope=Scope.CLOCKINGS_WRITE) == {}


async def test_of_a_clocking_only_the_api_itself_may_say_that_it_is_not_allowed() -> None:
    async with RawServer(token(Scope.PEOPLE_READ), answer(201)) as server, Transport("Acme", 5) as line:
        calls = Calls(line, source(line, server.url), server.url)
        sent = await calls.call("POST", "/clockings", b"{}", scope=Scope.CLOCKINGS_WRITE, urgency=Urgency.FIRST)
    assert sent.status == 201


@pytest.mark.parametrize("status", [401, 403])
async def test_the_scope_is_named_when_the_api_refuses(status: int) -> None:
    answers = (token(*WANTED), answer(status), token(*WANTED), answer(status))
    async with RawServer(*answers) as server, Transport("Acme", 5) as line:
        calls = Calls(line, source(line, server.url), server.url)
        with pytest.raises(NotAllowed, match=f"{SCOPE_PREFIX}people.read"):
            await calls.read("/people", scope=Scope.PEOPLE_READ)


async def test_a_refused_scope_is_found_and_the_others_go_on() -> None:
    answers = (INVALID, token(WANTED[0]), token(WANTED[0]))
    async with RawServer(*answers) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url)
        assert await tokens.token() == "t"
    assert tokens.missing == {Scope.PEOPLE_READ}
    assert [scopes_asked(one) for one in server.requests] == [
        [SCOPE_PREFIX + one for one in WANTED],
        [SCOPE_PREFIX + WANTED[0]],
        [SCOPE_PREFIX + WANTED[0]],
    ]


@settings(max_examples=40, deadline=None)
@for_all(st.sets(st.sampled_from(list(Scope)), max_size=4), st.integers(2, len(Scope)))
def test_the_refused_ones_are_found_by_halves(refused: set[Scope], count: int) -> None:
    wanted = list(Scope)[:count]
    asked: list[list[str]] = []

    def endpoint(request: bytes) -> bytes:
        asked.append([one.removeprefix(SCOPE_PREFIX) for one in scopes_asked(request)])
        return INVALID if refused & set(asked[-1]) else token(*map(Scope, asked[-1]))

    async def missing() -> frozenset[str]:
        async with RawServer(endpoint) as server, Transport("Acme", 5) as line:
            tokens = source(line, server.url, scopes=wanted)
            assert await tokens.token() == "t"
            return tokens.missing

    gone = refused & set(wanted)
    if gone == set(wanted):
        with pytest.raises(TokenRefused):
            asyncio.run(missing())
        return
    assert asyncio.run(missing()) == gone
    assert asked[-1] == [one for one in wanted if one not in refused]
    assert len(asked) <= (2 + 2 * len(gone) * count.bit_length() if gone else 1)


async def test_who_does_not_renew_a_token_does_not_wait_for_it() -> None:
    hands, renewal = Hands(), asyncio.Event()
    given = [answer(200, b'{"access_token":"t%d","expires_in":1800}' % number) for number in (1, 2)]
    async with RawServer(*given) as server, SlowLine("Acme", 5, renewal) as line:
        tokens = source(line, server.url, monotonic=hands)
        renewal.set()
        assert await tokens.token() == "t1"
        renewal.clear()
        hands.seconds += 1750  # in the last minute of its life
        renewing = asyncio.create_task(tokens.token())
        await asyncio.sleep(0)
        assert await tokens.token() == "t1"
        hands.seconds += 50  # it has ended: now all have to wait
        waiting = asyncio.create_task(tokens.token())
        await asyncio.sleep(0)
        assert not waiting.done()
        renewal.set()
        assert {await renewing, await waiting} == {"t2"}


async def test_a_refused_scope_is_remembered_and_asked_for_again_an_hour_later() -> None:
    hands = Hands()
    asked: list[list[str]] = []

    def endpoint(request: bytes) -> bytes:
        asked.append([one.removeprefix(SCOPE_PREFIX) for one in scopes_asked(request)])
        return INVALID if refused in asked[-1] else token(*map(Scope, asked[-1]))

    refused, both = Scope.PEOPLE_READ, [str(one) for one in WANTED]
    async with RawServer(endpoint) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url, monotonic=hands)
        tokens.reject(await tokens.token())
        asked.clear()
        tokens.reject(await tokens.token())
        assert asked == [[WANTED[0]]]
        hands.seconds += 3600
        asked.clear()
        tokens.reject(await tokens.token())
        assert asked == [both, [refused], [WANTED[0]]]
        assert tokens.missing == {refused}
        refused = Scope.CLOCKINGS_WRITE  # the grants were exchanged
        asked.clear()
        tokens.reject(await tokens.token())
        assert asked == [[WANTED[0]], [WANTED[0]], [WANTED[1]], [WANTED[1]]]
        assert tokens.missing == {refused}
        refused = Scope.JOBS_READ  # all is granted
        hands.seconds += 3600
        tokens.reject(await tokens.token())
        assert tokens.missing == frozenset()
        asked.clear()
        await tokens.token()
        assert asked == [both]


async def test_a_probe_that_is_cut_short_says_nothing_and_goes_on_where_it_was() -> None:
    first, second, third = wanted = (*WANTED, Scope.JOBS_READ)
    answers = (INVALID, token(first), answer(503), INVALID, token(second), token(first, second))
    async with RawServer(*answers) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url, scopes=wanted)
        with pytest.raises(TokenUnavailable):
            await tokens.token()
        assert tokens.missing == frozenset()
        await tokens.token()
        assert tokens.missing == {third}
    asked = [[one.removeprefix(SCOPE_PREFIX) for one in scopes_asked(request)] for request in server.requests]
    assert asked == [[*wanted], [first], [second], [*wanted], [second], [first, second]]


async def test_a_401_for_a_missing_scope_does_not_cost_a_token_at_each_call() -> None:
    numbers, hands = itertools.count(), Hands()

    def host(request: bytes) -> bytes:
        if b"/token " in request:
            return answer(200, json.dumps({"access_token": f"t{next(numbers)}", "expires_in": 1800}).encode())
        return answer(401) if b"/people " in request else answer(200, b"{}")

    async with RawServer(host) as server, Transport("Acme", 5) as line:
        calls = Calls(line, source(line, server.url), server.url, monotonic=hands)

        async def tokens_for_three_refused_calls() -> int:
            before = sum(b"/token " in one for one in server.requests)
            for _ in range(3):
                with pytest.raises(NotAllowed):
                    await calls.read("/people", scope=Scope.PEOPLE_READ)
                await calls.read("/jobs", scope=Scope.JOBS_READ)
            return sum(b"/token " in one for one in server.requests) - before

        assert await tokens_for_three_refused_calls() == 2
        assert await tokens_for_three_refused_calls() == 0
        hands.seconds += 300
        assert await tokens_for_three_refused_calls() == 1


async def test_without_any_scope_the_client_is_refused() -> None:
    async with RawServer(INVALID) as server, Transport("Acme", 5) as line:
        with pytest.raises(TokenRefused, match="invalid_scope"):
            await source(line, server.url).token()


@pytest.mark.parametrize("text", ["", "everything", 7, None])
async def test_an_answer_that_does_not_say_what_was_granted_switches_nothing_off(text: object) -> None:
    async with RawServer(token(text=text if text is not None else [])) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url)
        await tokens.token()
    assert tokens.missing == frozenset()


@for_all(st.text() | st.none() | st.integers())
def test_granted_is_never_more_than_asked_for(text: object) -> None:
    assert (granted_in(text, WANTED) or frozenset()) <= set(WANTED)


def discovered(url: object, status: int = 200) -> bytes:
    return answer(status, json.dumps({"token_endpoint": url}).encode())


async def test_the_place_of_the_tokens_may_be_discovered_once() -> None:
    async with RawServer(answer(404), token(*WANTED)) as server, Transport("Acme", 5) as line:
        elsewhere = f"{server.url}/other/token"
        server.answers_next(discovered(elsewhere))
        tokens = source(line, server.url, discover=True)
        tokens.reject(await tokens.token())
        await tokens.token()
    assert [one.split(b" ")[1] for one in server.requests] == [
        b"/tenants/acme/.well-known/openid-configuration", b"/other/token", b"/other/token",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        discovered("https://evil.example/connect/token"),
        discovered("http://127.0.0.1.evil.example/"),
        discovered(7),
        discovered("http://["),
        answer(200, b"<html>"),
        answer(200, b"[]"),
        answer(503),
        b"",
    ],
)
async def test_the_secret_goes_to_the_authentication_host_only(document: bytes) -> None:
    async with RawServer(document) as server, Transport("Acme", 5) as line:
        with pytest.raises(TokenUnavailable) as caught:
            await source(line, server.url, discover=True).token()
    assert all(b"s3cr3t" not in one for one in server.requests)
    assert "s3cr3t" not in str(caught.value)
