"""The units as systemd reads them, and what they have in common with the program."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.client_secret import CREDENTIAL
from terminal_app.settings import DEFAULT_FILE, StorageSettings
from terminal_app.settings_file import load_settings
from tests.cli.command import settings_for
from tests.webhook_receiver.receiver import free_port

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "systemd"
KIOSK = FOLDER / "clocking-terminal-kiosk.service"
COURIER = FOLDER / "clocking-terminal-courier.service"
TARGET = FOLDER / "clocking-terminal.target"
SERVICES = [KIOSK, COURIER]
WEBHOOKS = FOLDER / "clocking-terminal-webhooks.service"
"""Optional: no part of the target."""
ALL = [*SERVICES, WEBHOOKS]
PREFIX = "/opt/clocking-terminal"

# Exposure, in tenths: of a unit without network and with few devices, and of one that needs the network. The kiosk asks
# the kernel whether the clock is right, and the calls that ask could set it, had it the capability: that counts three.
HIGHEST_EXPOSURE = {KIOSK: 8, COURIER: 11, WEBHOOKS: 9}


def directives(unit: Path, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit.read_text(encoding="utf-8"), flags=re.MULTILINE)


def run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} is not installed: no systemd on this machine")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    # Where the program is installed only; everything else is verified as it is.
    program = tmp_path / "clocking-terminal"
    program.write_text(f"#!{sys.executable}\n", encoding="utf-8")
    program.chmod(0o755)
    for unit in [*ALL, TARGET]:
        text = unit.read_text(encoding="utf-8").replace(f"{PREFIX}/bin/clocking-terminal", str(program))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    verified = run("systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in [*ALL, TARGET]))
    assert str(tmp_path) not in verified.stderr
    assert "clocking-terminal" not in verified.stderr
    assert verified.returncode == 0, verified.stderr


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: unit.stem)
def test_exposure_stays_low(unit: Path) -> None:
    assessed = run(
        "systemd-analyze",
        "security",
        "--no-pager",
        "--offline=true",
        f"--threshold={HIGHEST_EXPOSURE[unit]}",
        str(unit),
    )
    assert assessed.returncode == 0, assessed.stdout


def test_user_can_be_made() -> None:
    made = run("systemd-sysusers", "--dry-run", f"{FOLDER / 'clocking-terminal.sysusers'}")
    assert made.returncode == 0, made.stderr
    assert "ignoring" not in made.stderr


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: unit.stem)
def test_unit_starts_the_installed_command_with_the_default_file(unit: Path) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    program, command, *others = directives(unit, "ExecStart")[0].split()
    assert program in {f"{PREFIX}/bin/{name}" for name in scripts}
    assert command == unit.stem.removeprefix("clocking-terminal-")
    assert others[: others.index("--config") + 2][-2:] == ["--config", str(DEFAULT_FILE)]


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: unit.stem)
def test_unit_comes_back_unless_the_settings_are_wrong(unit: Path) -> None:
    assert directives(unit, "Restart") == ["always"]
    assert directives(unit, "StartLimitIntervalSec") == ["0"]
    assert directives(unit, "RestartPreventExitStatus") == [str(ExitCode.CONFIGURATION.value)]


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: unit.stem)
def test_unit_may_write_where_the_ledger_is_by_default(unit: Path) -> None:
    assert [f"/var/lib/{one}" for one in directives(unit, "StateDirectory")] == [str(StorageSettings().folder)]
    assert directives(unit, "ProtectSystem") == ["strict"]
    assert not directives(unit, "ReadWritePaths")


def test_all_are_one_user_who_is_made_by_sysusers() -> None:
    users = {tuple(directives(unit, "User") + directives(unit, "Group")) for unit in ALL}
    made = re.findall(r"^u (\S+)", (FOLDER / "clocking-terminal.sysusers").read_text(encoding="utf-8"), re.MULTILINE)
    assert users == {(made[0], made[0])}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_boot_id_can_be_read(unit: Path) -> None:
    # terminal_app/timekeeping/clock.py reads it below /proc/sys, which ProcSubset=pid hides.
    assert directives(unit, "ProcSubset") == ["all"]


def test_kiosk_may_ask_how_right_the_clock_is_and_neither_may_set_it() -> None:
    # terminal_app/timekeeping/kernel.py; glibc makes either call of it. ProtectClock= would forbid both.
    assert not directives(KIOSK, "ProtectClock")
    assert "adjtimex clock_adjtime clock_adjtime64" in directives(KIOSK, "SystemCallFilter")
    assert directives(COURIER, "ProtectClock") == ["yes"]
    for unit in SERVICES:
        assert directives(unit, "CapabilityBoundingSet") == directives(unit, "AmbientCapabilities") == [""]
        assert not re.search(r"clock_settime|settimeofday", unit.read_text(encoding="utf-8"))


def test_kiosk_has_no_network_and_no_secret() -> None:
    assert directives(KIOSK, "PrivateNetwork") == ["yes"]
    assert directives(KIOSK, "IPAddressDeny") == ["any"]
    assert directives(KIOSK, "RestrictAddressFamilies") == ["AF_UNIX"]
    assert not directives(KIOSK, "LoadCredential")
    hidden = directives(KIOSK, "InaccessiblePaths")[0].split()
    assert hidden == ["-/run/credentials", f"-{DEFAULT_FILE.with_name(CREDENTIAL)}"]


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: unit.stem)
def test_none_can_look_into_another(unit: Path) -> None:
    # The same user may read another process's memory and mounts, except from a user namespace of its own.
    assert directives(unit, "PrivateUsers") == ["yes"]
    assert directives(unit, "ProtectProc") == ["invisible"]


def test_kiosk_has_its_screen_and_serial_ports_only() -> None:
    assert directives(KIOSK, "DevicePolicy") == ["closed"]
    assert directives(KIOSK, "DeviceAllow") == [
        "/dev/tty1 rw",
        "char-ttyUSB rw",
        "char-ttyACM rw",
        "char-ttyAMA rw",
    ]
    assert directives(KIOSK, "TTYPath") == ["/dev/tty1"]
    # Textual draws on the error output.
    assert (directives(KIOSK, "StandardOutput"), directives(KIOSK, "StandardError")) == (["tty"], ["tty"])


def test_drivers_are_loaded_before_their_devices_are_allowed() -> None:
    modules = {"modprobe@usbserial.service", "modprobe@cdc_acm.service"}
    assert modules <= set(" ".join(directives(KIOSK, "Wants")).split())
    assert modules <= set(" ".join(directives(KIOSK, "After")).split())


def test_courier_has_the_secret_and_no_device() -> None:
    assert directives(COURIER, "LoadCredential") == [f"{CREDENTIAL}:{DEFAULT_FILE.with_name(CREDENTIAL)}"]
    assert directives(COURIER, "PrivateDevices") == ["yes"]
    assert not directives(COURIER, "DeviceAllow")
    assert not directives(COURIER, "SupplementaryGroups")


def test_receiver_has_its_keys_and_this_machine_only() -> None:
    assert directives(WEBHOOKS, "LoadCredential") == [f"webhook-keys:{DEFAULT_FILE.with_name('webhook-keys')}"]
    assert directives(WEBHOOKS, "ExecStart")[0].endswith(" --key-file %d/webhook-keys")
    assert f"-{DEFAULT_FILE.with_name(CREDENTIAL)}" in directives(WEBHOOKS, "InaccessiblePaths")[0].split()
    assert directives(WEBHOOKS, "PrivateDevices") == ["yes"]
    assert not directives(WEBHOOKS, "DeviceAllow")
    assert (directives(WEBHOOKS, "IPAddressDeny"), directives(WEBHOOKS, "IPAddressAllow")) == (["any"], ["localhost"])


def test_receiver_is_started_by_who_wants_it_and_stops_with_the_target() -> None:
    assert WEBHOOKS.name not in TARGET.read_text(encoding="utf-8")
    assert directives(WEBHOOKS, "WantedBy") == ["multi-user.target"]
    assert directives(WEBHOOKS, "PartOf") == [TARGET.name]


def test_receiver_takes_the_options_of_its_unit(tmp_path: Path) -> None:
    _, *arguments = directives(WEBHOOKS, "ExecStart")[0].split()
    (tmp_path / "webhook-keys").write_text("people private-key\n", encoding="utf-8")
    (tmp_path / "webhook-keys").chmod(0o640)  # as systemd shows it, with its access list
    port = str(free_port())
    there = {
        str(DEFAULT_FILE): str(settings_for(tmp_path)),
        "%d/webhook-keys": str(tmp_path / "webhook-keys"),
        "8100": port,
    }
    environment = {**os.environ, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-m", "terminal_app", *(there.get(one, one) for one in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == f"people: http://127.0.0.1:{port}/people\n"
        program.terminate()
        _, said = program.communicate(timeout=30)
    assert program.returncode == 0
    assert "chmod" not in said


def test_receiver_is_kept_as_the_courier_is_and_its_deviations_are_said() -> None:
    def settings_of(unit: Path) -> set[str]:
        text = unit.read_text(encoding="utf-8")
        return set(
            re.findall(r"^(?!ExecStart|Description|LoadCredential|InaccessiblePaths)\w+=.*$", text, re.MULTILINE)
        )

    assert settings_of(COURIER) - settings_of(WEBHOOKS) == {
        "After=network.target time-set.target",
        "TimeoutStopSec=30",
        "ProcSubset=all",
    }
    assert settings_of(WEBHOOKS) - settings_of(COURIER) == {
        "After=network.target",
        "TimeoutStopSec=15",
        "OOMScoreAdjust=500",
        "IPAddressDeny=any",
        "IPAddressAllow=localhost",
        "ProcSubset=pid",
        "WantedBy=multi-user.target",
    }


def test_none_waits_for_the_network() -> None:
    # A terminal that starts without a network clocks all the same.
    for unit in ALL:
        named = " ".join(directives(unit, "After") + directives(unit, "Wants") + directives(unit, "Requires"))
        assert "network-online.target" not in named
        assert "time-sync.target" not in named


def test_target_starts_both_and_stops_both() -> None:
    assert set(directives(TARGET, "Wants")[0].split()) == {unit.name for unit in SERVICES}
    assert all(directives(unit, "PartOf") == [TARGET.name] for unit in SERVICES)


def test_example_settings_load_as_they_are() -> None:
    settings = load_settings(FOLDER / "terminal.example.toml")
    assert settings.storage.folder == StorageSettings().folder
    assert settings.protime.client_secret_file is None
    assert len(settings.reader) == 1


def test_defaults_shown_in_the_example_are_the_defaults(tmp_path: Path) -> None:
    text = (FOLDER / "terminal.example.toml").read_text(encoding="utf-8")
    file = tmp_path / "terminal.toml"
    shown = re.sub(r"^# (?=(unknown_badge|activity_levels|parallel|settle_|hold_))", "", text, flags=re.MULTILINE)
    assert shown != text
    file.write_text(shown, encoding="utf-8")
    assert load_settings(file) == load_settings(FOLDER / "terminal.example.toml")


def test_readme_has_ten_steps_and_names_files_that_are_there() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^(\d+)\. \*\*", text, flags=re.MULTILINE) == [str(number) for number in range(1, 11)]
    named = set(re.findall(r"(?<!/etc/)(?:systemd|requirements)/[\w.-]+\.[a-z]+", text))
    assert named
    assert [one for one in named if not (ROOT / one).is_file()] == []
