"""When a badge that is read again is the same read and not a second one."""

SAME_READ_SECONDS = 2.0
"""A person who holds the badge twice within this time did not mean two clockings (ux: Times)."""
_SAME_READ_NS = int(SAME_READ_SECONDS * 1_000_000_000)


class LatestReads:
    """The latest read of each badge: two cards in one wallet, which answer in turns, are two reads and not a stream.

    On the monotonic clock, never wall time.
    """

    def __init__(self) -> None:
        self._latest_ns: dict[str, int] = {}

    def repeats(self, badge_number: str, monotonic_ns: int) -> bool:
        """Whether this read repeats the badge's latest one, which it replaces."""
        latest_ns = self._latest_ns.get(badge_number)
        self._latest_ns = {one: at for one, at in self._latest_ns.items() if 0 <= monotonic_ns - at < _SAME_READ_NS}
        self._latest_ns[badge_number] = monotonic_ns
        return latest_ns is not None and 0 <= monotonic_ns - latest_ns < _SAME_READ_NS

    def forget(self, badge_number: str) -> None:
        """The next read of this badge is a new one."""
        self._latest_ns.pop(badge_number, None)
