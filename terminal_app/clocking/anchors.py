"""From the boot-time clock to the true time, by moments at which both were known. Pure.

The wall clock may be set at any instant; the boot-time clock (CLOCK_BOOTTIME) never is, and drifts little. An anchor
ties the two together, and so does it for clockings before it in the same boot.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

DRIFT_PPM = 100
"""What a free-running crystal is allowed, in microseconds a second: a Pi's is some tens (8.6 s a day at most)."""
LARGEST_CONFLICT = timedelta(seconds=120)
"""A time server and Protime that differ by more cannot both be right."""
FLOOR = datetime(2026, 1, 1, tzinfo=UTC)
"""This program did not exist before: whoever says so is wrong."""
_NS_PER_US = 1000


class AnchorSource(StrEnum):
    """Who knew the time."""

    KERNEL = "kernel"
    """The kernel's clock, while a time server disciplined it."""
    SERVER = "server"
    """Protime, by the `Date` of two answers that agree."""


class Anchor(NamedTuple):
    """At this reading of the boot-time clock it was `instant`, give or take `error`."""

    boot_id: str
    boottime_ns: int
    instant: datetime
    """Aware, UTC."""
    error: timedelta
    source: AnchorSource
    battery_ahead: timedelta | None = None
    """How far the battery clock was ahead of `instant` then; None: there is none, or nobody looked."""


class Estimate(NamedTuple):
    """A true time, and how far off it may be."""

    instant: datetime
    error: timedelta
    source: AnchorSource


def true_time(boottime_ns: int, anchors: Iterable[Anchor]) -> Estimate | None:
    """When it was `boottime_ns` on the clock of the boot that all `anchors` are of.

    Between two anchors it is interpolated, before the first and after the last the clock is taken to run true; the
    error covers a drift of DRIFT_PPM. Those of the kernel are better than those of the server. None without an anchor,
    where the two kinds contradict each other, and for readings that lead out of the calendar.
    """
    by_source: dict[AnchorSource, list[Anchor]] = {}
    for anchor in anchors:
        by_source.setdefault(anchor.source, []).append(anchor)
    try:
        kernel = _of_one_source(boottime_ns, by_source.get(AnchorSource.KERNEL, ()))
        server = _of_one_source(boottime_ns, by_source.get(AnchorSource.SERVER, ()))
    except OverflowError:
        return None
    if kernel is None or server is None:
        return kernel or server
    if abs(kernel.instant - server.instant) > kernel.error + server.error + LARGEST_CONFLICT:
        return None
    return min(kernel, server, key=lambda one: one.error)


def _of_one_source(boottime_ns: int, anchors: Sequence[Anchor]) -> Estimate | None:
    if len(anchors) == 1:  # at every badge
        return Estimate(_carried(anchors[0], boottime_ns), carried_error(anchors[0], boottime_ns), anchors[0].source)
    before = max((one for one in anchors if one.boottime_ns <= boottime_ns), key=_reading, default=None)
    after = min((one for one in anchors if one.boottime_ns > boottime_ns), key=_reading, default=None)
    near = [one for one in (before, after) if one is not None]
    if not near:
        return None
    if before is not None and after is not None:
        share = (boottime_ns - before.boottime_ns) / (after.boottime_ns - before.boottime_ns)
        centre = before.instant + (after.instant - before.instant) * share
    else:
        centre = _carried(near[0], boottime_ns)
    # Each anchor by itself says where the truth can be; what is found can be no worse than its distance from that.
    error = min(carried_error(one, boottime_ns) + abs(centre - _carried(one, boottime_ns)) for one in near)
    return Estimate(centre, error, near[0].source)


def carried_error(anchor: Anchor, boottime_ns: int) -> timedelta:
    """How far off a time may be that is `anchor`'s, carried to another reading of the same boot."""
    return anchor.error + timedelta(microseconds=abs(boottime_ns - anchor.boottime_ns) * DRIFT_PPM // 10**9)


def _carried(anchor: Anchor, boottime_ns: int) -> datetime:
    return anchor.instant + timedelta(microseconds=(boottime_ns - anchor.boottime_ns) // _NS_PER_US)


def _reading(anchor: Anchor) -> int:
    return anchor.boottime_ns
