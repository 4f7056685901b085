"""A courier that is killed at any moment leaves each clocking at the server exactly once."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from terminal_app.clocking.clocking import Clocking, ClockingKind
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.recording import record
from terminal_app.simulator.server import SimulatorThread
from terminal_app.timekeeping.clock import SystemClock, uuid7
from tests.processes.terminal import Terminal, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600), pytest.mark.no_cover]

PEOPLE = 40
OUT_OF_SERVICE = 6
KILLS = 4
"""`./run faults kills` has a hundred, in CI too."""
ZONE = ZoneInfo("Europe/Brussels")
FIRST = datetime(2026, 1, 15, 7, tzinfo=UTC)


def keep_recording(folder: Path, badges: list[tuple[int, str]], stop: threading.Event) -> list[tuple[int, str, int]]:
    """Record one clocking after another, as the kiosk does, until told to stop; gives person, date and minute of each.

    The clockings of one person have a minute each, so that a lost one and a doubled one cannot make up for each other.
    """
    ledger, clock = LedgerDatabase(folder), SystemClock()
    recorded: list[tuple[int, str, int]] = []
    while not stop.wait(0.01):
        person_id, badge_number = badges[len(recorded) % len(badges)]
        moment = clock.now()
        wall_time = wall_time_of(FIRST + timedelta(minutes=len(recorded) // len(badges)), ZONE)
        record(
            ledger,
            Clocking(
                uuid7(moment.instant),
                badge_number,
                person_id,
                ClockingKind.IN_OUT,
                moment,
                wall_time,
                "door",
            ),
        )
        recorded.append((person_id, wall_time.date.isoformat(), wall_time.minute))
    ledger.close()
    return recorded


def test_each_clocking_arrives_once_whenever_the_courier_dies(tmp_path: Path) -> None:
    chance = random.Random(20261124)
    with SimulatorThread(people=PEOPLE) as simulator, Terminal(tmp_path, simulator.url) as terminal:
        people = simulator.state.people
        badges = [(key, str(people.record(key)["badgeNumber"])) for key in people.ids() if key != OUT_OF_SERVICE]
        stop = threading.Event()
        with ThreadPoolExecutor(1) as recorder:
            recording = recorder.submit(keep_recording, tmp_path, badges, stop)
            try:
                for _ in range(KILLS):
                    terminal.start_courier()
                    assert terminal.courier is not None
                    time.sleep(chance.uniform(0.6, 2.5))
                    terminal.courier.kill()
                    terminal.courier.wait()
            finally:
                stop.set()
            recorded = recording.result()
        terminal.start_courier()
        until(
            lambda: Counter(terminal.states().values()) == {"confirmed": len(recorded)},
            lambda: f"{len(recorded)} confirmed: {Counter(terminal.states().values())}",
        )
        received = [(one["personId"], one["date"], one["timeOfDayInMinutes"]) for one in simulator.received()]
        assert len(set(recorded)) == len(recorded)
        assert Counter(received) == Counter(recorded)
