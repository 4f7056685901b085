"""What an evacuation list is made of: the signs that Protime has, and those that this terminal's ledger has."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from terminal_app.clocking.clocking import Clocking as LedgerClocking
from terminal_app.clocking.clocking import ClockingKind, DeliveryState
from terminal_app.clocking.muster import Sign, SignKind, Source, Who
from terminal_app.clocking.person import person_of_badge
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.reading import entries_since, ledger_to_read
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.protime.client import ProtimeClient
from terminal_app.protime.collections.access_clockings import AccessClocking, AccessStatus
from terminal_app.protime.collections.clockings import Clocking, ClockingStatus
from terminal_app.protime.errors import NotAllowed
from terminal_app.protime.filters import date as date_field
from terminal_app.roster.look_up import Roster

_KINDS: dict[str, SignKind] = {
    ClockingKind.IN_OUT: SignKind.IN_OUT,
    ClockingKind.REASON: SignKind.REASON,
    ClockingKind.ACTIVITY: SignKind.ACTIVITY,
    ClockingKind.ACTIVITY_END: SignKind.ACTIVITY,
}


@dataclass
class Signs:
    """What was read, and what a reader of the list has to know about it."""

    found: list[Sign] = field(default_factory=list)
    ids: set[int] = field(default_factory=set)
    """Protime's ids of the clockings among them."""
    notes: list[str] = field(default_factory=list)


async def signs_of_protime(protime: ProtimeClient, begin: date, end: date, go_on: Callable[[], None]) -> Signs:
    """Clockings and access clockings from the one day to the other; `go_on` is called with each page.

    Raises ProtimeError.
    """
    signs = Signs()
    unreadable = 0
    # The day after, too: Protime may have moved a night shift to it, with minutes below 0.
    where = date_field.between(begin, end + timedelta(days=1))
    async for page in protime.clockings.pages(where):
        go_on()
        signs.ids.update(record.id for record in page)
        found = [sign for sign in map(_of_clocking, page) if sign is not None]
        signs.found += found
        unreadable += len(page) - len(found)
    if unreadable:
        signs.notes.append(f"Clockings without a person, day or time, not counted: {unreadable}.")
    try:
        async for doors in protime.access_clockings.pages(where):
            go_on()
            signs.found += [sign for sign in map(_of_door, doors) if sign is not None]
    except NotAllowed as error:
        signs.notes.append(f"Doors are missing: {str(error).rstrip('.')}.")
    return signs


def signs_of_ledger(folder: Path, roster: Roster, begin: date, known: Collection[int]) -> Signs:
    """What this terminal has recorded since `begin`, but for what Protime has shown under an id of `known`.

    Raises LedgerError.
    """
    signs = Signs()
    unreadable = 0
    with ledger_to_read(folder) as connection:
        for entry in entries_since(connection, begin):
            if not isinstance(entry, LedgerEntry):
                unreadable += 1
            elif entry.protime_id is None or entry.protime_id not in known:
                signs.found += _of_entry(entry, roster)
    if unreadable:
        signs.notes.append(f"Damaged rows of the ledger, not counted: {unreadable}.")
    return signs


def _of_clocking(record: Clocking) -> Sign | None:
    who, at = record.person.id if record.person else None, _at(record.date, record.time_of_day_in_minutes)
    if who is None or at is None:
        return None
    return Sign(
        who,
        # What kind a newer Protime may have besides is not known: as a reason, it may change the presence.
        _KINDS.get(record.kind or "", SignKind.REASON),
        at,
        order=record.id,
        is_generated=bool(record.is_generated),
        is_deleted=record.status is ClockingStatus.DELETED,
    )


def _of_door(record: AccessClocking) -> Sign | None:
    who, at = record.person.id if record.person else None, _at(record.date, record.time_of_day_in_minutes)
    if who is None or at is None or record.status is not AccessStatus.ACCESS_OK:
        return None
    return Sign(who, SignKind.DOOR, at, order=record.id)


def _at(day: date | None, minutes: int | None) -> WallTime | None:
    return None if day is None or minutes is None else WallTime(day, minutes)


def _of_entry(entry: LedgerEntry, roster: Roster) -> Iterator[Sign]:
    # One that was taken back says at least that somebody was here.
    undone = entry.state is DeliveryState.UNDONE
    kind = SignKind.ACTIVITY if undone else _KINDS[entry.clocking.kind]
    for who in _who(entry.clocking, roster):
        yield Sign(who, kind, entry.clocking.wall_time, Source.TERMINAL, entry.sequence)


def _who(clocking: LedgerClocking, roster: Roster) -> list[Who]:
    """Whose it is; all who have the badge, where that cannot be told; the badge itself, when nobody has it."""
    if clocking.person_id is not None:
        return [clocking.person_id]
    candidates = roster.people_of_badge(clocking.badge_number)
    owner = person_of_badge(candidates, clocking.wall_time.date)
    if owner is not None:
        return [owner.id]
    return [one.id for one in candidates] or [clocking.badge_number]
