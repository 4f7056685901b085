"""A courier that is killed at any moment leaves each clocking at the server exactly once."""

import os
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
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

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

PEOPLE = 40
OUT_OF_SERVICE = 6
KILLS = int(os.environ.get("CLOCKING_TERMINAL_KILLS", "10"))
"""50 for the long run."""
ZONE = ZoneInfo("Europe/Brussels")


def keep_recording(folder: Path, badges: list[tuple[int, str]], stop: threading.Event) -> int:
    """Record one clocking after another, as the kiosk does, until told to stop; gives how many."""
    ledger, clock, count = LedgerDatabase(folder), SystemClock(), 0
    while not stop.wait(0.01):
        person_id, badge_number = badges[count % len(badges)]
        moment = clock.now()
        record(
            ledger,
            Clocking(
                uuid7(moment.instant),
                badge_number,
                person_id,
                ClockingKind.IN_OUT,
                moment,
                wall_time_of(moment.instant, ZONE),
                "door",
            ),
        )
        count += 1
    ledger.close()
    return count


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
            lambda: Counter(terminal.states().values()) == {"confirmed": recorded},
            lambda: f"{recorded} confirmed: {Counter(terminal.states().values())}",
        )
        received = Counter((one["personId"]) for one in simulator.received())
        assert received.total() == recorded
        for index, (person_id, _) in enumerate(badges):
            expected = recorded // len(badges) + (index < recorded % len(badges))
            assert received[person_id] == expected
