"""A model of the ledger for the simulated worlds: what is committed survives every crash, nothing else does.

The rules of its states are the product's; that the real ledger keeps to them is for tests/ledger to show.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from terminal_app.clocking.clocking import Clocking, DeliveryState
from terminal_app.clocking.delivery_state import Ambiguous, Confirmed, Finding, Outcome, may_come_from, state_after
from terminal_app.clocking.schedule import person_of

_UNDER_WAY = frozenset({DeliveryState.RECORDED, DeliveryState.SENDING, DeliveryState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Entry:
    """A clocking as it was when the ledger was asked."""

    sequence: int
    clocking: Clocking
    state: DeliveryState
    waits_for_time: bool = False


@dataclass(slots=True)
class Row:
    """A clocking as it is."""

    sequence: int
    clocking: Clocking
    recorded_at: float
    state: DeliveryState = DeliveryState.RECORDED
    protime_id: int | None = None
    candidates: set[int] = field(default_factory=set)
    ruled_out: set[int] = field(default_factory=set)
    was_ambiguous: bool = False
    waits_for_time: bool = False

    @property
    def is_over(self) -> bool:
        """Nothing happens to it by itself any more."""
        return self.state not in _UNDER_WAY

    def go_to(self, state: DeliveryState) -> bool:
        """Change the state, if the rules allow it."""
        if self.state not in may_come_from(state):
            return False
        self.state = state
        self.was_ambiguous |= state is DeliveryState.AMBIGUOUS
        return True


class ModelledLedger:
    """All rows, by local number from 1."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def record(self, clocking: Clocking, now: float) -> Row:
        """A new one."""
        row = Row(len(self.rows) + 1, clocking, now)
        self.rows.append(row)
        return row

    def next_of_each_person(self, most: int) -> list[Entry]:
        """The oldest under way of each person."""
        seen: set[int] = set()
        found: list[Entry] = []
        for row in self.rows:
            if not row.is_over and (person_id := person_of(row)) not in seen:
                seen.add(person_id)
                found.append(_entry(row))
        return found[:most]

    def next_of_person(self, person_id: int) -> Entry | None:
        """The oldest under way of one person."""
        return next((_entry(row) for row in self._of(person_id) if not row.is_over), None)

    def start_sending(self, sequence: int) -> bool:
        """As the outbox does."""
        return self.rows[sequence - 1].go_to(DeliveryState.SENDING)

    def settle(self, sequence: int, outcome: Outcome | Finding) -> bool:
        """As the outbox does."""
        row = self.rows[sequence - 1]
        if (
            isinstance(outcome, Confirmed)
            and row.state is DeliveryState.UNKNOWN
            and self._is_claimed(outcome.protime_id)
        ):
            return False
        if not row.go_to(state_after(outcome)):
            raise AssertionError(f"{row.state} cannot become {state_after(outcome)}")
        if isinstance(outcome, Confirmed):
            row.protime_id = outcome.protime_id
        if isinstance(outcome, Ambiguous):
            row.candidates.update(outcome.protime_ids)
        return True

    def _is_claimed(self, protime_id: int) -> bool:
        return any(one.protime_id == protime_id for one in self.rows)

    def doubt_interrupted(self) -> None:
        """As the outbox does at a start."""
        for row in self.rows:
            if row.state is DeliveryState.SENDING:
                row.go_to(DeliveryState.UNKNOWN)

    def not_these(self, sequence: int) -> set[int]:
        """The records that cannot be this clocking."""
        claimed = {row.protime_id for row in self.rows if row.protime_id is not None}
        return claimed | self.rows[sequence - 1].ruled_out

    def _of(self, person_id: int) -> Iterator[Row]:
        return (row for row in self.rows if row.clocking.person_id == person_id)


def _entry(row: Row) -> Entry:
    return Entry(row.sequence, row.clocking, row.state)
