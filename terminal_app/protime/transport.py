"""Requests over HTTP: the only module that knows the HTTP library.

What matters to a clocking is whether a request that failed may have been processed; that is all that the errors tell.
"""

import asyncio
import logging
import ssl
import time
import unicodedata
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

SERVICE = f"clocking-terminal/{__version__}"
LARGEST_BODY_BYTES = 32 * 1024 * 1024
_CONNECT_SHARE = 1 / 3
"""Of the time limit, for the connection and for TLS each: so the limit of the whole never ends during them."""

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


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

    They are the HTTP library's own transports: its client on top of them would double a request's work, for redirects,
    cookies and credentials that Protime does not have. Its log, which writes whole addresses, is kept to warnings: a
    badge number may be in one.
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
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=32, keepalive_expiry=5.0)
        self._headers = {
            "User-Agent": user_agent(company, service),
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
        }
        timeout = httpx.Timeout(request_seconds, connect=request_seconds * _CONNECT_SHARE)
        self._extensions = {"timeout": timeout.as_dict()}
        trust = _trust(ca_file)
        self._direct = httpx.AsyncHTTPTransport(verify=trust, limits=limits)
        self._no_proxy = proxy is None
        """Whether NO_PROXY counts: a proxy of the settings is for every host."""
        proxy = proxy or getproxies().get("https")
        self._proxied = httpx.AsyncHTTPTransport(verify=trust, limits=limits, proxy=proxy) if proxy else None

    async def __aenter__(self) -> Self:
        await self._direct.__aenter__()
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
            await self._direct.__aexit__(kind, error, trace)

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> Response:
        """Send one request and read its whole answer, whatever the status; redirects are answers too.

        Raises NotSent when surely nothing reached the server, Interrupted when something may have.
        """
        if not is_safe_address(url):
            raise NotSent("plain http is for loopback only: use https in protime.base_url and authentication_url")
        began = time.monotonic()
        try:
            request = httpx.Request(
                method,
                _parsed(url),
                headers={**self._headers, **(headers or {})},
                content=content,
                extensions=self._extensions,
            )
            async with asyncio.timeout(self._request_seconds):
                answer = await self._line_to(request.url).handle_async_request(request)
                try:
                    if "date" in answer.headers and "age" not in answer.headers:
                        self._on_date(answer.headers["date"], time.monotonic() - began)
                    return Response(answer.status_code, dict(answer.headers), await self._whole_body(answer))
                finally:
                    await answer.aclose()
        except _NOT_SENT as error:
            raise NotSent(f"no connection to {_host(url)}: {_cause(error)}") from error
        except TimeoutError as error:
            raise Interrupted(f"no answer of {_host(url)} in {self._request_seconds:g} s") from error
        except httpx.HTTPError as error:
            # The cause may quote what came over the line.
            in_log = f"the line to {_host(url)} failed ({type(error).__name__})"
            raise Interrupted(f"the line to {_host(url)} failed: {_cause(error)}", in_log=in_log) from error

    def _line_to(self, url: httpx.URL) -> httpx.AsyncHTTPTransport:
        if self._proxied is None or url.scheme == "http" or _is_loopback(url.host):
            return self._direct
        if self._no_proxy and proxy_bypass(url.host):
            return self._direct
        return self._proxied

    async def _whole_body(self, answer: httpx.Response) -> bytes:
        if len(answer.headers.get_list("content-encoding", split_commas=True)) > 1:
            raise Interrupted("the answer is packed more than once")  # one piece of it may unpack to any size
        body = bytearray()
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > self._largest_body_bytes:
                raise Interrupted(f"the answer is larger than {self._largest_body_bytes} bytes")
        return bytes(body)


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


@lru_cache(maxsize=64)
def _parsed(url: str) -> httpx.URL:
    return httpx.URL(url)


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
