"""The product's own store at work, as kiosk and courier use it: every deed is told only when it is on the disk.

`python -m faults.writer FOLDER SEED DEEDS [SYNCHRONOUS]` runs both, each as a process with its own connection, and
writes a line to its standard output for each: monotonic ns, sequence, state.
"""

import os
import random
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from faults.rows import Told, sealed_clocking
from terminal_app.clocking.clocking import Clocking, DeliveryState
from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Outcome, Postponed, Refused, state_after
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import LedgerError
from terminal_app.ledger.outbox import doubt_interrupted, next_of_each_person, settle, start_sending
from terminal_app.ledger.recording import record, record_instead, undo

_PEOPLE = 40
_TOGETHER = 3
_CLOSED = 0.5

Tell = Callable[[int, DeliveryState], None]


@dataclass(frozen=True, slots=True)
class Work:
    """What to do, and where to tell of it."""

    folder: Path
    deeds: int
    out: int
    synchronous: str | None = None
    """For a control: a weaker setting than the product's."""


def write_both(work: Work, seed: int) -> NoReturn:
    """Kiosk in this process, courier in a child of it, until each has done its deeds, or the disk refuses one.

    Ends this process, so that half of the connections are left open as a crash leaves them.
    """
    code = 1
    courier = os.fork()
    try:
        if courier == 0:
            _do(_courier, work, seed + 1)
            code = 0
        else:
            _do(_kiosk, work, seed)
            code = os.waitstatus_to_exitcode(os.waitpid(courier, 0)[1])
    except Exception:  # noqa: BLE001 # told, and the exit code says so
        traceback.print_exc()
    finally:
        os._exit(code)


def told_in(raw: bytes) -> list[Told]:
    """What the whole lines say."""
    *whole, _ = raw.split(b"\n")
    lines = [line.split() for line in whole]
    return [Told(int(sequence), DeliveryState(state.decode())) for _, sequence, state in lines]


def _do(role: Callable[[LedgerDatabase, random.Random, int, Tell], None], work: Work, seed: int) -> None:
    def tell(sequence: int, state: DeliveryState) -> None:
        os.write(work.out, f"{time.monotonic_ns()} {sequence} {state}\n".encode())

    try:
        ledger = LedgerDatabase(work.folder)
        if work.synchronous is not None:
            ledger.connection.execute(f"PRAGMA synchronous = {work.synchronous}")
        chance = random.Random(seed)
        role(ledger, chance, work.deeds, tell)
        if chance.random() < _CLOSED:
            ledger.close()
    except (LedgerError, OSError, sqlite3.Error):
        return  # the disk is gone: nothing more is told


def _kiosk(ledger: LedgerDatabase, chance: random.Random, deeds: int, tell: Tell) -> None:
    for number in range(deeds):
        clocking = sealed_clocking(chance, _PEOPLE)
        sequence = record(ledger, clocking)
        tell(sequence, _state_of(clocking))
        if chance.random() < 0.1:
            other = sealed_clocking(chance, _PEOPLE)
            instead = record_instead(ledger, other, sequence)
            if instead is not None:
                tell(sequence, DeliveryState.UNDONE)
                tell(instead, _state_of(other))
        elif chance.random() < 0.1 and undo(ledger, sequence, at=datetime.now(UTC)):
            tell(sequence, DeliveryState.UNDONE)
        if number % 20 == 19:
            ledger.checkpoint()


def _state_of(clocking: Clocking) -> DeliveryState:
    return DeliveryState.HELD if clocking.person_id is None else DeliveryState.RECORDED


def _courier(ledger: LedgerDatabase, chance: random.Random, deeds: int, tell: Tell) -> None:
    doubt_interrupted(ledger)
    done = 0
    while done < deeds:
        heads = next_of_each_person(ledger, most=_TOGETHER)
        if not heads:
            time.sleep(0.001)
            done += 1
            continue
        with ledger.together():
            started = [
                entry
                for entry in heads
                if entry.state is DeliveryState.UNKNOWN or start_sending(ledger, entry.sequence)
            ]
        for entry in started:
            doubtful = entry.state is DeliveryState.UNKNOWN
            if not doubtful:
                tell(entry.sequence, DeliveryState.SENDING)
            outcome = _outcome(chance, doubtful=doubtful)
            settle(ledger, entry.sequence, outcome)
            tell(entry.sequence, state_after(outcome))
        done += len(started)
        if chance.random() < 0.1:
            ledger.checkpoint()


def _outcome(chance: random.Random, *, doubtful: bool) -> Outcome:
    match chance.randrange(5):
        case 0:
            return Postponed("not stored")
        case 1 if not doubtful:
            return Refused("no" * 40)
        case 2 if not doubtful:
            return InDoubt("cut")
        case _:
            return Confirmed(chance.randrange(1, 2**40))


if __name__ == "__main__":
    _folder, _seed, _deeds, *_synchronous = sys.argv[1:]
    write_both(Work(Path(_folder), int(_deeds), 1, *_synchronous), int(_seed))
