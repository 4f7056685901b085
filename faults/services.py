"""The shipped units under a real systemd: set up by `setup`, then processes stopped and killed (docs/proof.md)."""

import random
import tempfile
import time
from pathlib import Path

from faults.namespace_machine import NamespaceMachine
from faults.report import Report

_SECRET = "demo-secret"
_UNITS = ("kiosk", "courier", "clock")
_SIGNALS = ("KILL", "STOP")
_CARDS = ("0600D507D0", "01026F6C3A")
_HIGHEST_WAIT_SECONDS = 45.0
"""Of the watchdogs 30 s at the most, the restart, and some."""
_CONTROL_SECONDS = 20.0
_SETTINGS = """
[terminal]
name = "x"
same_booking_seconds = 0
[protime]
tenant = "acme"
client_id = "x"
base_url = "http://127.0.0.1:8000"
authentication_url = "http://127.0.0.1:8000"
[delivery]
hold_back_seconds = 0
"""
_ANSWERS = """
tenant = "acme"
client_id = "demo-terminal"
terminal_name = "Main entrance"
secret_file = "/root/secret"
start_services = true
[reader]
driver = "rdm6300"
port = "/dev/serial/by-id/reader"
"""
_HARDWARE = """
import fcntl, os, pty, select, struct, subprocess, termios, tty
screen, console = pty.openpty()
fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
open("/dev/tty1", "a").close()
subprocess.run(["mount", "--bind", os.ttyname(console), "/dev/tty1"], check=True)
reader, port = pty.openpty()
tty.setraw(port)
os.makedirs("/dev/serial/by-id")
os.symlink(os.ttyname(port), "/dev/serial/by-id/reader")
os.chown(os.ttyname(port), 0, 20)
os.chmod(os.ttyname(port), 0o660)
os.mkfifo("/run/badges")
badges = os.open("/run/badges", os.O_RDWR)
while True:
    for ready in select.select([screen, badges], [], [])[0]:
        data = os.read(ready, 65536)
        if ready == badges:
            card = bytes.fromhex(data.decode().strip())
            check = 0
            for byte in card:
                check ^= byte
            os.write(reader, b"\\x02" + f"{card.hex().upper()}{check:02X}".encode() + b"\\x03")
"""
_CONFIRMED = (
    "import sqlite3; print(sqlite3.connect('file:/var/lib/clocking-terminal/ledger.db?mode=ro', uri=True)"
    ".execute(\"SELECT count(*), count(DISTINCT protime_id) FROM clocking WHERE state = 'confirmed'\").fetchone())"
)


def run(count: int, seed: int) -> Report:
    """`count` processes stopped or killed, a badge after each; and a control, a kiosk without a watchdog."""
    chance = random.Random(seed)
    faults: list[str] = []
    longest = dict.fromkeys(_SIGNALS, 0.0)
    with tempfile.TemporaryDirectory() as folder, NamespaceMachine(Path(folder)) as machine:
        _set_up(machine)
        for number in range(count):
            unit, name = chance.choice(_UNITS), _SIGNALS[number % len(_SIGNALS)]
            try:
                longest[name] = max(longest[name], _hurt(machine, unit, name))
                _badge(machine, number)
            except AssertionError as error:
                faults.append(f"{name} to {unit}: {error}")
        shown = _where_the_secret_is(machine)
        faults += [f"the secret is in {place}" for place in shown]
        is_watched_without = _control(machine)
    return Report(
        claim="what setup installs runs in its sandboxes; a process that was killed or hangs is started anew, the next"
        " badge reaches Protime once, and the secret is in no argument, environment and log",
        tried=f"{count} processes of three services stopped or killed under a real systemd",
        figures={f"longest until it was back after {name}, s": round(longest[name], 1) for name in _SIGNALS},
        faults=faults,
        void=["control, a kiosk without a watchdog that is stopped: it came back"] if is_watched_without else [],
    )


def _set_up(machine: NamespaceMachine) -> None:
    machine.install()
    machine.write("/root/hardware.py", _HARDWARE)
    machine.write("/root/secret", f"{_SECRET}\n", mode="0600")
    machine.write("/root/answers.toml", _ANSWERS)
    machine.write("/etc/clocking-terminal/terminal.toml", _SETTINGS)
    program = "/opt/clocking-terminal/bin/clocking-terminal"
    machine.run("systemd-run", "--unit=hardware", "/opt/clocking-terminal/bin/python", "/root/hardware.py")
    machine.run("systemd-run", "--unit=simulator", program, "simulator", "--port", "8000", "--people", "20")
    machine.until(lambda: machine.say("ls", "/run/badges") != "", "the reader is there")
    steps = [word for step in ("settings", "secret", "console", "services") for word in ("--only", step)]
    machine.run(program, "setup", "--answers", "/root/answers.toml", *steps)


def _main(machine: NamespaceMachine, unit: str) -> str:
    return machine.say("systemctl", "show", "--property", "MainPID", "--value", f"clocking-terminal-{unit}")


def _is_active(machine: NamespaceMachine, unit: str) -> bool:
    return machine.say("systemctl", "is-active", f"clocking-terminal-{unit}") == "active"


def _hurt(machine: NamespaceMachine, unit: str, name: str) -> float:
    machine.until(lambda: _is_active(machine, unit), f"{unit} is active")
    former = _main(machine, unit)
    machine.run("kill", f"-{name}", former)
    seconds = machine.until(
        lambda: _main(machine, unit) not in {former, "0"} and _is_active(machine, unit), f"another {unit} is active"
    )
    if seconds > _HIGHEST_WAIT_SECONDS:
        raise AssertionError(f"{unit} came back after {seconds:.0f} s only")
    return seconds


def _badge(machine: NamespaceMachine, number: int) -> None:
    for unit in ("kiosk", "courier"):
        machine.until(lambda unit=unit: _is_active(machine, unit), f"{unit} is active")  # type: ignore[misc]
    machine.run("sh", "-c", f"echo {_CARDS[number % len(_CARDS)]} >/run/badges")
    wanted = f"({number + 1}, {number + 1})"
    python = "/opt/clocking-terminal/bin/python"
    machine.until(lambda: machine.say(python, "-c", _CONFIRMED) == wanted, f"badge {number + 1} was confirmed, once")


def _where_the_secret_is(machine: NamespaceMachine) -> list[str]:
    places = {
        "an argument": "grep -lsa -e {} /proc/[0-9]*/cmdline",
        "an environment": "grep -lsa -e {} /proc/[0-9]*/environ",
        "the journal": "journalctl --no-pager --output=export | grep -a -e {}",
        "the settings": "grep -ls -e {} /etc/clocking-terminal/terminal.toml",
    }
    # Written so that the command that searches does not hold it.
    pattern = f"{_SECRET[:4]}[{_SECRET[4]}]{_SECRET[5:]}"
    return [place for place, command in places.items() if machine.say("sh", "-c", command.format(f"'{pattern}'"))]


def _control(machine: NamespaceMachine) -> bool:
    """Whether a stopped kiosk comes back without a watchdog, which it must not."""
    machine.write(
        "/run/systemd/system/clocking-terminal-kiosk.service.d/control.conf", "[Service]\nWatchdogSec=infinity\n"
    )
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "clocking-terminal-kiosk")
    former = _main(machine, "kiosk")
    machine.run("kill", "-STOP", former)
    time.sleep(_CONTROL_SECONDS)
    came_back = _main(machine, "kiosk") != former
    machine.run("kill", "-KILL", former)
    return came_back
