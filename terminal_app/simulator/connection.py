"""uvicorn's HTTP/1.1 protocol with one gift for the application: a way to cut the connection it came by."""

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from terminal_app.simulator.answers import CUT_EXTENSION

_LINGER_NOT = struct.pack("ii", 1, 0)


class CuttableProtocol(H11Protocol):
    """Puts `simulator.cut` into the scope of every request; ends at once when the server stops."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        application = self.app

        async def with_cut(scope: Scope, receive: Receive, send: Send) -> None:
            scope[CUT_EXTENSION] = self.cut
            await application(scope, receive, send)

        self.app = with_cut

    def cut(self, *, reset: bool) -> None:
        """Closes the TCP connection now: with a reset, or in order (the peer reads an end of file)."""
        if reset:
            link: socket.socket | None = self.transport.get_extra_info("socket")
            if link is not None:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NOT)
        self.transport.abort()

    def shutdown(self) -> None:
        """Called once for each connection when the server stops: a stop waits for no answer."""
        self.cut(reset=False)
