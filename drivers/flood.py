"""More reads than people can make come from a broken or hostile reader: they must not keep others waiting. Pure."""

READS_A_SECOND = 100
"""On end; no reader reads so many badges, and a terminal records more."""

BURST = 200
"""At once, after a pause."""

_NANOSECONDS = 1_000_000_000


class FloodGate:
    """Lets reads through up to a rate, on monotonic time given as argument."""

    def __init__(self) -> None:
        self._left = float(BURST)
        self._last_ns: int | None = None

    def lets_through(self, now_ns: int) -> bool:
        """Whether a read at `now_ns` (never before the former call's) is one that people can have made."""
        if self._last_ns is not None:
            self._left = min(BURST, self._left + (now_ns - self._last_ns) * READS_A_SECOND / _NANOSECONDS)
        self._last_ns = now_ns
        if self._left < 1:
            return False
        self._left -= 1
        return True
