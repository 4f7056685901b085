"""Requests over HTTP: directly over our own lines (lines.py), by a proxy with the HTTP library, which only this knows.

What matters to a clocking is whether a request that failed may have been processed; that is all that the errors tell.
"""

import asyncio
import logging
import ssl
import time
import unicodedata
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from terminal_app import __version__
from terminal_app.protime.errors import Interrupted, NotSent, TlsUnusable
from terminal_app.protime.line import Answer, Headers, LineFailed, NotConnected, Origin, TooLarge
from terminal_app.protime.lines import Lines

SERVICE = f"clocking-terminal/{__version__}"
LARGEST_BODY_BYTES = 32 * 1024 * 1024
_CONNECT_SHARE = 2 / 3
"""Of the time limit, for the connection with TLS: so the limit of the whole never ends during it."""

_NOT_SENT = (
    NotConnected,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_MAYBE_SENT = (LineFailed, httpx.HTTPError)
_UNPACKED_BY = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}
"""Window sizes as zlib wants them: `deflate` comes with and without a header (RFC 9110, 8.4.1.2)."""


_Told = Callable[[Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes

    @property
    def etag(self) -> str | None:
        """The ETag, where there is one that can be sent back: in plain ASCII."""
        found = self.headers.get("etag")
        return found if found and found.isascii() else None


class Transport:
    """The connections to whatever hosts are asked; to be entered as a context.

    Without the HTTP library's client, which would double a request's work, for redirects, cookies and credentials that
    Protime does not have. Its log, which writes whole addresses, is kept to warnings: a badge number may be in one.
    """

    def __init__(
        self,
        company: str,
        request_seconds: float,
        *,
        service: str = SERVICE,
        ca_file: Path | None = None,
        proxy: str | None = None,
        largest_body_bytes: int = LARGEST_BODY_BYTES,
        on_date: Callable[[str, float], object] = lambda *_: None,
    ) -> None:
        """Prepare; `request_seconds` limits each request from start to end.

        `on_date` is told the `Date` of each answer when its headers are there, and how many seconds ago the request
        began; not of one that a cache may have kept.

        `service` and `company` go into the User-Agent. `ca_file` holds certificates (PEM) of authorities that are
        trusted besides the usual ones; `proxy` (without one, that of HTTPS_PROXY and NO_PROXY) is used for everything
        but loopback, and never for plain http. Raises TlsUnusable.
        """
        for name in ("httpx", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._request_seconds = request_seconds
        self._largest_body_bytes = largest_body_bytes
        self._on_date = on_date
        self._headers = {
            "User-Agent": user_agent(company, service),
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
        connect_seconds = request_seconds * _CONNECT_SHARE
        trust = _trust(ca_file)
        self._direct = Lines(trust, connect_seconds)
        self._no_proxy = proxy is None
        """Whether NO_PROXY counts: a proxy of the settings is for every host."""
        proxy = proxy or getproxies().get("https")
        self._proxied = httpx.AsyncHTTPTransport(verify=trust, proxy=proxy) if proxy else None
        self._extensions = {"timeout": httpx.Timeout(request_seconds, connect=connect_seconds / 2).as_dict()}

    async def __aenter__(self) -> Self:
        if self._proxied is not None:
            await self._proxied.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._proxied is not None:
                await self._proxied.__aexit__(kind, error, trace)
        finally:
            await self._direct.close()

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Response:
        """Send one request and read its whole answer, whatever the status; redirects are answers too.

        Raises NotSent when surely nothing reached the server, Interrupted when something may have.
        """
        if not is_safe_address(url):
            raise NotSent("plain http is for loopback only: use https in protime.base_url and authentication_url")
        began = time.monotonic()

        def told(found: Mapping[str, str]) -> None:
            if "date" in found and "age" not in found:
                self._on_date(found["date"], time.monotonic() - began)

        try:
            async with asyncio.timeout(self._request_seconds):
                send = self._by_proxy if self._needs_proxy(url) else self._directly
                answer = await send(method, url, {**self._headers, **(headers or {})}, content, told)
            return Response(answer.status, answer.headers, self._unpacked(answer))
        except _NOT_SENT as error:
            raise NotSent(f"no connection to {_host(url)}: {_cause(error)}") from error
        except TimeoutError as error:
            raise Interrupted(f"no answer of {_host(url)} in {self._request_seconds:g} s") from error
        except TooLarge as error:
            raise Interrupted(f"the answer is larger than {self._largest_body_bytes} bytes") from error
        except _MAYBE_SENT as error:
            # The cause may quote what came over the line.
            in_log = f"the line to {_host(url)} failed ({type(error).__name__})"
            raise Interrupted(f"the line to {_host(url)} failed: {_cause(error)}", in_log=in_log) from error

    async def _directly(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, told: _Told
    ) -> Answer:
        place = _place_of(url)
        return await self._direct.request(
            place.origin,
            method,
            place.target,
            _all_headers(place.host, method, headers, content),
            content,
            most_bytes=self._largest_body_bytes,
            on_headers=told,
        )

    async def _by_proxy(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, told: _Told
    ) -> Answer:
        assert self._proxied is not None  # noqa: S101
        request = httpx.Request(method, url, headers=headers, content=content, extensions=self._extensions)
        answer = await self._proxied.handle_async_request(request)
        try:
            found = dict(answer.headers)
            told(found)
            body = bytearray()
            async for piece in answer.aiter_raw():
                body += piece
                if len(body) > self._largest_body_bytes:
                    raise TooLarge
        finally:
            await answer.aclose()
        return Answer(answer.status_code, found, bytes(body))

    def _needs_proxy(self, url: str) -> bool:
        if self._proxied is None:
            return False
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "http" or _is_loopback(host):
            return False
        return not (self._no_proxy and proxy_bypass(host))

    def _unpacked(self, answer: Answer) -> bytes:
        codings = [one for one in map(str.strip, answer.headers.get("content-encoding", "").lower().split(",")) if one]
        if len(codings) > 1:
            raise Interrupted("the answer is packed more than once")  # a little of it may unpack to any size
        if not codings or codings == ["identity"] or not answer.body:
            return answer.body
        for window in _UNPACKED_BY.get(codings[0], ()):
            unpacking = zlib.decompressobj(window)
            try:
                body = unpacking.decompress(answer.body, self._largest_body_bytes + 1)
            except zlib.error:
                continue
            if len(body) > self._largest_body_bytes:
                raise TooLarge
            if unpacking.eof:
                return body
        raise Interrupted("the answer cannot be unpacked")


def user_agent(company: str, service: str = SERVICE) -> str:
    """`<service>/<version> (<company>)`, as Protime requires it, in the characters a header may hold."""
    return f"{_for_header(service) or SERVICE} ({_for_header(company) or 'unnamed'})"


def _for_header(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(one for one in plain if one.isprintable() and one not in "()\\").strip()


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    context: ssl.SSLContext = httpx.create_ssl_context()
    context.load_default_certs()  # the company's own authorities too, where this machine knows them
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:  # ssl.SSLError is one
            raise TlsUnusable(f"{ca_file} holds no certificates that can be read: {error.strerror or error}") from None
    return context


@dataclass(frozen=True, slots=True)
class _Place:
    """What a request needs of an address."""

    origin: Origin
    host: bytes
    target: bytes


@lru_cache(maxsize=64)
def _place_of(url: str) -> _Place:
    """Raises httpx.InvalidURL."""
    parts = httpx.URL(url)
    is_tls = parts.scheme == "https"
    origin = Origin(parts.raw_host.decode("ascii"), parts.port or (443 if is_tls else 80), is_tls)
    return _Place(origin, parts.netloc, parts.raw_path)


def _all_headers(host: bytes, method: str, headers: Mapping[str, str], content: bytes | None) -> Headers:
    found = [(b"Host", host), *((name.encode("ascii"), value.encode("ascii")) for name, value in headers.items())]
    if content is not None or method in {"POST", "PUT", "PATCH"}:
        found.append((b"Content-Length", b"%d" % len(content or b"")))
    return found


@lru_cache(maxsize=64)
def is_safe_address(url: str) -> bool:
    """Whether secrets may go there: https, or http to this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme == "http" and host is not None and _is_loopback(host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the server"


def _cause(error: Exception) -> str:
    return str(error) or type(error).__name__
