"""Who is in the building, for an evacuation list: from in/outs and from what shows that somebody was there. Pure.

Protime's in/out has no direction, so presence is inferred, and every doubt counts as present. For each person all that
may be true is followed side by side: being in, being out, or both. Who can be in is on the list; who cannot be out is
on it for sure.

- In/outs alternate; the first of a day comes in. Over midnight one ends the presence before it, when that began no
  longer than SURELY_OUT ago; after LONGEST_PRESENCE it begins a new one; between the two either may be true.
- A reason, an in/out that Protime made by itself, and a second in/out in the same minute change the presence or do not:
  the reference says of none what it means.
- An activity and an opened door change nothing; of somebody who is out they say that they may be in after all.
- Deleted clockings never happened; edited ones happened when the edit says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from terminal_app.clocking.proposal import LONGEST_PRESENCE, SURELY_OUT
from terminal_app.clocking.wall_time import WallTime

LONGEST_DOUBT = timedelta(hours=24)
"""Who came in longer ago, with no sign of them since, is not on the list: the out was forgotten."""

Who = int | str
"""A person's id in Protime; a text for a badge of nobody known."""


class SignKind(StrEnum):
    """What somebody left behind."""

    IN_OUT = "in/out"
    REASON = "reason"
    ACTIVITY = "activity"
    DOOR = "door"
    """That let them pass."""


class Source(StrEnum):
    """Where a sign was read."""

    PROTIME = "Protime"
    TERMINAL = "this terminal"


@dataclass(frozen=True, slots=True)
class Sign:
    """One clocking or access clocking."""

    who: Who
    kind: SignKind
    at: WallTime
    """The working day, and the minute of it: one after midnight may be of the day before."""
    source: Source = Source.PROTIME
    order: int = 0
    """Of signs of one minute."""
    is_generated: bool = False
    is_deleted: bool = False


class Certainty(StrEnum):
    """How sure it is that somebody is in the building."""

    SURE = "sure"
    PERHAPS = "perhaps"


class Doubt(StrEnum):
    """Why it is not sure."""

    REASON = "a reason was clocked, which may be an out"
    GENERATED = "Protime made a clocking by itself"
    SAME_MINUTE = "two in/outs in one minute"
    NIGHT = "in/out after a night: an out, or an in after a forgotten out"
    EARLIER = "nothing is known of the time before"
    LONG = "in for long: an out may have been forgotten"
    NO_IN = "was there, without an in"


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is, or may be, in the building."""

    who: Who
    certainty: Certainty
    evidence: Sign
    """What it rests on."""
    doubts: tuple[Doubt, ...]
    """None when it is sure."""


@dataclass(frozen=True, slots=True)
class _Presence:
    """Being in."""

    since: int
    day: date
    sign: Sign | None
    """None when it began before everything that is known."""


def muster(signs: Iterable[Sign], at: WallTime, begin: date) -> list[Present]:
    """Who is in the building at `at`, in no order that means anything.

    `signs` are everybody's, from the start of `begin` on, in any order; later ones than `at` are passed over. `begin`
    should be two days before `at`, so that doubt about the time before it has been settled.
    """
    people: dict[Who, list[Sign]] = {}
    for sign in signs:
        if not sign.is_deleted and sign.at.moment_in_minutes <= at.moment_in_minutes:
            people.setdefault(sign.who, []).append(sign)
    found = (_present(one, at, begin) for one in people.values())
    return [one for one in found if one is not None]


def _present(signs: list[Sign], at: WallTime, begin: date) -> Present | None:
    track = _Track(begin)
    for sign in sorted(signs, key=lambda one: (one.at.moment_in_minutes, one.order)):
        track.add(sign)
    return track.present(at.moment_in_minutes)


class _Track:
    """What may be true of one person while their signs are read in order."""

    def __init__(self, begin: date) -> None:
        self._in: _Presence | None = _Presence(WallTime(begin, 0).moment_in_minutes, begin - timedelta(days=1), None)
        """Set when they may be in."""
        self._may_be_out = True
        self._doubts = {Doubt.EARLIER}
        self._passage: Sign | None = None
        """The latest sign that may have changed the presence."""
        self._seen: Sign | None = None
        """The latest one since then that changes nothing."""
        self._in_out_at: int | None = None

    def add(self, sign: Sign) -> None:
        if sign.kind in (SignKind.ACTIVITY, SignKind.DOOR):
            self._seen = self._seen if sign.is_generated else sign
            return
        moment = sign.at.moment_in_minutes
        doubt = None
        if sign.kind is SignKind.REASON:
            doubt = Doubt.REASON
        elif sign.is_generated:
            doubt = Doubt.GENERATED
        elif moment == self._in_out_at:
            doubt = Doubt.SAME_MINUTE
        if sign.kind is SignKind.IN_OUT:
            self._in_out_at = moment
        self._passage, self._seen = sign, None
        self._go_through(sign, doubt)

    def _go_through(self, sign: Sign, doubt: Doubt | None) -> None:
        moment, before, could_be_out = sign.at.moment_in_minutes, self._in, self._may_be_out
        may_leave = before is not None and self._may_leave(before, sign)
        may_come = could_be_out or (before is not None and self._may_come_anew(before, sign))
        if before is not None and may_leave and self._may_come_anew(before, sign):
            self._doubts.add(Doubt.NIGHT)
        now = _Presence(moment, sign.at.date, sign) if may_come else None
        if doubt is not None:
            self._doubts.add(doubt)
            now = now or before
            may_leave = may_leave or could_be_out
        self._in, self._may_be_out = now, may_leave
        if not (self._in and self._may_be_out):
            self._doubts.clear()

    @staticmethod
    def _may_leave(before: _Presence, sign: Sign) -> bool:
        return sign.at.date == before.day or _since(before, sign) <= LONGEST_PRESENCE

    @staticmethod
    def _may_come_anew(before: _Presence, sign: Sign) -> bool:
        return sign.at.date != before.day and _since(before, sign) > SURELY_OUT

    def present(self, moment: int) -> Present | None:
        """The verdict at a moment that is not before the last sign."""
        evidence = (self._in.sign or self._passage) if self._in else None
        if self._in is not None and evidence is not None:
            who, age = evidence.who, timedelta(minutes=moment - self._in.since)
            if age <= LONGEST_PRESENCE and not self._may_be_out:
                return Present(who, Certainty.SURE, evidence, ())
            if age <= LONGEST_DOUBT:
                doubts = self._doubts | ({Doubt.LONG} if age > LONGEST_PRESENCE else set())
                return Present(who, Certainty.PERHAPS, evidence, tuple(sorted(doubts)))
        seen = self._seen
        if seen is not None and timedelta(minutes=moment - seen.at.moment_in_minutes) <= LONGEST_PRESENCE:
            return Present(seen.who, Certainty.PERHAPS, seen, (Doubt.NO_IN,))
        return None


def _since(before: _Presence, sign: Sign) -> timedelta:
    return timedelta(minutes=sign.at.moment_in_minutes - before.since)
