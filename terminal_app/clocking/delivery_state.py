"""How a clocking travels: which state follows which, and what an answer of the server means for it.

The shape is that of docs/architecture.md; the rules are those of the reference, section 12, and of the measurement
that a request given up may still be stored late.
"""

from datetime import timedelta
from typing import NamedTuple

from terminal_app.clocking.clocking import DeliveryState as S

_FOLLOWING: dict[S, frozenset[S]] = {
    S.HELD: frozenset({S.RECORDED, S.UNDONE, S.DISCARDED}),
    S.RECORDED: frozenset({S.SENDING, S.UNDONE, S.REFUSED}),
    S.SENDING: frozenset({S.CONFIRMED, S.REFUSED, S.RECORDED, S.UNKNOWN}),
    S.UNKNOWN: frozenset({S.CONFIRMED, S.RECORDED, S.AMBIGUOUS, S.DISCARDED}),  # discarded where it is nobody's
    S.AMBIGUOUS: frozenset({S.CONFIRMED, S.RECORDED}),
    S.REFUSED: frozenset({S.RECORDED, S.DISCARDED}),
    S.CONFIRMED: frozenset(),
    S.UNDONE: frozenset(),
    S.DISCARDED: frozenset(),
}


_FORMER = {state: frozenset(former for former in _FOLLOWING if state in _FOLLOWING[former]) for state in S}


class Confirmed(NamedTuple):
    """Protime has it."""

    protime_id: int
    explanation: str | None = None
    """What is odd about it."""


class Refused(NamedTuple):
    """Protime said no, and will say no again: not stored, an operator decides."""

    explanation: str


class Postponed(NamedTuple):
    """Surely not stored, through no fault of the clocking: the same request may go out again."""

    explanation: str
    retry_after: timedelta | None = None
    """How long the server asks everybody to wait, if it says so."""


class InDoubt(NamedTuple):
    """A request went out and may or may not be stored, now or later."""

    explanation: str
    retry_after: timedelta | None = None


class Ambiguous(NamedTuple):
    """After a look-up: Protime has something that may be this clocking and may be another; an operator decides."""

    explanation: str
    """Names both: what was sent, and what Protime has."""
    protime_ids: tuple[int, ...]
    """The records that may be it."""


Outcome = Confirmed | Refused | Postponed | InDoubt
"""Of a request."""
Finding = Confirmed | Postponed | Ambiguous
"""Of a look-up after a request whose outcome was not known; Postponed: Protime does not have it."""


def state_after(outcome: Outcome | Finding) -> S:
    """Where a clocking that was being sent, or looked up, goes with this outcome."""
    match outcome:
        case Confirmed():
            return S.CONFIRMED
        case Refused():
            return S.REFUSED
        case Postponed():
            return S.RECORDED
        case InDoubt():
            return S.UNKNOWN
        case Ambiguous():
            return S.AMBIGUOUS


def may_come_from(state: S) -> frozenset[S]:
    """The states from which a clocking may come to `state` directly."""
    return _FORMER[state]
