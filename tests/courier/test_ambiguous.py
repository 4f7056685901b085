"""What Protime may have and may not: held for an operator, and nobody else waits."""

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import InDoubt
from terminal_app.ledger.look_up import Resolved, candidates_of, resolve_as, resolve_as_missing
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.simulator.clocking_store import Kind, NewClocking
from terminal_app.simulator.server import SimulatorThread
from tests.courier.terminal import ANNA, BADGES, DAY, LUC, Terminal
from tests.courier.test_delivery import give_badge, minutes


def enter_by_hand(simulator: SimulatorThread, person_id: int, minute: int) -> int:
    """As HR does it in Protime."""
    return simulator.state.clockings.add(NewClocking(person_id, DAY, minute, Kind.IN_OUT), "{}").id


async def test_one_entered_by_hand_in_the_same_minute_is_for_an_operator(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    by_hand = enter_by_hand(simulator, ANNA, 510)
    simulator.set_faults(cut_before_storing=1)
    terminal.change("delivery", parallel=1)
    unclear, following = terminal.clock(ANNA, 510), terminal.clock(ANNA, 520)
    terminal.start()
    await terminal.until(lambda: terminal.entry(following).state is DeliveryState.CONFIRMED)
    entry = terminal.entry(unclear)
    assert entry.state is DeliveryState.AMBIGUOUS
    assert entry.explanation == (
        "sent: InOut 2026-01-15 08:30, terminal GATE-1."
        f" Protime has clocking {by_hand} (InOut 2026-01-15 08:30, has no terminal)"
    )
    assert candidates_of(terminal.ledger.connection, unclear) == [by_hand]
    # Sent by the operator's word, and in doubt once more: the record by hand is not asked about again.
    simulator.set_faults(cut_after_storing=1)
    assert resolve_as_missing(terminal.ledger, unclear, explanation="looked at") is Resolved.DONE
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == [510, 520, 510]
    assert terminal.history(unclear) == [
        "sending",
        "unknown",
        "ambiguous",
        "recorded",
        "sending",
        "unknown",
        "confirmed",
    ]


async def test_an_operator_says_that_it_is_the_one_by_hand(terminal: Terminal, simulator: SimulatorThread) -> None:
    by_hand = enter_by_hand(simulator, ANNA, 510)
    simulator.set_faults(cut_before_storing=1)
    sequence = terminal.clock(ANNA, 510)
    terminal.start()
    await terminal.until(lambda: terminal.states() == ["ambiguous"])
    assert resolve_as(terminal.ledger, sequence, by_hand, explanation="the same") is Resolved.DONE
    assert terminal.entry(sequence).protime_id == by_hand
    assert minutes(simulator, ANNA) == [510]


async def test_a_record_of_the_badges_new_owner_is_no_answer_while_theirs_is_in_doubt(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    await terminal.stop()
    await give_badge(simulator, BADGES[ANNA], of=ANNA, to=LUC)
    # Luc's own clocking of that minute has reached Protime, and Anna's has not; neither outcome is known here.
    stored = NewClocking(LUC, DAY, 510, Kind.IN_OUT, 1)
    simulator.state.clockings.add(stored, "{}")
    luc, anna = terminal.clock(LUC), terminal.clock(ANNA)
    for sequence in (luc, anna):
        assert start_sending(terminal.ledger, sequence)
        assert settle(terminal.ledger, sequence, InDoubt("time-out"))
    terminal.start()
    await terminal.until_settled()
    assert sorted(str(one["personId"]) for one in simulator.received()) == ["1", "2"]
    assert terminal.entry(luc).protime_id != terminal.entry(anna).protime_id
