"""Connections that are kept open between requests."""

import asyncio
import ssl
from collections.abc import Callable, Mapping

from terminal_app.protime.line import Answer, Headers, Line, Origin

KEPT_OPEN_SECONDS = 5.0
"""A server may close a line that rests; one that it closed just now costs a look-up of what became of the request."""
_MOST_RESTING = 32


class Lines:
    """The connections of one event loop, to servers that are reached directly."""

    def __init__(self, trust: ssl.SSLContext, connect_seconds: float) -> None:
        """`connect_seconds` limits the connecting, TLS included."""
        self._trust = trust
        self._connect_seconds = connect_seconds
        self._resting: dict[Origin, list[Line]] = {}

    async def request(
        self,
        origin: Origin,
        method: str,
        target: bytes,
        headers: Headers,
        content: bytes | None,
        *,
        most_bytes: int,
        on_headers: Callable[[Mapping[str, str]], object],
    ) -> Answer:
        """Send one request and read its answer. Raises NotConnected or LineFailed."""
        resting = self._resting.setdefault(origin, [])
        line = self._rested(resting) or await Line.opened(origin, self._trust, self._connect_seconds)
        try:
            answer = await line.request(method, target, headers, content, most_bytes=most_bytes, on_headers=on_headers)
        except BaseException:
            line.close()
            raise
        if line.can_go_on and len(resting) < _MOST_RESTING:
            resting.append(line)
        else:
            line.close()
        return answer

    def _rested(self, resting: list[Line]) -> Line | None:
        """The one that was used last, if it can be used again."""
        oldest = asyncio.get_running_loop().time() - KEPT_OPEN_SECONDS
        while resting:
            line = resting.pop()
            if line.can_go_on and line.rests_since >= oldest:
                return line
            line.close()
        return None

    async def close(self) -> None:
        """Close those that rest; each of the others belongs to a request, which closes it."""
        for resting in self._resting.values():
            while resting:
                resting.pop().close()
        await asyncio.sleep(0)  # asyncio closes the sockets in its next round
