"""Serves the metrics: GET /metrics over plain HTTP/1.1, one answer a connection, with a token where one is set."""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from terminal_app.courier.metrics import EventCounter, metrics_text, read_queue, token_in
from terminal_app.courier.storage import Storage
from terminal_app.settings import MonitoringSettings, StorageSettings

log = logging.getLogger(__name__)

_MOST_BYTES = 8192
_SECONDS = 10.0
_TOGETHER = 4
"""Who asks while so many are served is turned away."""
_TYPE = b"text/plain; version=0.0.4; charset=utf-8"


async def serve_metrics(storage: Storage, folders: StorageSettings, settings: MonitoringSettings) -> None:
    """For ever, if a port is set. A port or token file that cannot be used is an event; delivery goes on."""
    if settings.metrics_port is None:
        return
    events = EventCounter()
    logging.getLogger().addHandler(events)

    async def metrics() -> bytes:
        queue = await storage.run(read_queue)
        return await asyncio.to_thread(metrics_text, queue, folders, events.counts.copy(), datetime.now(UTC))

    try:
        server = MetricsServer(metrics, token_in(settings.metrics_token_file))
        async with await asyncio.start_server(
            server.answer, settings.metrics_address, settings.metrics_port, limit=_MOST_BYTES
        ) as listening:
            log.info("metrics-served address=%s port=%d", settings.metrics_address, settings.metrics_port)
            await listening.serve_forever()
    except (OSError, ValueError) as error:
        log.error("metrics-not-served error=%s %s", type(error).__name__, error)
    finally:
        logging.getLogger().removeHandler(events)


class MetricsServer:
    """Answers connections."""

    def __init__(self, metrics: Callable[[], Awaitable[bytes]], token: str | None) -> None:
        self._metrics = metrics
        self._token = token
        self._served = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer; whoever is slow or talks nonsense is hung up on."""
        self._served += 1
        try:
            if self._served <= _TOGETHER:
                with suppress(
                    OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError
                ):
                    async with asyncio.timeout(_SECONDS):
                        head = await reader.readuntil(b"\r\n\r\n")
                        writer.write(await self._answer_to(head))
                        await writer.drain()
        finally:
            self._served -= 1
            writer.close()

    async def _answer_to(self, head: bytes) -> bytes:
        request, *lines = head.decode("latin-1").split("\r\n")
        method, _, rest = request.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        if method != "GET" or path != "/metrics":
            return _answer(b"404 Not Found", b"GET /metrics\n")
        if self._token is not None and not self._is_shown(lines):
            return _answer(b"401 Unauthorized", b"a token is needed\n", b"WWW-Authenticate: Bearer\r\n")
        return _answer(b"200 OK", await self._metrics())

    def _is_shown(self, lines: list[str]) -> bool:
        for line in lines:
            name, _, value = line.partition(":")
            if name.strip().lower() == "authorization":
                kind, _, shown = value.strip().partition(" ")
                return kind.lower() == "bearer" and hmac.compare_digest(
                    shown.strip().encode("latin-1"), str(self._token).encode("latin-1")
                )
        return False


def _answer(status: bytes, body: bytes, more: bytes = b"") -> bytes:
    return (
        b"HTTP/1.1 "
        + status
        + b"\r\nContent-Type: "
        + _TYPE
        + b"\r\nContent-Length: %d\r\n" % len(body)
        + more
        + b"Connection: close\r\n\r\n"
        + body
    )
