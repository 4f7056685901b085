"""A card that stays on the reader is one read: pure, on monotonic time given as argument."""

from collections.abc import Hashable

RELEASE_NS = 600_000_000
"""A card is gone when no frame of it came for this long; an RDM6300 repeats every 65 ms."""

MOST_CARDS = 32
"""How many cards are remembered at once, so that a hostile line cannot fill the memory."""


class Presence:
    """Tells a card that was just laid down from one that is still lying there.

    Several cards can be present, so two that lie together and answer in turns are two reads, not a stream of them.
    """

    def __init__(self, release_ns: int = RELEASE_NS) -> None:
        self._release_ns = release_ns
        self._last_seen_ns: dict[Hashable, int] = {}

    def arrives(self, card: Hashable, now_ns: int) -> bool:
        """Whether this valid frame of `card` at `now_ns` (never before the former call's) begins a presence."""
        last_seen_ns = self._last_seen_ns.pop(card, None)
        self._last_seen_ns[card] = now_ns  # last in the dict is last seen
        if len(self._last_seen_ns) > MOST_CARDS:
            del self._last_seen_ns[next(iter(self._last_seen_ns))]
        return last_seen_ns is None or now_ns - last_seen_ns >= self._release_ns
