"""The kiosk's eye on the clock: what it is worth now, and when to keep an anchor."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from terminal_app.clocking.anchors import Anchor, AnchorSource
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.time_quality import TimeQuality
from terminal_app.timekeeping.clock import Clock
from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.machine import MachineTime, read_machine_time
from terminal_app.timekeeping.told_clock import kernel_clock_reader
from terminal_app.timekeeping.trust import Facts, anchor_due, assess

ANCHOR_EVERY = timedelta(minutes=10)
LARGEST_ERROR = timedelta(seconds=30)
_READ_MACHINE_EVERY_NS = 60 * 10**9


class TimeWatch:
    """Asked at every badge: one system call, or one line of a file in memory where the sandbox forbids that; no lock.

    `learn` and `look` belong to one thread.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        largest_error: timedelta = LARGEST_ERROR,
        read_kernel: Callable[[], KernelClock | None] | None = None,
        read_machine: Callable[[], MachineTime] = read_machine_time,
    ) -> None:
        self._clock = clock
        self._largest_error = largest_error
        self._read_kernel = read_kernel or kernel_clock_reader()
        self._read_machine = read_machine
        self._machine_read_at = clock.now()
        self._machine = read_machine()
        self._anchors: tuple[Anchor, ...] = ()
        self._earlier: Anchor | None = None

    def quality(self, moment: Moment | None = None) -> TimeQuality:
        """What the wall clock is worth now, or was at `moment`, a few milliseconds ago."""
        return assess(self._facts(moment or self._clock.now()), self._largest_error)

    def facts(self) -> Facts:
        """All that is known now."""
        return self._facts(self._clock.now())

    def learn(self, anchors: Sequence[Anchor], earlier: Anchor | None) -> None:
        """The anchors of this boot, oldest first, and the latest of a former one that knows of a battery clock."""
        latest = {one.source: one for one in anchors}
        # At a badge only the latest matters; what is between them is for corrections.
        self._anchors = tuple(latest[source] for source in AnchorSource if source in latest)
        self._earlier = earlier

    def look(self) -> Anchor | None:
        """Look at the slow clocks too, now and then; gives the anchor that should be kept now, if any."""
        now = self._clock.now()
        if not 0 <= now.boottime_ns - self._machine_read_at.boottime_ns < _READ_MACHINE_EVERY_NS:
            self._machine, self._machine_read_at = self._read_machine(), self._clock.now()
        facts = self._facts(now)
        return anchor_due(facts, assess(facts, self._largest_error), ANCHOR_EVERY)

    def _facts(self, now: Moment) -> Facts:
        return Facts(now, self._read_kernel(), self._machine, self._machine_read_at, self._anchors, self._earlier)
