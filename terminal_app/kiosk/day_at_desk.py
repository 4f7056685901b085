"""Gathers a guest's own day from the files. Runs on the storage thread."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from terminal_app.clocking.counters import FLEXTIME, DayClocking
from terminal_app.clocking.my_day import day_lines, of_day, stretches
from terminal_app.kiosk.guest import Day, DayBalance, Guest
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.day import own_clockings
from terminal_app.roster.look_up import Roster


def day_of(
    ledger: LedgerDatabase, roster: Roster, guest: Guest, *, now: datetime, zone: ZoneInfo, language: str
) -> Day:
    """The day of a guest who is known, up to `now`. Raises LedgerUnusable."""
    today = guest.wall_time.date
    person_id = guest.person.id if guest.person else None
    synced = roster.clockings_of(person_id) if person_id is not None else []
    reasons = {one.id: one.name.in_language(language) for one in roster.reasons()} if synced else {}

    def label_of(one: DayClocking) -> str:
        if one.reason_id is not None:
            return reasons.get(one.reason_id, "")
        return " / ".join(roster.activity_names(one.activity_ids, language)) if one.activity_ids else ""

    own = own_clockings(ledger, guest.badge.number, person_id, today - timedelta(days=1))
    lines = day_lines(own, synced, label_of, zone)
    balances = roster.balances_of(person_id) if person_id is not None else []
    counters = {one.code: one.name.in_language(language) for one in roster.counters()} if balances else {}
    return Day(
        guest,
        tuple(of_day(lines, today)),
        tuple(stretches(lines, today, now, zone)),
        tuple(
            DayBalance("" if one.name == FLEXTIME else counters.get(one.name, one.name), one.value, one.unit, one.day)
            for one in balances
        ),
        now,
    )
