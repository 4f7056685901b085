"""A clocking with another badge, person, reason or activity, as far as the roster knows it.

What the roster does not know is not taken: a wrong number would be somebody else's pay, and a clocking with a code that
does not fit its id would not be recognised among Protime's.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from terminal_app.clocking.clocking import ActivityLevel, Clocking, Reason
from terminal_app.clocking.person import person_of_badge

if TYPE_CHECKING:
    from terminal_app.roster.look_up import Roster


class UnknownReference(Exception):
    """The roster does not know it; the text says what."""


def with_references(
    roster: "Roster",
    clocking: Clocking,
    *,
    badge: str | None,
    person: int | None,
    reason: str | None,
    activities: Iterable[str],
) -> Clocking:
    """The clocking with what is given; an activity as "LEVEL=CODE". Raises UnknownReference."""
    if badge is not None:
        clocking = _with_badge(roster, clocking, badge)
    if person is not None:
        clocking = _with_person(roster, clocking, person)
    if reason is not None:
        clocking = _with_reason(roster, clocking, reason)
    for one in activities:
        level, _, code = one.partition("=")
        clocking = _with_activity(roster, clocking, level, code)
    return clocking


def _with_badge(roster: "Roster", clocking: Clocking, badge_number: str) -> Clocking:
    # Whose it was on the clocking's day: it may have passed from hand to hand.
    person = person_of_badge(roster.people_of_badge(badge_number), clocking.wall_time.date)
    if person is None:
        raise UnknownReference(f"nobody in the roster has this badge alone on {clocking.wall_time.date}")
    return replace(clocking, badge_number=badge_number, person_id=person.id)


def _with_person(roster: "Roster", clocking: Clocking, person_id: int) -> Clocking:
    if roster.person(person_id) is None:
        raise UnknownReference(f"person {person_id} is not in the roster")
    return replace(clocking, person_id=person_id)


def _with_reason(roster: "Roster", clocking: Clocking, code_or_id: str) -> Clocking:
    if clocking.reason is None:
        raise UnknownReference(f"a clocking of kind {clocking.kind.value} has no reason")
    for one in roster.reasons():
        if code_or_id in (one.code, str(one.id)):
            return replace(clocking, reason=Reason(one.id, one.code, one.name.default))
    raise UnknownReference("no reason in the roster has this code or id")


def _with_activity(roster: "Roster", clocking: Clocking, level: str, code: str) -> Clocking:
    if level not in {str(one.level) for one in clocking.activity_levels}:
        raise UnknownReference(f"the clocking has no activity of level {level!r}")
    for one in roster.activities():
        if str(one.level) == level and code in (one.data_entry_code, one.external_reference, one.id):
            new = ActivityLevel(one.level, one.id, one.data_entry_code, one.external_reference, one.name.default)
            levels = tuple(new if former.level == one.level else former for former in clocking.activity_levels)
            return replace(clocking, activity_levels=levels)
    raise UnknownReference(f"no activity of level {level} in the roster has this code, reference or id")
