"""Who may open the administrator's screen, and how often a PIN may be tried. Pure."""

from pathlib import Path
from typing import NamedTuple

FREE = 3
FIRST_PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 3600.0


class AdminRules(NamedTuple):
    """What the settings say."""

    badges: frozenset[str] = frozenset()
    pin_file: Path | None = None

    @property
    def is_there(self) -> bool:
        """Whether anybody may open the screen at all."""
        return bool(self.badges) or self.pin_file is not None


class Attempts:
    """Counts wrong PINs since the last right one: after a few it takes longer and longer. Times: monotonic seconds."""

    def __init__(self) -> None:
        self._wrong = 0
        self._until = 0.0

    def seconds_to_wait(self, now: float) -> float:
        """How long no PIN is looked at; 0: one may be tried."""
        return max(0.0, self._until - now)

    def was_wrong(self, now: float) -> None:
        """A PIN was wrong."""
        self._wrong += 1
        if self._wrong >= FREE:
            pause = min(FIRST_PAUSE_SECONDS * 2 ** (self._wrong - FREE), LONGEST_PAUSE_SECONDS)
            self._until = now + pause

    def was_right(self) -> None:
        """A PIN was right, or an administrator's badge was read."""
        self._wrong = 0
        self._until = 0.0
