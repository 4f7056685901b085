"""The lines of `status` about kiosk, courier and the readers."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

from terminal_app.cli.fact import Fact
from terminal_app.settings import Settings, reader_name

_SYSTEMD = Path("/run/systemd/system")
_SYSTEMD_SECONDS = 5.0
_PROPERTIES = ("LoadState", "ActiveState", "SubState", "Result", "NRestarts")
_READER_REMEDIES = {
    "missing": "plug it in, or look at its port with `ls /dev/serial/by-id` and in the settings",
    "busy": "another program has its port: stop that, a ModemManager for example",
    "forbidden": "give the terminal's user the right: the group dialout, and DeviceAllow= of the kiosk's unit",
    "unusable": "look at the port in the settings; `clocking-terminal check` tries it",
}


def service_fact(settings: Settings, who: str) -> Fact:
    """Whether kiosk or courier is at work, and what systemd says of it."""
    from terminal_app.doorbell import ring, runtime_folder  # noqa: PLC0415
    from terminal_app.ledger.alone import is_at_work  # noqa: PLC0415

    folder = settings.storage.folder
    unit = unit_state(f"clocking-terminal-{who}.service")
    # Where the disk is an overlay the kernel's list of locks says nothing; the doorbell does.
    is_running = is_at_work(folder, who) or ring(runtime_folder(settings.storage.runtime_folder, folder), who)
    details: dict[str, object] = {"is_running": is_running, "unit": unit}
    if is_running:
        restarts = int(unit.get("NRestarts", "0")) if unit else 0
        return Fact(who, "running" + (f", started anew {restarts} times" if restarts else ""), details)
    how = ""
    remedy = f"start it: systemctl start clocking-terminal-{who}, or clocking-terminal {who}"
    if unit is not None and unit["ActiveState"] == "failed":
        how = f" (systemd: {unit['Result']})"
        remedy = (
            f"`journalctl -u clocking-terminal-{who}` tells why; mend it, then systemctl start clocking-terminal-{who}"
        )
    return Fact(who, f"not running{how}", details, remedy)


def reader_facts(settings: Settings, *, kiosk_runs: bool) -> Iterator[Fact]:
    """What the kiosk last saw of each reader of the settings."""
    from terminal_app.doorbell import runtime_folder  # noqa: PLC0415
    from terminal_app.reader_states import read_reader_states  # noqa: PLC0415

    storage = settings.storage
    seen = read_reader_states(runtime_folder(storage.runtime_folder, storage.folder)) if kiosk_runs else {}
    for reader in settings.reader:
        name = reader_name(reader)
        state = seen.get(name)
        details: dict[str, object] = {"reader": name, "port": reader.port, "state_of_reader": state}
        if state is None:
            yield Fact(f"reader {name}", "not known, as the kiosk has not said", details)
        else:
            yield Fact(f"reader {name}", state, details, _READER_REMEDIES.get(state))


def unit_state(unit: str) -> dict[str, str] | None:
    """What systemd knows of a unit; None where systemd is not, or has no such unit."""
    said = ask_systemd("show", "--property", ",".join(_PROPERTIES), unit)
    state = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    return state if state.get("LoadState") == "loaded" else None


def ask_systemd(*arguments: str) -> str:
    """What `systemctl` answers; empty where there is no systemd, or it does not answer."""
    if not _SYSTEMD.is_dir():
        return ""
    try:
        asked = subprocess.run(  # noqa: S603 # no shell, and words of our own
            ["systemctl", *arguments],  # noqa: S607 # the one of this system
            capture_output=True,
            text=True,
            check=False,
            timeout=_SYSTEMD_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout
