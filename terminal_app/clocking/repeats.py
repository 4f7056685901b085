"""When a badge that is read again is the same read, or the same booking, and not a second one."""

from enum import StrEnum

from terminal_app.clocking.clocking import Moment

SAME_READ_SECONDS = 2.0
"""A person who holds the badge twice within this time did not mean two clockings (ux: Times)."""
_SAME_READ_NS = int(SAME_READ_SECONDS * 1_000_000_000)


class Repeat(StrEnum):
    """Of what a read that recorded nothing was a repeat."""

    SAME_READ = "same read"
    SAME_BOOKING = "same booking"


def is_within(seconds: float, earlier: Moment, later: Moment) -> bool:
    """Whether `later` comes less than so many seconds after `earlier`.

    Both the wall clock and, within a boot, the clock that is never stepped have to say so: where they differ nobody
    knows, and a booking too many can be undone while one that was not taken is lost.
    """
    wall = (later.instant - earlier.instant).total_seconds()
    boot = (later.boottime_ns - earlier.boottime_ns) / 1e9 if later.boot_id == earlier.boot_id else wall
    return 0 <= wall < seconds and 0 <= boot < seconds


class LatestReads:
    """The latest read of each badge: two cards in one wallet, which answer in turns, are two reads and not a stream.

    On the monotonic clock, never wall time.
    """

    def __init__(self) -> None:
        self._latest_ns: dict[str, int] = {}
        self._repeats: dict[str, int] = {}
        """How many there were of a badge in a row."""

    def repeats(self, badge_number: str, monotonic_ns: int) -> bool:
        """Whether this read repeats the badge's latest one, which it replaces."""
        latest_ns = self._latest_ns.get(badge_number)
        self._latest_ns = {one: at for one, at in self._latest_ns.items() if 0 <= monotonic_ns - at < _SAME_READ_NS}
        self._latest_ns[badge_number] = monotonic_ns
        is_repeat = latest_ns is not None and 0 <= monotonic_ns - latest_ns < _SAME_READ_NS
        self._repeats = {one: count for one, count in self._repeats.items() if one in self._latest_ns}
        self._repeats[badge_number] = self._repeats.get(badge_number, 0) + 1 if is_repeat else 0
        return is_repeat

    def in_a_row(self, badge_number: str) -> int:
        """How often the badge's read has been repeated by now; 0 after a new one."""
        return self._repeats.get(badge_number, 0)

    def forget(self, badge_number: str) -> None:
        """The next read of this badge is a new one."""
        self._latest_ns.pop(badge_number, None)
        self._repeats.pop(badge_number, None)
