import asyncio
import json
from collections.abc import Callable

import pytest

from terminal_app.protime.errors import Reach, TokenError, TokenRefused, TokenUnavailable
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Transport
from tests.protime.raw_server import RawServer, answer

SECRET = "s3cr3t-of-the-client"


class Hands:
    """A monotonic clock that is turned by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def source(line: Transport, url: str, monotonic: Callable[[], float] | None = None) -> TokenSource:
    return TokenSource(
        line,
        token_url=f"{url}/tenants/acme/connect/token",
        client_id="terminal",
        client_secret=SECRET,
        scopes=("clockings.write", "people.read"),
        monotonic=monotonic or Hands(),
    )


def given(token: str, expires_in: object = 1800) -> bytes:
    return answer(200, json.dumps({"access_token": token, "expires_in": expires_in, "token_type": "Bearer"}).encode())


async def test_the_request_is_that_of_the_reference() -> None:
    async with RawServer(given("t1")) as server, Transport("Acme", 5) as line:
        assert await source(line, server.url).token() == "t1"
    (request,) = server.requests
    assert request.startswith(b"POST /tenants/acme/connect/token ")
    assert request.endswith(
        b"grant_type=client_credentials&client_id=terminal&client_secret=s3cr3t-of-the-client"
        b"&scope=connector-protimeapi-clockings.write+connector-protimeapi-people.read"
    )


async def test_many_calls_at_a_time_ask_once() -> None:
    async with RawServer(given("t1"), given("t2")) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url)
        assert set(await asyncio.gather(*(tokens.token() for _ in range(20)))) == {"t1"}
    assert len(server.requests) == 1


@pytest.mark.parametrize(("life", "renewed_after"), [(1800, 1740), (100, 90), ("garbage", 270), (-1, 270), (None, 270)])
async def test_it_is_renewed_before_its_end_on_the_monotonic_clock(life: object, renewed_after: int) -> None:
    hands = Hands()
    async with RawServer(given("t1", life), given("t2", life)) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url, hands)
        assert await tokens.token() == "t1"
        hands.seconds += renewed_after - 1
        assert await tokens.token() == "t1"
        hands.seconds += 1
        assert await tokens.token() == "t2"


async def test_only_the_rejected_token_is_forgotten() -> None:
    async with RawServer(given("t1"), given("t2"), given("t3")) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url)
        first = await tokens.token()
        tokens.reject(first)
        assert await tokens.token() == "t2"
        tokens.reject(first)
        assert await tokens.token() == "t2"


@pytest.mark.parametrize(
    ("bytes_sent", "kind", "reach"),
    [
        (answer(400, b'{"error":"invalid_client"}'), TokenRefused, Reach.TOKEN_REFUSED),
        (answer(401), TokenRefused, Reach.TOKEN_REFUSED),
        (answer(404), TokenRefused, Reach.TOKEN_REFUSED),
        (answer(429, Retry_After="5"), TokenUnavailable, Reach.LIMITED),
        (answer(503), TokenUnavailable, Reach.UNREACHABLE),
        (answer(302), TokenUnavailable, Reach.UNREACHABLE),
        (answer(200, b"<html>"), TokenUnavailable, Reach.UNREACHABLE),
        (answer(200, b"[]"), TokenUnavailable, Reach.UNREACHABLE),
        (answer(200, b'{"access_token":"a\\r\\nX: y"}'), TokenUnavailable, Reach.UNREACHABLE),
        (b"", TokenUnavailable, Reach.UNREACHABLE),
    ],
)
async def test_each_failure_says_what_it_is_and_never_the_secret(
    bytes_sent: bytes, kind: type[TokenError], reach: Reach
) -> None:
    async with RawServer(bytes_sent) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url)
        with pytest.raises(kind) as caught:
            await tokens.token()
    assert caught.value.reach is reach
    assert SECRET not in repr(caught.value) + str(caught.value) + repr(tokens) + str(tokens)


async def test_the_next_call_asks_again_after_a_failure() -> None:
    async with RawServer(answer(503), given("t1")) as server, Transport("Acme", 5) as line:
        tokens = source(line, server.url)
        with pytest.raises(TokenUnavailable):
            await tokens.token()
        assert await tokens.token() == "t1"
