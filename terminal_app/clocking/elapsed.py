"""How much time lies between two moments, whatever the wall clock was set to in between. Pure."""

from datetime import timedelta

from terminal_app.clocking.clocking import Moment


def elapsed(earlier: Moment, later: Moment) -> timedelta:
    """The time from one moment to a later one, never negative.

    Within a boot by the boot-time clock, which is never set. Across boots there is only the wall clock: one that was
    set back in between makes it nothing.
    """
    if earlier.boot_id == later.boot_id:
        return max(timedelta(microseconds=(later.boottime_ns - earlier.boottime_ns) // 1000), timedelta(0))
    return max(later.instant - earlier.instant, timedelta(0))
