"""How sure the wall clock is at a moment. Pure: a function of what the clocks say and what was known before.

What vouches for it, best first: the kernel's own synchronisation; an anchor of this boot, carried on by the boot-time
clock; a battery clock that agrees, and has not run for longer than its drift allows.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from terminal_app.clocking.anchors import LARGEST_CONFLICT, Anchor, AnchorSource, carried_error, true_time
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.machine import MachineTime

LEAST_ERROR = timedelta(milliseconds=50)
"""What is claimed at best: a time server's own distance, and the way from the reader to here."""
JUMP = timedelta(seconds=1)
"""Beyond all drift: a clock that is so far from where it must be was set."""
_BATTERY_PPM = 20
"""Of a battery clock in a building; a DS3231 has 2."""
_BATTERY_STEP = timedelta(seconds=2)
"""It shows whole seconds, and was set in one of them."""


class Facts(NamedTuple):
    """All that can be known at a moment."""

    now: Moment
    kernel: KernelClock | None
    """None: it must not be asked."""
    machine: MachineTime
    machine_read_at: Moment
    """The battery clock is slow to read: it is not read at every badge."""
    anchors: tuple[Anchor, ...] = ()
    """Of this boot."""
    earlier: Anchor | None = None
    """The latest of a former boot for which it is known how right the battery clock was."""


def assess(facts: Facts, largest_error: timedelta) -> TimeQuality:
    """The quality of `facts.now`; beyond `largest_error` nothing is called drifting any more."""
    if is_synchronised(facts):
        if _contradicted(facts):
            return TimeQuality(TimeState.UNTRUSTED, None)
        bound = facts.kernel.largest_error if facts.kernel is not None else timedelta(0)
        return TimeQuality(TimeState.TRUSTED, bound + LEAST_ERROR)
    if facts.anchors:
        return _by_anchors(facts, largest_error)
    return _by_battery_clock(facts, largest_error)


def is_synchronised(facts: Facts) -> bool:
    """Whether a time server disciplines the clock; where the kernel cannot be asked, by timesyncd's mark."""
    if facts.kernel is not None:
        return facts.kernel.is_synchronised
    mark = facts.machine.synchronised_at
    # timesyncd asks every 34 minutes at the most.
    return mark is not None and timedelta(0) <= facts.machine_read_at.instant - mark <= timedelta(minutes=70)


def off_by(facts: Facts) -> timedelta | None:
    """How far Protime's clock is ahead of this one, when it is known and more than their errors; else None."""
    server = [one for one in facts.anchors if one.source is AnchorSource.SERVER]
    estimate = true_time(facts.now.boottime_ns, server)
    if estimate is None:
        return None
    ahead = estimate.instant - facts.now.instant
    return ahead if abs(ahead) > estimate.error else None


def is_offset_of_zone(ahead: timedelta, offset: timedelta | None) -> bool:
    """Whether a clock that is off by `ahead` was most likely set to local time, or to that of another zone.

    `offset`: of the terminal's zone from UTC. All zones in use are whole quarters of an hour from UTC.
    """
    if offset and abs(abs(ahead) - abs(offset)) < LARGEST_CONFLICT:
        return True
    quarter, least = timedelta(minutes=15), timedelta(minutes=29)
    return least < abs(ahead) < timedelta(hours=26) and abs(ahead - round(ahead / quarter) * quarter) < timedelta(
        seconds=10
    )


def anchor_due(facts: Facts, quality: TimeQuality, every: timedelta) -> Anchor | None:
    """The anchor to keep now, if any: at each synchronisation, and then every so often while it lasts."""
    if quality.state is not TimeState.TRUSTED or quality.error is None:
        return None
    now, battery = facts.now, _battery_now(facts)
    battery_ahead = None if battery is None else battery - now.instant
    made = Anchor(now.boot_id, now.boottime_ns, now.instant, quality.error, AnchorSource.KERNEL, battery_ahead)
    latest = max(
        (one for one in facts.anchors if one.source is AnchorSource.KERNEL),
        key=lambda one: one.boottime_ns,
        default=None,
    )
    if latest is None or now.boottime_ns - latest.boottime_ns >= every // timedelta(microseconds=1) * 1000:
        return made
    # Synchronised anew after it had drifted, or was set: what is known now is better than what would be carried.
    is_better = made.error < carried_error(latest, now.boottime_ns) / 2
    return made if is_better and _distance(facts, (latest,)) > carried_error(latest, now.boottime_ns) else None


def _contradicted(facts: Facts) -> bool:
    ahead = off_by(facts)
    return ahead is not None and abs(ahead) > LARGEST_CONFLICT


def _distance(facts: Facts, anchors: tuple[Anchor, ...]) -> timedelta:
    estimate = true_time(facts.now.boottime_ns, anchors)
    return timedelta.max if estimate is None else abs(estimate.instant - facts.now.instant)


def _by_anchors(facts: Facts, largest_error: timedelta) -> TimeQuality:
    estimate = true_time(facts.now.boottime_ns, facts.anchors)
    if estimate is None:
        return TimeQuality(TimeState.UNTRUSTED, None)
    distance = abs(estimate.instant - facts.now.instant)
    bound = distance + estimate.error
    if distance > estimate.error + JUMP:
        return TimeQuality(TimeState.JUMPED, bound)
    return TimeQuality(TimeState.DRIFTING if bound <= largest_error else TimeState.UNTRUSTED, bound)


def _by_battery_clock(facts: Facts, largest_error: timedelta) -> TimeQuality:
    by_battery, earlier = _battery_now(facts), facts.earlier
    if by_battery is None or earlier is None or earlier.battery_ahead is None:
        return TimeQuality(TimeState.UNTRUSTED, None)
    # It lost its time if it is before what had passed.
    passed = max(one for one in (earlier.instant, facts.machine.saved) if one is not None)
    former = earlier.error + abs(earlier.battery_ahead) + _BATTERY_STEP
    if by_battery < passed - former:
        return TimeQuality(TimeState.UNTRUSTED, None)
    age = max(by_battery - earlier.instant, timedelta(0))
    bound = former + age * _BATTERY_PPM / 1_000_000 + abs(by_battery - facts.now.instant)
    return TimeQuality(TimeState.DRIFTING, bound) if bound <= largest_error else TimeQuality(TimeState.UNTRUSTED, bound)


def _battery_now(facts: Facts) -> datetime | None:
    """What the battery clock would show now."""
    battery, read_at, now = facts.machine.battery_clock, facts.machine_read_at, facts.now
    if battery is None or read_at.boot_id != now.boot_id:
        return None
    try:
        return battery + timedelta(microseconds=(now.boottime_ns - read_at.boottime_ns) // 1000)
    except OverflowError:
        return None
