"""One limit for all calls of a tenant: when the server asks one to wait, all wait; clockings go first."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import Enum

from terminal_app.protime.errors import HeldBack

_NONE = timedelta(0)
_PATIENCE_SECONDS = 2.0
"""How long a reading lets clockings go first; then it goes too, so that it is never starved."""


class Urgency(Enum):
    """How a call behaves beside others."""

    FIRST = "first"
    """A clocking, or the look-up of one: goes at once, and raises HeldBack when everybody has to wait."""
    AFTER = "after"
    """Anything else: waits as long as it is asked to, and lets clockings go first."""


class Throttle:
    """To be shared by everybody who calls the same tenant."""

    def __init__(
        self, on_hold: Callable[[timedelta], object] = lambda _: None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`on_hold` is told of each wish of the server, whichever call it came to."""
        self._on_hold = on_hold
        self._monotonic = monotonic
        self._held_until = 0.0
        self._first_under_way = 0
        self._none_first = asyncio.Event()
        self._none_first.set()

    def hold(self, wait: timedelta) -> None:
        """Nobody calls before `wait` has passed; the longest wish counts."""
        self._held_until = max(self._held_until, self._monotonic() + wait.total_seconds())
        self._on_hold(wait)

    def left(self) -> timedelta:
        """How long everybody still has to wait."""
        left_seconds = self._held_until - self._monotonic()
        return timedelta(seconds=left_seconds) if left_seconds > 0 else _NONE

    @asynccontextmanager
    async def turn(self, urgency: Urgency) -> AsyncIterator[None]:
        """The time of one call. Raises HeldBack."""
        if urgency is Urgency.AFTER:
            await self._wait()
            yield
            return
        if left := self.left():
            raise HeldBack(f"Protime has asked to wait: {left.total_seconds():.0f} s are left", left)
        self._first_under_way += 1
        self._none_first.clear()
        try:
            yield
        finally:
            self._first_under_way -= 1
            if not self._first_under_way:
                self._none_first.set()

    async def _wait(self) -> None:
        while left := self.left():  # noqa: ASYNC110 # for a time, which may grow meanwhile, not for an event
            await asyncio.sleep(left.total_seconds())
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._none_first.wait()
        except TimeoutError:
            return
