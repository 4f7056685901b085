"""Protime as a witness of the time: what its answers tell, kept until somebody writes it down."""

import logging
from datetime import timedelta

from terminal_app.clocking.anchors import LARGEST_CONFLICT, Anchor
from terminal_app.timekeeping.clock import Clock
from terminal_app.timekeeping.witness import agree, heard

log = logging.getLogger(__name__)

_EVERY = timedelta(minutes=10)
_OF_A_SECOND = 2
"""Of many answers in one second the later ones tell nothing new."""
_WARN_FROM = timedelta(seconds=30)


class ServerTime:
    """Takes the `Date` of every answer; gives an anchor now and then. For one event loop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest, self._same = "", 0
        self._former: Anchor | None = None
        self._given: Anchor | None = None
        self._found: Anchor | None = None
        self._has_warned = False

    def told(self, date: str, took_seconds: float) -> None:
        """An answer said that it is `date`, `took_seconds` after its request began."""
        self._same = self._same + 1 if date == self._latest else 1
        if self._same > _OF_A_SECOND:
            return
        self._latest = date
        now = self._clock.now()
        told = heard(date, timedelta(seconds=took_seconds), now)
        if told is None:
            return
        former, self._former = self._former, told
        if former is None or not agree(former, told):
            return
        self._found = min(former, told, key=lambda one: one.error)
        self._compare(told.instant - now.instant)

    def anchor_due(self) -> Anchor | None:
        """The anchor that should be kept now; each is given once."""
        found, given = self._found, self._given
        if found is None:
            return None
        if given is not None and given.boot_id == found.boot_id and agree(given, found):
            age_us = (found.boottime_ns - given.boottime_ns) // 1000
            if age_us < _EVERY // timedelta(microseconds=1):
                return None
        self._given, self._found = found, None
        return found

    def _compare(self, ahead: timedelta) -> None:
        if abs(ahead) <= _WARN_FROM:
            self._has_warned = False
        elif not self._has_warned:
            self._has_warned = True
            what = "is not believed" if abs(ahead) > LARGEST_CONFLICT else "is off"
            log.warning(
                "clock-differs ahead_seconds=%.0f: Protime's clock says so, and this one %s; `status` shows more",
                ahead.total_seconds(),
                what,
            )
