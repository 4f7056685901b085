"""Runs the receiver until a signal ends it."""

import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from terminal_app.doorbell import ring
from terminal_app.webhook_receiver.application import application
from terminal_app.webhook_receiver.key_file import Keys
from terminal_app.webhook_receiver.signature import SignatureRule
from terminal_app.webhook_receiver.store import WebhookStore

_BACKLOG = 64


class _Server(uvicorn.Server):
    """uvicorn's server, which returns after a signal; its own one is killed by that signal in the end."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Told only now: whoever hears of it may end it with a signal."""
        await super().startup(sockets)
        self._on_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(
    host: str,
    port: int,
    *,
    keys: Keys,
    rule: SignatureRule,
    folder: Path,
    doorbells: Path,
    on_started: Callable[[int], None],
) -> None:
    """Receive until SIGTERM or SIGINT, plain HTTP: TLS is ended before it.

    `on_started` is told the port. Raises OSError when it cannot be had, and StoreUnusable.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with (
        socket.create_server((host, port), family=family, backlog=_BACKLOG) as listener,
        ThreadPoolExecutor(1) as executor,
    ):
        store = executor.submit(WebhookStore, folder).result()
        try:
            app = application(keys, rule, store, executor, lambda: ring(doorbells, "courier"))
            config = uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws="none",
                lifespan="off",
                limit_concurrency=_BACKLOG,
                timeout_graceful_shutdown=5,
            )
            port = listener.getsockname()[1]
            _Server(config, lambda: on_started(port)).run(sockets=[listener])
        finally:
            executor.submit(store.close).result()
