"""An event loop whose clock jumps to whatever is due next: an hour of waiting takes no time."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Jumping(selectors.SelectSelector):
    """Instead of waiting it says how long it would have waited."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: Callable[[float], None] = lambda _: None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("nothing will ever happen any more")
        self.waited(max(timeout, 0.0))
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its time begins at 0 and passes only while everybody waits."""

    def __init__(self) -> None:
        selector = _Jumping()
        self._now = 0.0
        super().__init__(selector)
        selector.waited = self._pass

    def time(self) -> float:
        """Seconds since its beginning."""
        return self._now

    def _pass(self, seconds: float) -> None:
        self._now += seconds


def run_virtually(main: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """The result of `main`, run in a loop of its own."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main())
    finally:
        loop.close()
