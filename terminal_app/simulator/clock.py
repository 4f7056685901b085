"""The simulator's clock: the computer's, plus what a test has put it forward."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta


class Clock:
    """Days, moments and a count of seconds that go together; it can be put forward, never back.

    It rules the life of tokens and deltas, the delay of the recalculation, the rules "between these times" and the
    header `Date`. It does not make a waiting answer come sooner.
    """

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        self._today = today
        self._forward = timedelta()

    def today(self) -> date:
        """The day; whole days that the clock was put forward count."""
        return self._today() + timedelta(days=self._forward.days)

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC) + self._forward

    def seconds(self) -> float:
        """Seconds that only rise, for measuring."""
        return time.monotonic() + self._forward.total_seconds()

    def forward(self, seconds: float) -> None:
        """Puts the clock forward; `ValueError` for less than nothing or more than ten years."""
        if not 0 <= seconds <= 10 * 366 * 86400:
            raise ValueError("the clock goes forward by at most ten years")
        self._forward += timedelta(seconds=seconds)
