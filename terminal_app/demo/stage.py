"""All the parts of the demo but the screen: a folder, settings, the simulator, the courier, the virtual reader."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from drivers.rehearsal import VirtualReader
from terminal_app.children import end_child, start_child
from terminal_app.simulator.server import SimulatorThread


@dataclass(frozen=True, slots=True)
class DemoBadge:
    """A card of the demo, and the key that holds it to the reader."""

    key: str
    name: str
    card: bytes
    number: str


PEOPLE = (
    DemoBadge("a", "Anna", bytes.fromhex("0600D507D0"), "0013961168"),
    DemoBadge("b", "Luc", bytes.fromhex("01026F6C3A"), "0040856634"),
    DemoBadge("c", "Jürgen", bytes.fromhex("0000000001"), "0000000001"),
    DemoBadge("d", "Mary", bytes.fromhex("0000000002"), "0000000002"),
    DemoBadge("e", "Zoë", bytes.fromhex("0000000003"), "0000000003"),
)
UNKNOWN = DemoBadge("u", "unknown", bytes.fromhex("00DEADBEEF"), "3735928559")

_SETTINGS = """\
[terminal]
name = "Main entrance"
external_code = "GATE-1"
timezone = "Europe/Brussels"
languages = ["en", "nl", "fr", "de"]
same_booking_seconds = {same_booking_seconds}

[protime]
tenant = "acme"
base_url = "{url}"
authentication_url = "{url}"
client_id = "demo-terminal"
client_secret_file = "{folder}/client-secret"
activity_structure = "8c7f4f1e-2a5b-4c39-9a41-5d0c7b1f6a01"
activity_levels = 2

[storage]
folder = "{folder}"

[delivery]
settle_seconds = 3
proxy_seconds = 0
request_seconds = 3
hold_back_seconds = {hold_back_seconds}
longest_pause_seconds = 3

[[reader]]
driver = "rdm6300"
port = "{folder}/reader"
name = "door"
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a demo plays on."""

    folder: Path
    settings_file: Path
    simulator: SimulatorThread
    reader: VirtualReader
    courier: subprocess.Popen[bytes]


@contextmanager
def stage(*, hold_back_seconds: float, same_booking_seconds: float) -> Iterator[Stage]:
    """Set it up; when the context ends, every process and file of it is gone."""
    with tempfile.TemporaryDirectory(prefix="clocking-terminal-demo-") as name, SimulatorThread() as simulator:
        folder = Path(name)
        secret = folder / "client-secret"
        secret.touch(0o600)
        secret.write_text("demo-secret", encoding="utf-8")
        settings_file = folder / "terminal.toml"
        settings_file.write_text(
            _SETTINGS.format(
                url=simulator.url,
                folder=folder,
                hold_back_seconds=hold_back_seconds,
                same_booking_seconds=same_booking_seconds,
            ),
            encoding="utf-8",
        )
        with VirtualReader("rdm6300", link=folder / "reader") as reader, (folder / "courier.log").open("wb") as log:
            courier = start_child("courier", "--config", str(settings_file), log=log)
            try:
                yield Stage(folder, settings_file, simulator, reader, courier)
            finally:
                end_child(courier)
