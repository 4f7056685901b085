"""The simulated Protime on loopback, and a settings file for it."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from terminal_app.simulator.activity_records import STRUCTURE
from terminal_app.simulator.server import SimulatorThread
from terminal_app.simulator.settings import Settings

PEOPLE = 8


@pytest.fixture(scope="package")
def running() -> Iterator[SimulatorThread]:
    with SimulatorThread(people=PEOPLE, settings=Settings(page_size=3, history_days=20)) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: SimulatorThread) -> Iterator[SimulatorThread]:
    running.set_faults(expire_tokens=True)
    running.clear_faults()
    yield running
    running.clear_faults()


@pytest.fixture
def config(simulator: SimulatorThread, tmp_path: Path) -> Path:
    return settings_of(simulator.url, tmp_path)


def settings_of(url: str, folder: Path) -> Path:
    secret = folder / "secret"
    secret.write_text("demo-secret\n", encoding="utf-8")
    secret.chmod(0o600)
    path = folder / "terminal.toml"
    path.write_text(
        f"""
[terminal]
name = "Gate"
external_code = "GATE-1"
timezone = "UTC"
[protime]
tenant = "acme"
client_id = "demo-terminal"
client_secret_file = "{secret}"
base_url = "{url}"
authentication_url = "{url}"
activity_structure = "{STRUCTURE}"
activity_levels = 3
[storage]
folder = "{folder}"
""",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def workday(simulator: SimulatorThread) -> date:
    """A day of the past on which everybody has clockings."""
    day = simulator.state.today() - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day
