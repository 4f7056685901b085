"""A sign of life to the service manager, as long as all that must answer has answered: else the watchdog bites.

A process that runs is not a screen that is painted, nor a ledger that can be read.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence

from terminal_app.service_manager import seconds_between_signs, tell

log = logging.getLogger(__name__)

_USUAL_SECONDS = 5.0


class Part:
    """Something that is asked now and then, and must answer within `longest_seconds`."""

    def __init__(
        self,
        name: str,
        ask: Callable[[Callable[[], None]], object],
        longest_seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        *,
        is_forgetful: bool = False,
        is_at_work: Callable[[], bool] = lambda: False,
    ) -> None:
        """`ask` is given what to call, in the event loop, when it answers; again and again where it may forget.

        While it `is_at_work` at something that is known to take long, no answer is expected.
        """
        self.name = name
        self._ask = ask
        self._longest_seconds = longest_seconds
        self._monotonic = monotonic
        self._is_forgetful = is_forgetful
        self._is_at_work = is_at_work
        self._asked_at: float | None = None

    def ask(self) -> None:
        """Ask, unless an answer is still awaited and will come."""
        if self._asked_at is None:
            self._asked_at = self._monotonic()
        elif not self._is_forgetful:
            return
        self._ask(self._answered)

    def _answered(self) -> None:
        self._asked_at = None

    def is_silent(self) -> bool:
        """Whether it has not answered for too long."""
        if self._asked_at is not None and self._is_at_work():
            self._asked_at = self._monotonic()
        return self._asked_at is not None and self._monotonic() - self._asked_at > self._longest_seconds


async def show_life(
    parts: Sequence[Part],
    status: Callable[[], str],
    *,
    tell: Callable[..., object] = tell,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Say that this process is ready, and then that it lives, with a line of `status`; for ever.

    Nothing is said while a part is silent, or when the event loop came by far too late.
    """
    every_seconds = seconds_between_signs(_USUAL_SECONDS)
    tell("READY=1", f"STATUS={status()}")
    told: set[str] = set()
    while True:
        for part in parts:
            part.ask()
        before = monotonic()
        await asyncio.sleep(every_seconds)
        late_seconds = monotonic() - before - every_seconds
        silent = {part.name for part in parts if part.is_silent()}
        if late_seconds > every_seconds:
            silent.add("loop")
        for name in silent - told:
            log.error("health-lost part=%s late_seconds=%.1f; the service manager will start anew", name, late_seconds)
        for name in told - silent:
            log.info("health-regained part=%s", name)
        told = silent
        if not silent:
            tell("WATCHDOG=1", f"STATUS={status()}")
