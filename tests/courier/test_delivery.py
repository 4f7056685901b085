"""Each clocking is stored once, whatever befalls it on the way."""

import asyncio
import itertools
import logging
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import DeliveryState, Moment
from terminal_app.clocking.schedule import hold_back_left
from terminal_app.ledger.outbox import start_sending
from terminal_app.ledger.recording import undo
from terminal_app.roster.link import LinkState
from terminal_app.simulator.server import SimulatorThread
from terminal_app.timekeeping.clock import SystemClock
from tests.courier.terminal import ANNA, BADGES, LUC, Terminal
from tests.ledger.clockings import damage_row

NOBODY = 999
NOW = datetime(2026, 1, 15, tzinfo=UTC)


def minutes(simulator: SimulatorThread, person_id: int) -> list[object]:
    return [one["timeOfDayInMinutes"] for one in simulator.received() if one["personId"] == person_id]


async def test_clockings_go_out_oldest_first_for_each_person(terminal: Terminal, simulator: SimulatorThread) -> None:
    for minute in range(20):
        for person in (ANNA, LUC, 7, 8, 9):
            terminal.clock(person, minute)
    terminal.start()
    await terminal.until_settled()
    assert set(terminal.states()) == {"confirmed"}
    for person in (ANNA, LUC, 7, 8, 9):
        assert minutes(simulator, person) == list(range(20))
    ids = {one["id"] for one in simulator.received()}
    assert {terminal.entry(sequence).protime_id for sequence in range(1, 101)} == ids


async def test_a_ring_brings_what_is_recorded_later(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    sequence = terminal.clock()
    await terminal.until_settled()
    assert terminal.history(sequence) == ["sending", "confirmed"]
    (received,) = simulator.received()
    assert (received["terminal"], received["badgeNumber"]) == ("GATE-1", BADGES[ANNA])


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ("cut_before_storing", 500),
        ("cut_after_storing", 500),
        ("fail_before_storing", 500),
        ("fail_before_storing", 503),
        ("fail_after_storing", 502),
        ("fail_after_storing", 409),
        ("fail_after_storing", 408),
    ],
)
async def test_what_may_be_stored_is_looked_up_before_it_goes_out_again(
    terminal: Terminal, simulator: SimulatorThread, fault: str, status: int, reset: bool
) -> None:
    simulator.set_faults(**{fault: 3}, fail_status=status, cut_with_reset=reset)
    sequences = [terminal.clock(person, minute) for minute in (1, 2) for person in (ANNA, LUC)]
    terminal.start()
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == minutes(simulator, LUC) == [1, 2]
    histories = [terminal.history(sequence) for sequence in sequences]
    assert sum("unknown" in one for one in histories) >= 1
    for one in histories:
        for state, following in itertools.pairwise(one):
            assert (state, following) != ("unknown", "sending")


