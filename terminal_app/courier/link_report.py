"""How Protime can be reached, as the calls show it: for the screen, the log and the pause of everybody."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from terminal_app.clocking.backoff import backoff_seconds
from terminal_app.courier.storage import Storage
from terminal_app.protime.errors import Reach
from terminal_app.roster.file import RosterNotWritten
from terminal_app.roster.link import Link, LinkState

log = logging.getLogger(__name__)

_STATES = {
    Reach.REACHED: LinkState.UP,
    Reach.UNREACHABLE: LinkState.DOWN,
    Reach.LIMITED: LinkState.LIMITED,
    Reach.TOKEN_REFUSED: LinkState.REFUSED,
    Reach.NOT_ALLOWED: LinkState.REFUSED,
}


class Reporter:
    """Tells the screen of a change of the link, and of nothing else."""

    def __init__(self, link: "LinkReport", storage: Storage, ring: Callable[[], object]) -> None:
        self._link = link
        self._storage = storage
        self._ring = ring
        self._failed = False

    async def report(self) -> None:
        """Write what has changed since the last time; what cannot be written is tried again the next time."""
        link = self._link.link
        if link is None or not self._link.changed:
            return
        self._link.changed = False
        try:
            await self._storage.run(lambda files: files.roster_writer.write_link(link))
        except RosterNotWritten as error:
            self._link.changed = True
            log.log(logging.DEBUG if self._failed else logging.WARNING, "link-not-written %s", error)
            self._failed = True
        else:
            self._failed = False
            self._ring()


class LinkReport:
    """Folds what each call showed into one state, and says how long nobody should call."""

    def __init__(
        self, longest_pause_seconds: float, random: Callable[[], float], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._longest_pause_seconds = longest_pause_seconds
        self._random = random
        self._monotonic = monotonic
        self._reach: Reach | None = None
        self._since = datetime.now(UTC)
        self._failures = 0
        self._paused_until = 0.0
        self._asked_until = 0.0
        self.link: Link | None = None
        """None before the first call."""
        self.changed = False
        """Whether `link` has changed since it was last reported; whoever reports it takes this back."""

    @property
    def is_up(self) -> bool:
        """Whether several may call at a time; else one tries for all."""
        return self._reach in (None, Reach.REACHED)

    def pause_seconds(self) -> float:
        """How long nobody should call; 0: now."""
        return max(0.0, max(self._paused_until, self._asked_until) - self._monotonic())

    def delivered(self, reach: Reach, explanation: str, retry_after: timedelta | None = None) -> None:
        """A clocking was sent or looked up."""
        if reach is Reach.REACHED:
            self._up()
        else:
            self._not_up(reach, explanation)
        self._obey(retry_after)

    def read(self, reach: Reach, explanation: str, retry_after: timedelta | None = None) -> None:
        """A list was read. That it may be read, or not, says nothing about what clockings may."""
        if reach is Reach.REACHED:
            if self._reach is not Reach.NOT_ALLOWED:
                self._up()
        elif reach is not Reach.NOT_ALLOWED:
            self._not_up(reach, explanation)
        self._obey(retry_after)

    def asked_to_wait(self, wait: timedelta) -> None:
        """Protime has answered a call, whichever, with 429: nobody calls before `wait` has passed."""
        self._become(Reach.LIMITED, f"Protime asks to wait {wait.total_seconds():.0f} s")
        self._obey(wait)

    def _up(self) -> None:
        if self._asked_until > self._monotonic():
            return  # a call that was under way; the server's wish stands
        if not self.is_up:
            away = datetime.now(UTC) - self._since
            log.info("link-up after=%ds failures=%d", away.total_seconds(), self._failures)
        self._failures, self._paused_until = 0, 0.0
        self._become(Reach.REACHED, None)

    def _not_up(self, reach: Reach, explanation: str) -> None:
        self._failures += 1
        pause_seconds = backoff_seconds(self._failures, self._longest_pause_seconds, self._random)
        self._paused_until = max(self._paused_until, self._monotonic() + pause_seconds)
        self._become(reach, explanation)

    def _become(self, reach: Reach, explanation: str | None) -> None:
        first = self._reach is not reach
        if reach is not Reach.REACHED:
            log.log(logging.WARNING if first else logging.DEBUG, "link-%s %s", _STATES[reach].value, explanation)
        if first:
            self._since = datetime.now(UTC)
            self._reach = reach
            self.link = Link(_STATES[reach], self._since, explanation)
            self.changed = True

    def _obey(self, retry_after: timedelta | None) -> None:
        if retry_after is not None:
            self._asked_until = max(self._asked_until, self._monotonic() + retry_after.total_seconds())
