"""Clockings whose rows tell whether they are whole, and what a ledger must hold after a fault."""

import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Moment, Reason
from terminal_app.clocking.delivery_state import may_come_from
from terminal_app.clocking.wall_time import WallTime
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import LedgerError
from terminal_app.ledger.reading import entries
from terminal_app.ledger.rows import LedgerEntry, UnreadableEntry, values_of

_FIRST = datetime(2026, 1, 15, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What a writer was told to be on the disk: this clocking came into this state."""

    sequence: int
    state: DeliveryState


def sealed_clocking(chance: random.Random, people: int) -> Clocking:
    """Any clocking of one of `people`; its reader's name is a digest of everything else in its row."""
    instant = _FIRST + timedelta(seconds=chance.randrange(30_000_000), microseconds=chance.randrange(1_000_000))
    is_known, has_reason = chance.random() < 0.9, chance.random() < 0.2
    number = chance.randrange(1, people + 1)
    clocking = Clocking(
        id=UUID(int=chance.getrandbits(128)),
        badge_number=f"{number:010d}",
        person_id=number if is_known else None,
        kind=ClockingKind.REASON if has_reason else ClockingKind.IN_OUT,
        moment=Moment(instant, chance.getrandbits(60), chance.getrandbits(60), str(UUID(int=chance.getrandbits(128)))),
        wall_time=WallTime(date(2026, 1, 1) + timedelta(days=chance.randrange(365)), chance.randrange(1440)),
        reader="",
        reason=Reason(chance.randrange(1000), "R" * chance.randrange(300), "reason") if has_reason else None,
    )
    return replace(clocking, reader=_seal(clocking))


def is_whole(entry: LedgerEntry) -> bool:
    """Whether a row is as it was written, but for its state."""
    return entry.clocking.reader == _seal(entry.clocking)


def _seal(clocking: Clocking) -> str:
    # Not the person: a held clocking is given to one later.
    bare = replace(clocking, reader="", person_id=None)
    return blake2b(repr(tuple(values_of(bare).values())).encode(), digest_size=16).hexdigest()


def what_is_wrong(folder: Path, told: Iterable[Told]) -> list[str]:
    """What the ledger in `folder` lacks of what was told, or has broken; opened as the product opens it."""
    try:
        with closing(LedgerDatabase(folder)) as ledger:
            salvaged = [f"had to be salvaged: {one.suffix}" for one in folder.glob("ledger-damaged-*.db")]
            return salvaged + _faults_of(ledger.connection, told)
    except LedgerError as error:
        return [f"does not open: {str(error).replace(str(folder), '.')}"]
    except sqlite3.Error as error:
        return [f"cannot be read: {error}"]


def _faults_of(connection: sqlite3.Connection, told: Iterable[Told]) -> list[str]:
    verdict = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    faults = [] if verdict == ["ok"] else [f"integrity_check: {' '.join(verdict)[:200]}"]
    states: dict[int, DeliveryState] = {}
    for entry in entries(connection, settled=True):
        if isinstance(entry, UnreadableEntry) or not is_whole(entry):
            faults.append(f"row {entry.sequence} is not whole")
        else:
            states[entry.sequence] = entry.state
    latest: dict[int, DeliveryState] = {}
    for one in told:
        latest[one.sequence] = one.state
    for sequence, state in latest.items():
        if sequence not in states:
            faults.append(f"clocking {sequence} was told to be {state}, and is lost")
        elif states[sequence] not in _REACHABLE[state]:
            faults.append(f"clocking {sequence} was told to be {state}, and is {states[sequence]}")
    return faults


def _reachable() -> dict[DeliveryState, set[DeliveryState]]:
    found: dict[DeliveryState, set[DeliveryState]] = defaultdict(set)
    for state in DeliveryState:
        found[state].add(state)
    for _ in DeliveryState:
        for later in DeliveryState:
            for former in may_come_from(later):
                for origin in DeliveryState:
                    if former in found[origin]:
                        found[origin].add(later)
    return found


_REACHABLE = _reachable()
"""What may have become of a state by deeds whose answer nobody has heard."""