async def test_two_clockings_of_one_minute_both_arrive(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(cut_after_storing=2)
    for _ in range(3):
        terminal.clock(ANNA, 510)
    terminal.start()
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == [510] * 3
    assert len({terminal.entry(sequence).protime_id for sequence in (1, 2, 3)}) == 3


@pytest.mark.parametrize("seed", range(3))
async def test_a_bad_day(terminal: Terminal, simulator: SimulatorThread, seed: int) -> None:
    terminal.change("delivery", settle_seconds=0.05)
    simulator.set_faults(probability=0.4, seed=seed, created_answer="location")
    for minute in range(6):
        for person in (ANNA, LUC, 7, 8, 9, 10):
            terminal.clock(person, minute)
    terminal.start()
    await terminal.until_settled()
    assert set(terminal.states()) == {"confirmed"}
    for person in (ANNA, LUC, 7, 8, 9, 10):
        assert minutes(simulator, person) == list(range(6))


async def test_a_request_that_is_stored_late_is_waited_for(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("delivery", settle_seconds=1.5)
    terminal.random = lambda: 0.0  # no back-off: only the settling time keeps it
    simulator.set_faults(late_storing_seconds=0.5, late_storing=1)
    terminal.clock()
    terminal.start()
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == [510]
    assert terminal.history(1) == ["sending", "unknown", "confirmed"]


async def test_what_a_crash_left_in_sending_is_looked_up(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(created_answer="no-location")
    stored, lost = terminal.clock(ANNA), terminal.clock(LUC)
    terminal.start()
    await terminal.until(lambda: len(simulator.received()) == 2)
    await terminal.stop()
    simulator.reset()
    simulator.clear_faults()
    # As if: Anna's answer and Luc's request were lost with the process.
    with terminal.ledger.transaction() as connection:
        connection.execute("UPDATE clocking SET state = 'recorded', protime_id = NULL")
    assert all(start_sending(terminal.ledger, sequence) for sequence in (stored, lost))
    with terminal.ledger.transaction() as connection:
        connection.execute("DELETE FROM event WHERE kind = 'moved'")
    assert terminal.states() == ["sending", "sending"]
    terminal.start()
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == minutes(simulator, LUC) == [510]
    assert terminal.history(lost) == ["unknown", "recorded", "sending", "confirmed"]


async def test_a_server_that_is_away_costs_nothing(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.stop()
    for minute in range(5):
        terminal.clock(ANNA, minute)
        terminal.clock(LUC, minute)
    terminal.start()
    await terminal.until(lambda: terminal.link() is LinkState.DOWN)
    assert set(terminal.states()) <= {"recorded", "sending"}
    simulator.start()
    await terminal.until_settled()
    await terminal.until(lambda: terminal.link() is LinkState.UP)
    assert minutes(simulator, ANNA) == minutes(simulator, LUC) == list(range(5))
    assert "unknown" not in terminal.history(1)


async def test_a_refused_one_is_set_aside_and_the_next_goes_on(
    terminal: Terminal, simulator: SimulatorThread, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="terminal_app")
    refused = terminal.clock(NOBODY, 1, badge_number="1234567890")
    accepted = terminal.clock(ANNA, 2)
    terminal.start()
    await terminal.until_settled()
    await terminal.until(lambda: "clocking-refused" in caplog.text)
    assert terminal.entry(refused).state is DeliveryState.REFUSED
    assert terminal.entry(accepted).state is DeliveryState.CONFIRMED
    explanation = terminal.entry(refused).explanation
    assert explanation is not None
    assert "400" in explanation
    assert minutes(simulator, ANNA) == [2]
    assert any("clocking-refused" in one and "badge=*90" in one for one in caplog.messages)
    assert "1234567890" not in caplog.text
    assert BADGES[ANNA] not in caplog.text


async def test_a_limit_passes(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(rate_limit=2, rate_limit_retry_after_seconds=1, target="writes")
    for person in (ANNA, LUC, 7):
        terminal.clock(person)
    terminal.start()
    await terminal.until(lambda: terminal.link() is LinkState.LIMITED)
    await terminal.until_settled()
    assert set(terminal.states()) == {"confirmed"}
    assert len(simulator.received()) == 3


async def test_a_limit_is_obeyed_by_everybody(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(refuse_with_status=429, refuse_retry_after_seconds=3600, target="writes")
    terminal.change("delivery", parallel=1)
    for person in (ANNA, LUC, 7):
        terminal.clock(person)
    terminal.start()
    await terminal.until(lambda: terminal.link() is LinkState.LIMITED)
    terminal.clock(8)
    await asyncio.sleep(1.5)  # longer than the back-off and than a look into the ledger
    posts = [entry for entry in simulator.state.requests.last if entry.method == "POST" and "clockings" in entry.path]
    assert len(posts) == 1
    assert set(terminal.states()) == {"recorded"}


async def test_a_limit_of_the_lists_is_obeyed_by_clockings_too(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(rate_limit=1, rate_limit_retry_after_seconds=3600, target="reads")
    terminal.start()
    await terminal.until(lambda: any(entry.status == 429 for entry in simulator.state.requests.last))
    await terminal.until(lambda: terminal.link() is LinkState.LIMITED)
    terminal.clock(ANNA)
    await asyncio.sleep(1.5)  # longer than the back-off and than a look into the ledger
    assert simulator.received() == []
    assert terminal.states() == ["recorded"]


async def test_tokens_that_end_are_renewed(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(token_lifetime_seconds=1)
    terminal.start()
    for minute in range(3):
        simulator.set_faults(expire_tokens=True)
        terminal.clock(ANNA, minute)
        await terminal.until_settled()
    assert minutes(simulator, ANNA) == [0, 1, 2]
    assert "recorded" not in [state for sequence in (1, 2, 3) for state in terminal.history(sequence)]


async def test_a_scope_that_is_missing_stops_the_delivery_and_not_the_clockings(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    simulator.set_faults(withheld_scopes=["connector-protimeapi-clockings.write"])
    terminal.clock(ANNA)
    terminal.start()
    await terminal.until(lambda: terminal.link() is LinkState.REFUSED)
    assert set(terminal.states()) <= {"recorded", "sending"}
    simulator.clear_faults()
    simulator.set_faults(expire_tokens=True)
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == [510]


async def test_a_look_up_that_fails_leaves_it_unknown(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(cut_after_storing=1, withheld_scopes=["connector-protimeapi-clockings.read"])
    terminal.clock()
    terminal.start()
    await terminal.until(lambda: terminal.link() is LinkState.REFUSED)
    assert terminal.states() == ["unknown"]
    simulator.clear_faults()
    simulator.set_faults(expire_tokens=True)
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == [510]


async def test_a_look_up_that_is_refused_is_shown(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(cut_after_storing=1)
    terminal.clock()
    terminal.start()
    await terminal.until(lambda: terminal.states() == ["unknown"])
    simulator.set_faults(refuse_with_status=400, target="reads")
    await terminal.until(lambda: terminal.link() is LinkState.REFUSED)
    assert terminal.states() == ["unknown"]
    simulator.clear_faults()
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == [510]


async def test_one_person_in_doubt_holds_nobody_else_up(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("delivery", settle_seconds=3600)
    simulator.set_faults(fail_before_storing=1, fail_status=409)
    terminal.change("delivery", parallel=1)
    terminal.clock(ANNA, 1)
    for minute in range(2, 5):
        terminal.clock(ANNA, minute)
        terminal.clock(LUC, minute)
    terminal.start()
    await terminal.until(lambda: minutes(simulator, LUC) == [2, 3, 4])
    assert minutes(simulator, ANNA) == []
    assert terminal.entry(1).state is DeliveryState.UNKNOWN


async def test_what_is_held_back_can_still_be_undone(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("delivery", hold_back_seconds=3600)
    fresh = terminal.clock(LUC, 1, moment=SystemClock().now())
    terminal.clock(ANNA, 2)
    terminal.start()
    await terminal.until(lambda: minutes(simulator, ANNA) == [2])
    assert terminal.entry(fresh).state is DeliveryState.RECORDED
    assert undo(terminal.ledger, fresh, at=NOW)
    terminal.clock(LUC, 3)
    await terminal.stop()
    terminal.start()
    await terminal.until_settled()
    assert minutes(simulator, LUC) == [3]


async def test_people_are_named_by_the_rosters_reference(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("protime", person_reference="HRMID")
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    terminal.clock(ANNA)
    terminal.clock(5, badge_number="0000000003")  # has no such reference
    await terminal.until_settled()
    bodies = sorted(str(one["receivedBody"]) for one in simulator.received())
    assert ['"HRMID": "HR-1"' in one for one in bodies].count(True) == 1
    assert ['"person": {"id": 5}' in one for one in bodies].count(True) == 1


async def give_badge(simulator: SimulatorThread, badge_number: str, *, of: int, to: int | None) -> None:
    """As HR does it."""
    async with httpx.AsyncClient(trust_env=False) as client:
        for person, number in ((of, f"{of}-new"), (to, badge_number)):
            if person is not None:
                answer = await client.post(
                    f"{simulator.url}/_control/people", json={"id": person, "badgeNumber": number}
                )
                answer.raise_for_status()


@pytest.mark.parametrize(
    ("fault", "new_owner", "stored_for"),
    [
        ("cut_after_storing", LUC, LUC),
        ("fail_after_storing", LUC, LUC),
        ("cut_before_storing", LUC, ANNA),
        ("cut_before_storing", None, ANNA),
    ],
)
async def test_a_badge_that_was_given_away_meanwhile_doubles_nothing(
    terminal: Terminal, simulator: SimulatorThread, fault: str, new_owner: int | None, stored_for: int
) -> None:
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    await give_badge(simulator, BADGES[ANNA], of=ANNA, to=new_owner)
    simulator.set_faults(**{fault: 1})
    if new_owner is None:
        simulator.set_faults(fail_before_storing=1, cut_before_storing=0)  # the body of a badge of nobody is refused
    sequence = terminal.clock(ANNA)
    await terminal.until_settled()
    assert [one["personId"] for one in simulator.received()] == [stored_for]
    entry = terminal.entry(sequence)
    assert entry.state is DeliveryState.CONFIRMED
    assert entry.explanation == (None if stored_for == ANNA else "Protime has it for person 2, who has the badge now")
    if stored_for == ANNA:
        assert '"person": {"id": 1}' in str(simulator.received()[0]["receivedBody"])


async def test_a_badge_that_the_roster_has_for_another_is_not_named(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    await give_badge(simulator, BADGES[ANNA], of=ANNA, to=LUC)
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    terminal.clock(ANNA)
    await terminal.until_settled()
    assert [one["personId"] for one in simulator.received()] == [ANNA]


async def test_who_has_a_badge_must_be_known_before_it_goes_out_again(
    terminal: Terminal, simulator: SimulatorThread
) -> None:
    simulator.set_faults(cut_before_storing=1, withheld_scopes=["connector-protimeapi-people.read"], expire_tokens=True)
    terminal.clock(ANNA)
    terminal.start()
    await terminal.until(lambda: terminal.link() is LinkState.REFUSED)
    assert terminal.states() == ["unknown"]
    simulator.clear_faults()
    simulator.set_faults(expire_tokens=True)
    await terminal.until_settled()
    assert minutes(simulator, ANNA) == [510]


async def test_a_stop_waits_for_the_answer(terminal: Terminal, simulator: SimulatorThread) -> None:
    simulator.set_faults(slow_answer_seconds=0.5, target="writes")
    terminal.clock()
    terminal.start()
    await terminal.until(simulator.received)
    await terminal.stop()
    assert terminal.states() == ["confirmed"]


async def test_a_thousand_people_in_doubt_hide_nobody(terminal: Terminal, simulator: SimulatorThread) -> None:
    terminal.change("delivery", settle_seconds=3600)
    for person in range(1000, 1400):
        sequence = terminal.clock(person)
        start_sending(terminal.ledger, sequence)
    terminal.clock(ANNA)
    terminal.start()
    await terminal.until(lambda: minutes(simulator, ANNA) == [510])


async def test_a_row_that_makes_no_sense_stops_nobody(
    terminal: Terminal, simulator: SimulatorThread, caplog: pytest.LogCaptureFixture
) -> None:
    bad = terminal.clock(ANNA, 1)
    for minute in (2, 3):
        terminal.clock(ANNA, minute)
        terminal.clock(LUC, minute)
    damage_row(terminal.ledger, bad, instant="2026-11-24T21:39:51.909052+00[00")
    terminal.start()
    await terminal.until(lambda: minutes(simulator, ANNA) == minutes(simulator, LUC) == [2, 3])
    assert sum("clocking-unreadable sequence=1" in one for one in caplog.messages) == 1


async def test_a_damaged_world_ends_the_courier(terminal: Terminal, tmp_path: Path) -> None:
    terminal.start()
    await terminal.until(terminal.roster.reasons)
    with terminal.ledger.transaction() as connection:
        connection.execute("ALTER TABLE clocking RENAME TO elsewhere")
    with pytest.raises(BaseExceptionGroup):
        await terminal.until(lambda: False)
    await asyncio.sleep(0)


@given(st.integers(0, 10**15), st.integers(-(10**12), 10**15), st.floats(0, 3600))
def test_the_hold_back_counts_on_the_clock_that_is_never_stepped(read_at: int, age: int, hold_back: float) -> None:
    left = hold_back_left(Moment(NOW, 0, read_at, "b"), Moment(NOW, 0, read_at + age, "b"), hold_back)
    assert 0 <= left <= hold_back
    assert (left == 0) == (age >= hold_back * 1e9) or abs(left) < 1e-6
    assert hold_back_left(Moment(NOW, 0, read_at, "a"), Moment(NOW, 0, read_at + age, "b"), hold_back) == 0
