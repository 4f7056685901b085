"""One connection to a server: HTTP/1.1 by h11, which knows the protocol and no network, on asyncio."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Self

import h11

_FIRST_ADDRESS_SECONDS = 0.25
"""After which the next address of a host is tried too (RFC 8305)."""
_LONGEST_HEADERS_BYTES = 100 * 1024

Headers = list[tuple[bytes, bytes]]


class NotConnected(Exception):
    """Nothing of a request has left."""


class LineFailed(Exception):
    """It ended, or what came is no answer: the request may have been processed."""


class TooLarge(LineFailed):
    """The body of an answer goes on beyond the limit."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a connection goes to."""

    host: str
    port: int
    is_tls: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, as it came."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name; those that came more than once joined by commas."""
    body: bytes


class Line(asyncio.Protocol):
    """One request at a time. To be closed by whoever opened it."""

    def __init__(self) -> None:
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEADERS_BYTES)
        self._transport: asyncio.Transport | None = None
        self._has_ended = False
        self._is_resting = True
        self._is_spoilt = False
        """The server said something that nobody has asked for."""
        self._is_full = False
        """Whether what was written waits for the network."""
        self._waiter: asyncio.Future[None] | None = None
        self.rests_since = 0.0
        """On the event loop's clock, when the latest request was answered."""

    @classmethod
    async def opened(cls, origin: Origin, trust: ssl.SSLContext, seconds: float) -> Self:
        """Connect, with TLS in at most `seconds`. Raises NotConnected."""
        try:
            async with asyncio.timeout(seconds):
                _, line = await asyncio.get_running_loop().create_connection(
                    cls,
                    origin.host,
                    origin.port,
                    ssl=trust if origin.is_tls else None,
                    # For names only: when it is cancelled, the race of addresses may leave a socket to the collector.
                    happy_eyeballs_delay=None if _is_address(origin.host) else _FIRST_ADDRESS_SECONDS,
                )
        except (OSError, UnicodeError) as error:  # TimeoutError and ssl.SSLError are OSErrors
            raise NotConnected(str(error) or type(error).__name__) from error
        return line

    @property
    def can_go_on(self) -> bool:
        """Whether another request may use it."""
        return (
            self._http.our_state is h11.IDLE
            and not (self._has_ended or self._is_spoilt)
            and self._transport is not None
            and not self._transport.is_closing()
        )

    async def request(
        self,
        method: str,
        target: bytes,
        headers: Headers,
        content: bytes | None,
        *,
        most_bytes: int,
        on_headers: Callable[[Mapping[str, str]], object],
    ) -> Answer:
        """Send a request and read its whole answer; `on_headers` is told before the body comes. Raises LineFailed."""
        self._is_resting = False
        try:
            await self._send(h11.Request(method=method, target=target, headers=headers), content)
            answer = await self._answer(most_bytes, on_headers)
        except h11.ProtocolError as error:
            raise LineFailed(str(error) or type(error).__name__) from error
        self._is_resting = True
        self.rests_since = asyncio.get_running_loop().time()
        return answer

    async def _send(self, request: h11.Request, content: bytes | None) -> None:
        if self._transport is None or self._transport.is_closing():
            raise LineFailed("the server has closed the connection")
        data = self._http.send(request) or b""
        if content:
            data += self._http.send(h11.Data(data=content)) or b""
        self._transport.write(data + (self._http.send(h11.EndOfMessage()) or b""))
        while self._is_full and not self._has_ended:
            await self._something()

    async def _answer(self, most_bytes: int, on_headers: Callable[[Mapping[str, str]], object]) -> Answer:
        status, headers, body = 0, {}, b""
        while True:
            match event := self._http.next_event():
                case h11.NEED_DATA:
                    if self._has_ended:
                        raise LineFailed("the server has closed the connection without a whole answer")
                    await self._something()
                case h11.Response():
                    status, headers = event.status_code, _by_name(event.headers.raw_items())
                    on_headers(headers)
                case h11.Data():
                    body = body + event.data if body else bytes(event.data)
                    if len(body) > most_bytes:
                        raise TooLarge(f"larger than {most_bytes} bytes")
                case h11.EndOfMessage():
                    is_done = self._http.our_state is h11.DONE and self._http.their_state is h11.DONE
                    if is_done and not self._http.trailing_data[0]:  # what follows would answer the next request
                        self._http.start_next_cycle()
                    return Answer(status, headers, body)
                case h11.InformationalResponse():
                    pass
                case _:  # closed, or another protocol from now on
                    raise LineFailed("the server has closed the connection without an answer")

    async def _something(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    def close(self) -> None:
        """At once: what the server still has to say is of no use."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open, with TLS if there is to be any."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Some of an answer."""
        if self._is_resting:
            self._is_spoilt = True
        else:
            self._http.receive_data(data)
            self._wake()

    def eof_received(self) -> None:
        """The server says no more."""
        self.connection_lost(None)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 # what it was changes nothing
        """Nothing comes or goes any more."""
        if not self._has_ended:
            self._has_ended = True
            self._http.receive_data(b"")
            self._wake()

    def pause_writing(self) -> None:
        """The network is slower than the writer."""
        self._is_full = True

    def resume_writing(self) -> None:
        """There is room again."""
        self._is_full = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _by_name(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found
