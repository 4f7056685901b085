"""The time that a server tells with each answer: its `Date` header (RFC 9110, 6.6.1). Pure.

It is cut to whole seconds and arrives late, so it bounds the time rather than tells it. One answer may come from a
cache, or from one server of many whose clock is wrong: an anchor needs two that agree.
"""

from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from terminal_app.clocking.anchors import FLOOR, Anchor, AnchorSource, true_time
from terminal_app.clocking.clocking import Moment

_LONGEST_WAY = timedelta(seconds=10)
_SECOND = timedelta(seconds=1)


def heard(date: str, took: timedelta, received: Moment) -> Anchor | None:
    """What a `Date` says that came at `received`, `took` after its request began to leave.

    None for garbage, for a time before this program, and for an answer that took too long to say much.
    """
    try:
        told = parsedate_to_datetime(date)
        if told.tzinfo is None:
            return None
        told = told.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if told < FLOOR or not timedelta(0) <= took <= _LONGEST_WAY:
        return None
    # It was between told and told + 1 s at the server, at some time between the request and its answer.
    half_way = took / 2
    boottime_ns = received.boottime_ns - half_way // timedelta(microseconds=1) * 1000
    return Anchor(received.boot_id, boottime_ns, told + _SECOND / 2, _SECOND / 2 + half_way, AnchorSource.SERVER)


def agree(one: Anchor, other: Anchor) -> bool:
    """Whether two answers of one boot can both be right."""
    if one.boot_id != other.boot_id:
        return False
    carried = true_time(other.boottime_ns, (one,))
    return carried is not None and abs(carried.instant - other.instant) <= carried.error + other.error
