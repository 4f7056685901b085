"""Connections on a real loopback: what is kept open, what is not, and that answers never meet the wrong request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal_app.protime import lines
from terminal_app.protime.errors import Interrupted, NotSent
from terminal_app.protime.transport import Transport

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]


class Server:
    """Serves each connection by a function, which gets the connection's number."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connections = 0


@asynccontextmanager
async def serving(serve: Serve, host: str = "127.0.0.1") -> AsyncIterator[Server]:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connections += 1
        try:
            await serve(reader, writer, found.connections)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, host, 0)
    name = f"[{host}]" if ":" in host else host
    found = Server(f"http://{name}:{server.sockets[0].getsockname()[1]}")
    try:
        yield found
    finally:
        server.close()


async def request_on(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + (await reader.readexactly(int(length[0].split(b":")[1])) if length else b"")


def plain(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
    while request := await request_on(reader):
        writer.write(plain(b"%d %s" % (number, request.rpartition(b"\r\n")[2])))
        await writer.drain()


async def test_a_connection_is_used_again_and_each_answer_is_that_of_its_request() -> None:
    async with serving(echo) as server, Transport("Acme", 5) as line:
        for number in range(5):
            answer = await line.request("POST", server.url, content=b"%d" % number)
            assert answer.body == b"1 %d" % number
    assert server.connections == 1


async def test_as_many_are_open_as_are_asked_at_a_time() -> None:
    async with serving(echo) as server, Transport("Acme", 5) as line:
        for _ in range(3):
            sent = [b"%d" % number for number in range(4)]
            answers = await asyncio.gather(*(line.request("POST", server.url, content=one) for one in sent))
            assert [answer.body.split()[1] for answer in answers] == sent
    assert server.connections == 4


async def test_one_that_the_server_closed_while_it_rested_is_not_used_again() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await request_on(reader)
        writer.write(plain(b"%d" % number))

    async with serving(once) as server, Transport("Acme", 5) as line:
        for number in (1, 2, 3):
            assert (await line.request("POST", server.url, content=b"x")).body == b"%d" % number
            await asyncio.sleep(0.05)


async def test_what_nobody_has_asked_for_answers_no_later_request() -> None:
    """A 201 that comes late, or a second one, must not stand for the next clocking."""

    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while await request_on(reader):
            writer.write(plain(b"%d" % number) + plain(b"of nobody"))
            await writer.drain()

    async with serving(twice) as server, Transport("Acme", 5) as line:
        for number in (1, 2, 3):
            assert (await line.request("POST", server.url, content=b"x")).body == b"%d" % number


async def test_a_second_answer_that_comes_late_is_of_nobody_either() -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while await request_on(reader):
            writer.write(plain(b"%d" % number))
            await writer.drain()
            await asyncio.sleep(0.02)
            writer.write(plain(b"of nobody"))
            await writer.drain()

    async with serving(late) as server, Transport("Acme", 5) as line:
        for number in (1, 2, 3):
            assert (await line.request("POST", server.url, content=b"x")).body == b"%d" % number
            await asyncio.sleep(0.1)


async def test_one_that_has_rested_for_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "KEPT_OPEN_SECONDS", 0.05)
    async with serving(echo) as server, Transport("Acme", 5) as line:
        for number in (1, 2):
            assert (await line.request("POST", server.url, content=b"x")).body == b"%d x" % number
            await asyncio.sleep(0.1)


async def test_a_request_that_was_given_up_leaves_no_connection_behind() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await request_on(reader)
        await asyncio.sleep(0.3 if number == 1 else 0)
        writer.write(plain(b"%d" % number))
        await writer.drain()

    async with serving(slow) as server, Transport("Acme", 5) as line:
        given_up = asyncio.create_task(line.request("POST", server.url, content=b"first"))
        await asyncio.sleep(0.1)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert (await line.request("POST", server.url, content=b"second")).body == b"2"


async def test_informational_answers_and_chunks_are_understood() -> None:
    async def chunks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while await request_on(reader):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for piece in (b"ab", b"c"):
                await writer.drain()
                writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            writer.write(b"0\r\n\r\n")

    async with serving(chunks) as server, Transport("Acme", 5) as line:
        for _ in range(2):
            assert (await line.request("GET", server.url)).body == b"abc"
    assert server.connections == 1


async def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    async def until_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await request_on(reader)
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nall of it")

    async with serving(until_the_end) as server, Transport("Acme", 5) as line:
        for _ in range(2):
            assert (await line.request("GET", server.url)).body == b"all of it"
    assert server.connections == 2


async def test_a_large_request_and_a_large_answer_pass() -> None:
    large = bytes(range(256)) * 20_000
    async with serving(echo) as server, Transport("Acme", 10) as line:
        for _ in range(2):
            assert (await line.request("POST", server.url, content=large + b"end")).body.endswith(b"end")


async def test_a_server_that_stops_reading_is_given_up() -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await asyncio.sleep(3)

    async with serving(deaf) as server, Transport("Acme", 1) as line:
        with pytest.raises(Interrupted):
            await line.request("POST", server.url, content=bytes(30_000_000))


async def test_more_of_an_answer_than_is_allowed_is_not_kept() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await request_on(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(bytes(65536))
            await writer.drain()

    async with serving(endless) as server, Transport("Acme", 10, largest_body_bytes=1_000_000) as line:
        with pytest.raises(Interrupted, match="larger than 1000000 bytes"):
            await line.request("GET", server.url)


async def test_endless_headers_are_given_up() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await request_on(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Y: " + b"z" * 1000 + b"\r\n")
            await writer.drain()

    async with serving(endless) as server, Transport("Acme", 10) as line:
        with pytest.raises(Interrupted):
            await line.request("GET", server.url)


async def test_an_address_of_version_6_is_named_in_the_request() -> None:
    async def host(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        request = await request_on(reader)
        writer.write(plain(next(one for one in request.split(b"\r\n") if one.startswith(b"Host: "))))
        await writer.drain()

    try:
        async with serving(host, "::1") as server, Transport("Acme", 5) as line:
            answer = await line.request("GET", server.url)
    except (OSError, NotSent):
        pytest.skip("this machine has no loopback of IPv6")
    assert answer.body == f"Host: {server.url.removeprefix('http://')}".encode()


async def test_headers_that_come_twice_are_joined() -> None:
    async def twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await request_on(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nX: a\r\nx: b\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with serving(twice) as server, Transport("Acme", 5) as line:
        assert (await line.request("GET", server.url)).headers["x"] == "a, b"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(
            lambda status, rest: b"HTTP/1.1 %d X\r\n%s" % (status, rest), st.integers(0, 999), st.binary(max_size=100)
        ),
    )
)
async def test_whatever_a_server_sends_is_an_answer_or_leaves_the_outcome_open(sent: bytes) -> None:
    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await request_on(reader)
        writer.write(sent)
        await writer.drain()

    async with serving(garbage) as server, Transport("Acme", 5) as line:
        try:
            answer = await line.request("POST", server.url, content=b"x")
        except Interrupted:
            return
    assert sent.startswith(b"HTTP/1.")
    assert 200 <= answer.status <= 999
