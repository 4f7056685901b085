"""The simulated Protime on loopback, and the client that the courier uses against it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from terminal_app.protime.api import ProtimeApi
from terminal_app.settings import DeliverySettings, ProtimeSettings
from terminal_app.simulator.activity_records import STRUCTURE
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings


@pytest.fixture(scope="package")
def running() -> Iterator[SimulatorThread]:
    with SimulatorThread(people=10, settings=Settings(page_size=4)) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: SimulatorThread) -> Iterator[SimulatorThread]:
    running.set_faults(expire_tokens=True)
    running.clear_faults()
    yield running
    running.clear_faults()
    running.reset()


def protime_settings(url: str, person_reference: str = "@badge-number") -> ProtimeSettings:
    return ProtimeSettings(
        tenant="acme",
        client_id="demo-terminal",
        base_url=url,
        authentication_url=url,
        person_reference=person_reference,
        activity_structure=STRUCTURE,
        activity_levels=2,
    )


@pytest.fixture
async def api(simulator: SimulatorThread) -> AsyncIterator[ProtimeApi]:
    delivery = DeliverySettings(request_seconds=5)
    async with ProtimeApi(
        protime_settings(simulator.url), delivery, "demo-secret", terminal_code="GATE-1"
    ) as protime_api:
        yield protime_api
