"""A real simulated server on loopback for each test module, put to rest before every test."""

from collections.abc import Iterator
from datetime import date

import pytest

from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from tests.simulator.calls import Caller


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatorThread]:
    with SimulatorThread(people=10, settings=Settings(page_size=4), today=lambda: date(2026, 6, 1)) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: SimulatorThread) -> Iterator[SimulatorThread]:
    yield running
    running.clear_faults()
    running.reset()


@pytest.fixture
def api(simulator: SimulatorThread) -> Iterator[Caller]:
    with Caller(simulator.url) as caller:
        caller.log_in()
        yield caller
