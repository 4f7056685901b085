"""The real courier through a bad day: the simulator's seeded faults, one after another (docs/proof.md)."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.site import RosterPerson, scratch_folder, write_roster, write_settings
from benchmarks.waiting import people_of_simulator
from faults.report import Report
from faults.terminal import Sent, Terminal, difference, sent_of
from terminal_app.children import end_child
from terminal_app.clocking.clocking import Clocking, ClockingKind
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record
from terminal_app.simulator.faults import FaultValue
from terminal_app.simulator.server import SimulatorThread
from terminal_app.timekeeping.clock import SystemClock, uuid7

_PEOPLE = 1_000
_CONTROL_CLOCKINGS = 1_000
_FIRST = datetime(2026, 1, 15, 7, tzinfo=UTC)
_ZONE = ZoneInfo("Europe/Brussels")
_PHASE_SECONDS = (0.2, 1.5)
_GOOD_SECONDS = (1.0, 3.0)
"""After each phase: what has piled up goes out."""
_TOGETHER = 50
_BETWEEN_SECONDS = 1.0
"""So that the day lasts longer than the courier needs: else it is over before much has gone wrong."""
_PATIENCE_SECONDS = 300.0
_EACH = 0.02
"""Chance that a request meets a fault of its own, beside those of everybody."""

_Phase = Mapping[str, FaultValue]
_PHASES: Mapping[str, _Phase] = {
    "outage": {"down": True},
    "outage by resets": {"down": True, "cut_with_reset": True},
    "429 storm": {"rate_limit": 40, "rate_limit_retry_after_seconds": 1},
    "429 without a word": {"rate_limit": 10, "retry_after_form": "missing"},
    "503": {"refuse_with_status": 503},
    "gateway's 502 in HTML": {"refuse_with_status": 502, "refuse_body": "html"},
    "200 with garbage": {"garbage_body": "broken-json", "target": "api"},
    "cut after storing": {"cut_after_storing": 20},
    "cut before storing": {"cut_before_storing": 20},
    "500 after storing": {"fail_after_storing": 20},
    "stored late": {"late_storing_seconds": 0.4, "late_storing": 10},
    "no token": {"down": True, "target": "token", "expire_tokens": True},
    "token refused": {"refuse_with_status": 400, "target": "token", "expire_tokens": True},
    "tokens expire": {"expire_tokens": True},
    "short tokens": {"token_lifetime_seconds": 1},
    "answers lag": {"slow_answer_seconds": 0.3},
    "201 without its place": {"created_answer": "no-location"},
    "reading lags": {"read_lag_seconds": 0.3, "cut_after_storing": 5},
}


def run(count: int, seed: int) -> Report:
    """`count` clockings; and a control, a courier that sends again what it is in doubt of."""
    faults, met, seconds = _try(count, seed, "")
    doubled = sum("at the server" in fault for fault in _try(_CONTROL_CLOCKINGS, seed, "sends_doubtful_again")[0])
    return Report(
        claim="after a bad day exactly what was recorded is at the server, once each, in order per person",
        tried=f"{count} clockings of {_PEOPLE} people",
        figures={
            "seconds of the day": round(seconds),
            **{f"times of: {name}": number for name, number in sorted(met.items())},
            f"control, a courier that sends doubtful ones again, {_CONTROL_CLOCKINGS} clockings: doubled": doubled,
        },
        faults=faults,
        void=[
            *([] if doubled else ["control, a courier that sends doubtful ones again: doubled nothing"]),
            *([] if len(met) > 1 else ["the day was over before anything went wrong"]),
        ],
    )


def _try(count: int, seed: int, fault: str) -> tuple[list[str], Counter[str], float]:
    chance = random.Random(seed)
    people = people_of_simulator(_PEOPLE)
    met: Counter[str] = Counter()
    began = time.monotonic()
    with scratch_folder() as folder, SimulatorThread(people=_PEOPLE) as simulator:
        write_roster(folder, people)
        terminal = Terminal(write_settings(folder, url=simulator.url), fault)
        with _recording(folder, people, count), _bad_day(simulator, chance, met):
            courier = terminal.start_courier()
            try:
                _wait_until_few_are_left(terminal, count)
            finally:
                end_child(courier)
        simulator.clear_faults()
        faults = Terminal(terminal.settings, fault).deliver_the_rest(_PATIENCE_SECONDS)
        received, recorded = sent_of(simulator.received()), terminal.recorded()
        if len(recorded) != count:
            faults.append(f"{count} were recorded, the ledger has {len(recorded)}")
        faults += difference(Counter(recorded), Counter(received))
        faults += _out_of_order(received)
        faults += terminal.damage()
    return faults, met, time.monotonic() - began


def _wait_until_few_are_left(terminal: Terminal, count: int) -> None:
    """Until nearly all is delivered: the last ones come on a good day."""
    end = time.monotonic() + _PATIENCE_SECONDS + count / 10
    while terminal.states()["confirmed"] < count * 0.95 and time.monotonic() < end:
        time.sleep(0.2)


@contextmanager
def _recording(folder: Path, people: Sequence[RosterPerson], count: int) -> Iterator[None]:
    """Clockings are recorded while the context lasts, and all of them before it ends."""
    with ThreadPoolExecutor(1) as thread:
        recorded = thread.submit(_record, folder, people, count)
        yield
        recorded.result()


def _record(folder: Path, people: Sequence[RosterPerson], count: int) -> None:
    """One clocking after another; those of one person have a minute each."""
    clock = SystemClock()
    with closing(LedgerDatabase(folder, patience_seconds=60)) as ledger:
        for start in range(0, count, _TOGETHER):
            with ledger.together():
                for number in range(start, min(start + _TOGETHER, count)):
                    who, moment = people[number % len(people)], clock.now()
                    wall_time = wall_time_of(_FIRST + timedelta(minutes=number // len(people)), _ZONE)
                    key, kind = uuid7(moment.instant), ClockingKind.IN_OUT
                    record(ledger, Clocking(key, who.badge_number, who.id, kind, moment, wall_time, "door"))
            time.sleep(_BETWEEN_SECONDS)


@contextmanager
def _bad_day(simulator: SimulatorThread, chance: random.Random, met: Counter[str]) -> Iterator[None]:
    stop = threading.Event()

    def go_wrong() -> None:
        while not stop.is_set():
            name, phase = chance.choice(list(_PHASES.items()))
            met[name] += 1
            simulator.set_faults(seed=chance.randrange(1_000_000), probability=_EACH, **phase)
            if chance.random() < 0.1:
                met["the server's clock is off by an hour"] += 1
                simulator.add_rule(effect="clock-skew", seconds=chance.choice((-3600.0, 3600.0)), times=50)
            stop.wait(chance.uniform(*_PHASE_SECONDS))
            simulator.clear_faults()
            simulator.set_faults(probability=_EACH, seed=chance.randrange(1_000_000))
            stop.wait(chance.uniform(*_GOOD_SECONDS))

    with ThreadPoolExecutor(1) as thread:
        weather = thread.submit(go_wrong)
        try:
            yield
        finally:
            stop.set()
        weather.result()


def _out_of_order(received: Sequence[Sent]) -> Iterator[str]:
    latest: dict[int, tuple[str, int]] = defaultdict(lambda: ("", -1))
    for person, day, minute in received:
        if (day, minute) < latest[person]:
            yield f"person {person}: {day} minute {minute} came after {latest[person]}"
        latest[person] = (day, minute)
