"""When nobody has been here for long enough to dim the screen. Times are monotonic seconds."""


class Darkness:
    """Knows when somebody was here last."""

    def __init__(self, after: float, now: float) -> None:
        """It gets dark `after` so many seconds without anybody, from `now` on."""
        self._after = after
        self._last = now

    def awake(self, now: float) -> None:
        """Somebody is here."""
        self._last = now

    def is_dark(self, now: float) -> bool:
        """Whether nobody has been here for long enough."""
        return now - self._last >= self._after
