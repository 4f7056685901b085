"""The product with one deliberate fault, for the controls: `python -m faults.saboteur FAULT COMMAND...`.

A part that does not notice these would notice nothing.
"""

import sys
from collections.abc import Callable
from unittest.mock import patch

from terminal_app.clocking.clocking import Clocking, DeliveryState
from terminal_app.clocking.delivery_state import InDoubt, Outcome, state_after
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import NotRecorded
from terminal_app.ledger.recording import record


def answers_first(start: Callable[[], None]) -> None:
    """A kiosk that says "recorded" and writes each clocking down only when the next one comes."""
    held_back: list[Clocking] = []

    def record_later(ledger: LedgerDatabase, clocking: Clocking) -> int:
        held_back.append(clocking)
        return record(ledger, held_back.pop(0)) if len(held_back) > 1 else 0

    with patch("terminal_app.kiosk.desk.record", record_later):
        start()


def careless_record(ledger: LedgerDatabase, clocking: Clocking) -> int:
    """Says that it is recorded, whatever the disk says."""
    try:
        return record(ledger, clocking)
    except NotRecorded:
        return 1


def ignores_errors(start: Callable[[], None]) -> None:
    """A kiosk that says "recorded" whatever the disk says."""
    with patch("terminal_app.kiosk.desk.record", careless_record):
        start()


def sends_interrupted_again(start: Callable[[], None]) -> None:
    """A courier that takes what was under way when it died for not sent."""

    def forget(ledger: LedgerDatabase) -> int:
        with ledger.transaction() as connection:
            return connection.execute("UPDATE clocking SET state = 'recorded' WHERE state = 'sending'").rowcount

    with patch("terminal_app.courier.delivery.doubt_interrupted", forget):
        start()


def sends_doubtful_again(start: Callable[[], None]) -> None:
    """A courier that takes a request without an answer for not sent."""

    def careless(outcome: Outcome) -> DeliveryState:
        return DeliveryState.RECORDED if isinstance(outcome, InDoubt) else state_after(outcome)

    with patch("terminal_app.ledger.outbox.state_after", careless):
        start()


_FAULTS = {
    fault.__name__: fault for fault in (answers_first, ignores_errors, sends_interrupted_again, sends_doubtful_again)
}


def main() -> None:
    """Be the command, with the fault."""
    from terminal_app.cli.main import main as command_line

    fault = _FAULTS[sys.argv.pop(1)]
    fault(command_line)


if __name__ == "__main__":
    main()
