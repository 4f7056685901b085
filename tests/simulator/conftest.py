"""A real simulated server on loopback for each test module, put to rest before every test."""

from collections.abc import Iterator
from datetime import date

import pytest

from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import ALL_SCOPES, Settings
from tests.simulator.calls import PREFIX, Caller


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


@pytest.fixture
def admin(simulator: SimulatorThread) -> Iterator[Caller]:
    """A caller with every scope."""
    with Caller(simulator.url) as caller:
        caller.log_in(*(scope.removeprefix(PREFIX) for scope in ALL_SCOPES))
        yield caller
