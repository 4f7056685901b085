"""The simulated Protime on loopback, and a terminal's folder whose courier runs in the test's own loop."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings
from tests.courier.terminal import Terminal


@pytest.fixture
def simulator() -> Iterator[SimulatorThread]:
    with SimulatorThread(people=40, settings=Settings(page_size=10)) as running:
        yield running


@pytest.fixture
async def terminal(tmp_path: Path, simulator: SimulatorThread) -> AsyncIterator[Terminal]:
    one = Terminal(tmp_path, simulator.url)
    try:
        yield one
    finally:
        await one.close()
