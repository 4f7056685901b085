import gzip
import logging

import pytest

from terminal_app import __version__
from terminal_app.protime.errors import Interrupted, NotSent
from terminal_app.protime.transport import Transport, is_safe_address, user_agent
from tests.protime.raw_server import RawServer, answer

CLOSED = "http://127.0.0.1:1"


async def test_an_answer_comes_whole_and_the_request_says_who_asks() -> None:
    async with RawServer(answer(418, b"tea", X_Y="z")) as server, Transport("Acme", 5) as line:
        response = await line.request("POST", f"{server.url}/a?b=%20", headers={"A": "b"}, content=b"body")
    assert (response.status, response.headers["x-y"], response.body) == (418, "z", b"tea")
    (request,) = server.requests
    assert request.startswith(b"POST /a?b=%20 HTTP/1.1\r\n")
    assert request.endswith(b"\r\n\r\nbody")
    assert f"User-Agent: clocking-terminal/{__version__} (Acme)\r\n".encode() in request
    assert b"Accept: application/json\r\n" in request


async def test_a_redirect_is_an_answer_and_not_followed() -> None:
    async with RawServer(answer(302, Location="/elsewhere")) as server, Transport("Acme", 5) as line:
        assert (await line.request("GET", server.url)).status == 302
    assert len(server.requests) == 1


async def test_a_refused_connection_sent_nothing() -> None:
    async with Transport("Acme", 5) as line:
        with pytest.raises(NotSent, match=r"no connection to 127\.0\.0\.1"):
            await line.request("GET", CLOSED)


async def test_tls_that_fails_sent_nothing() -> None:
    async with RawServer(answer(200)) as server, Transport("Acme", 1) as line:
        # A server without TLS waits for the end of a header; whichever limit ends it, no request was made.
        with pytest.raises(NotSent):
            await line.request("GET", server.url.replace("http:", "https:"))
    assert server.requests == []


async def test_plain_http_leaves_loopback_never() -> None:
    async with Transport("Acme", 5) as line:
        with pytest.raises(NotSent, match="https"):
            await line.request("GET", "http://example.invalid/")


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 2",
        b"not http at all\r\n\r\n",
        answer(200, b"not gzip", Content_Encoding="gzip"),
    ],
)
async def test_an_answer_that_is_not_whole_leaves_the_outcome_open(bytes_sent: bytes) -> None:
    async with RawServer(bytes_sent) as server, Transport("Acme", 5) as line:
        with pytest.raises(Interrupted):
            await line.request("POST", server.url, content=b"x")


async def test_no_answer_in_time_leaves_the_outcome_open() -> None:
    async with RawServer(None) as server, Transport("Acme", 2) as line:
        with pytest.raises(Interrupted):
            await line.request("POST", server.url, content=b"x")


async def test_an_answer_without_end_is_given_up() -> None:
    bomb = gzip.compress(bytes(10_000_000))
    async with (
        RawServer(answer(200, bomb, Content_Encoding="gzip")) as server,
        Transport("Acme", 5, largest_body_bytes=100_000) as line,
    ):
        with pytest.raises(Interrupted, match="larger"):
            await line.request("GET", server.url)


@pytest.mark.parametrize("codings", ["gzip, gzip", "gzip,identity, deflate"])
async def test_an_answer_that_is_packed_twice_is_not_unpacked(codings: str) -> None:
    bomb = gzip.compress(gzip.compress(bytes(1_000)))
    async with RawServer(answer(200, bomb, Content_Encoding=codings)) as server, Transport("Acme", 5) as line:
        with pytest.raises(Interrupted, match="packed more than once"):
            await line.request("POST", server.url, content=b"x")


async def test_no_log_gets_the_address(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    caplog.set_level(logging.DEBUG)
    async with RawServer(answer(201, Location="/0013961168")) as server, Transport("Acme", 5) as line:
        await line.request("GET", f"{server.url}/people/0013961168")
    assert len(server.requests) == 1
    assert "0013961168" not in caplog.text


@pytest.mark.parametrize(
    ("company", "shown"),
    [("Acme", "Acme"), ("Café (BE)\r\nX: y", "Cafe BEX: y"), ("株式会社", "unnamed"), ("", "unnamed")],
)
def test_any_company_fits_the_header(company: str, shown: str) -> None:
    assert user_agent(company) == f"clocking-terminal/{__version__} ({shown})"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://acme.myprotime.eu/x", True),
        ("http://127.0.0.1:80/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://localhost.evil.example/", False),
        ("http://127.0.0.1.evil.example/", False),
        ("http://10.0.0.1/", False),
        ("ftp://127.0.0.1/", False),
        ("https:///x", False),
        ("http://[", False),
    ],
)
def test_where_secrets_may_go(url: str, safe: bool) -> None:
    assert is_safe_address(url) is safe


async def test_the_time_that_a_server_tells_is_passed_on_but_not_that_of_a_cache() -> None:
    told: list[tuple[str, float]] = []
    answers = (answer(200, Date="now"), answer(200, Date="then", Age="60"), answer(500, Date="broken"), answer(200))
    async with (
        RawServer(*answers) as server,
        Transport("Acme", 5, on_date=lambda date, took: told.append((date, took))) as line,
    ):
        for _ in answers:
            await line.request("GET", server.url)
    assert [date for date, _ in told] == ["now", "broken"]
    assert all(0 <= took <= 5 for _, took in told)
