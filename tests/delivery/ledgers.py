"""The two ledgers that the stateful tests run on: the model, and the real one with its two connections."""

import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from faults.modelled_ledger import ModelledLedger
from terminal_app.clocking.clocking import Clocking, DeliveryState
from terminal_app.clocking.delivery_state import Finding, Outcome
from terminal_app.clocking.schedule import UnderWay
from terminal_app.ledger import look_up, outbox, recording
from terminal_app.ledger.database import LedgerDatabase
from tests.ledger.clockings import MORNING, check_sound, whole_entries


@dataclass(frozen=True)
class Fact:
    """How a clocking stands."""

    sequence: int
    clocking: Clocking
    state: DeliveryState
    protime_id: int | None


class Ledger(Protocol):
    """What the machine needs."""

    def record(self, clocking: Clocking) -> int: ...

    def undo(self, sequence: int) -> bool: ...

    def next_of_each_person(self, most: int) -> Iterable[UnderWay]: ...

    def next_of_person(self, person_id: int) -> UnderWay | None: ...

    def start_sending(self, sequence: int) -> bool: ...

    def settle(self, sequence: int, outcome: Outcome | Finding) -> bool: ...

    def doubt_interrupted(self) -> None: ...

    def not_these(self, sequence: int, protime_ids: list[int]) -> set[int]: ...

    def candidates_of(self, sequence: int) -> list[int]: ...

    def resolve(self, sequence: int, protime_id: int | None) -> bool: ...

    def facts(self) -> list[Fact]: ...

    def close(self) -> None: ...


class Modelled:
    """The model of the simulated worlds."""

    def __init__(self) -> None:
        self._ledger = ModelledLedger()
        self.next_of_each_person = self._ledger.next_of_each_person
        self.next_of_person = self._ledger.next_of_person
        self.start_sending = self._ledger.start_sending
        self.settle = self._ledger.settle
        self.doubt_interrupted = self._ledger.doubt_interrupted

    def record(self, clocking: Clocking) -> int:
        return self._ledger.record(clocking, 0.0).sequence

    def undo(self, sequence: int) -> bool:
        return self._ledger.rows[sequence - 1].go_to(DeliveryState.UNDONE)

    def not_these(self, sequence: int, protime_ids: list[int]) -> set[int]:
        return self._ledger.not_these(sequence) & set(protime_ids)

    def candidates_of(self, sequence: int) -> list[int]:
        row = self._ledger.rows[sequence - 1]
        return sorted(row.candidates - row.ruled_out)

    def resolve(self, sequence: int, protime_id: int | None) -> bool:
        row = self._ledger.rows[sequence - 1]
        if protime_id is None:
            row.ruled_out |= row.candidates
            return row.go_to(DeliveryState.RECORDED)
        if protime_id in self._ledger.not_these(sequence):
            return False
        row.protime_id = protime_id
        return row.go_to(DeliveryState.CONFIRMED)

    def facts(self) -> list[Fact]:
        return [Fact(row.sequence, row.clocking, row.state, row.protime_id) for row in self._ledger.rows]

    def close(self) -> None:
        """Nothing to let go of."""


class Real:
    """SQLite files, opened by a kiosk and by a courier."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="delivery-"))
        self._kiosk = LedgerDatabase(self._folder)
        self._courier = LedgerDatabase(self._folder)

    def record(self, clocking: Clocking) -> int:
        return recording.record(self._kiosk, clocking)

    def undo(self, sequence: int) -> bool:
        return recording.undo(self._kiosk, sequence, at=MORNING)

    def next_of_each_person(self, most: int) -> Iterable[UnderWay]:
        return outbox.next_of_each_person(self._courier, most=most)

    def next_of_person(self, person_id: int) -> UnderWay | None:
        return outbox.next_of_person(self._courier, person_id)

    def start_sending(self, sequence: int) -> bool:
        return outbox.start_sending(self._courier, sequence)

    def settle(self, sequence: int, outcome: Outcome | Finding) -> bool:
        return outbox.settle(self._courier, sequence, outcome)

    def doubt_interrupted(self) -> None:
        outbox.doubt_interrupted(self._courier)

    def not_these(self, sequence: int, protime_ids: list[int]) -> set[int]:
        return look_up.not_these(self._courier, sequence, protime_ids)

    def candidates_of(self, sequence: int) -> list[int]:
        return look_up.candidates_of(self._kiosk.connection, sequence)

    def resolve(self, sequence: int, protime_id: int | None) -> bool:
        if protime_id is None:
            return look_up.resolve_as_missing(self._kiosk, sequence, explanation="") is look_up.Resolved.DONE
        return look_up.resolve_as(self._kiosk, sequence, protime_id, explanation="") is look_up.Resolved.DONE

    def facts(self) -> list[Fact]:
        return [Fact(one.sequence, one.clocking, one.state, one.protime_id) for one in whole_entries(self._kiosk)]

    def close(self) -> None:
        self._kiosk.close()
        self._courier.close()
        check_sound(self._folder)
        shutil.rmtree(self._folder)
