"""IN or OUT? Protime's in/out has no direction, so the terminal proposes one and says on what it rests.

What is proposed is shown only, never sent: a wrong proposal costs nobody a minute.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from terminal_app.clocking.direction import Direction, Doubt

LONGEST_PRESENCE = timedelta(hours=14)
"""An IN older than this says nothing about now: more likely an OUT was forgotten."""
SURELY_OUT = timedelta(hours=11)
"""Between two working days lie 11 hours of rest (directive 2003/88/EC, article 3): so who clocks again within 11 hours
of an in goes out."""


_OTHER = {Direction.IN: Direction.OUT, Direction.OUT: Direction.IN}


class Proposal(NamedTuple):
    """A direction and the earlier in/out it rests on (None: no recent one is known)."""

    direction: Direction
    because_of: datetime | None
    """Instant (UTC) of the previous in/out."""
    doubts: tuple[Doubt, ...] = ()
    """In the order of Doubt; empty: the evidence is good."""


class EarlierInOut(NamedTuple):
    """An in/out, or a reason in the place of one, that the same person made."""

    instant: datetime
    """As recorded, or corrected since: what is shown."""
    ago: timedelta
    """Before now: what counts, as the clock may have been set in between."""
    day: date | None = None
    """Local; None: not known, and then nothing is said of nights."""
    protime_id: int | None = None
    """None while Protime is not known to have it."""
    doubts: frozenset[Doubt] = frozenset()
    """Its own."""


def propose(recent_in_outs: Sequence[EarlierInOut], today: date | None = None) -> Proposal:
    """The direction of an in/out now, after `recent_in_outs` (of one person, oldest first).

    In/outs alternate; a pause longer than LONGEST_PRESENCE starts anew with IN.
    """
    if not recent_in_outs or (previous := recent_in_outs[-1]).ago > LONGEST_PRESENCE:
        return Proposal(Direction.IN, None)
    proposed = _OTHER[directions(recent_in_outs)[-1]]
    return Proposal(proposed, previous.instant, _doubts(proposed, previous, today))


def directions(in_outs: Sequence[EarlierInOut]) -> list[Direction]:
    """The direction of each of these, by the same rule."""
    found: list[Direction] = []
    for number, one in enumerate(in_outs):
        is_next = number > 0 and in_outs[number - 1].ago - one.ago <= LONGEST_PRESENCE
        found.append(_OTHER[found[-1]] if is_next else Direction.IN)
    return found


def _doubts(proposed: Direction, previous: EarlierInOut, today: date | None) -> tuple[Doubt, ...]:
    found = set(previous.doubts)
    if proposed is Direction.OUT:
        # An IN after an OUT is as good in the morning as in the afternoon.
        if None not in (previous.day, today) and previous.day != today:
            found.add(Doubt.OVERNIGHT)
        if previous.ago > SURELY_OUT:
            found.add(Doubt.LONG_AGO)
    return tuple(doubt for doubt in Doubt if doubt in found)
