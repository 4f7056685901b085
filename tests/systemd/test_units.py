"""The units as systemd reads them, and what they have in common with the program."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.client_secret import CREDENTIAL
from terminal_app.settings import DEFAULT_FILE, StorageSettings
from terminal_app.settings_file import load_settings
from terminal_app.timekeeping.told_clock import TOLD_FILE
from tests.cli.command import settings_for
from tests.webhook_receiver.receiver import free_port

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "systemd"
KIOSK = FOLDER / "clocking-terminal-kiosk.service"
COURIER = FOLDER / "clocking-terminal-courier.service"
TARGET = FOLDER / "clocking-terminal.target"
TMPFILES = FOLDER / "clocking-terminal.tmpfiles"
SERVICES = [KIOSK, COURIER]
WEBHOOKS = FOLDER / "clocking-terminal-webhooks.service"
"""Optional: no part of the target."""
CLOCK = FOLDER / "clocking-terminal-clock.service"
BACKUP = FOLDER / "clocking-terminal-backup.service"
TOUCH = FOLDER / "clocking-terminal-touch.service"
"""Optional, in the place of the kiosk's."""
TIMER = FOLDER / "clocking-terminal-backup.timer"
OF_THE_USER = [*SERVICES, WEBHOOKS, BACKUP]
LASTING = [*SERVICES, WEBHOOKS, CLOCK]
ALL = [*LASTING, BACKUP]
PREFIX = "/opt/clocking-terminal"

# Exposure, in tenths. 11 and 9 are the network's; three of the clock's 5 are for asking the kernel whether the clock is
# right, as the calls that ask could set it, had it the capability. What remains of each is commented in the unit.
HIGHEST_EXPOSURE = {KIOSK: 4, COURIER: 11, WEBHOOKS: 9, CLOCK: 5, BACKUP: 2}


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
    for unit in [*ALL, TOUCH, TIMER, TARGET]:
        text = unit.read_text(encoding="utf-8").replace(f"{PREFIX}/bin/clocking-terminal", str(program))
        text = text.replace("/usr/bin/cage", str(program))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    verified = run("systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in [*ALL, TOUCH, TIMER, TARGET]))
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
    if unit == CLOCK:
        assert others == []
        return
    assert others[: others.index("--config") + 2][-2:] == ["--config", str(DEFAULT_FILE)]


@pytest.mark.parametrize("unit", LASTING, ids=lambda unit: unit.stem)
def test_unit_comes_back_unless_the_settings_are_wrong(unit: Path) -> None:
    assert directives(unit, "Restart") == ["always"]
    assert directives(unit, "StartLimitIntervalSec") == ["0"]
    has_settings = unit != CLOCK
    assert directives(unit, "RestartPreventExitStatus") == [str(ExitCode.CONFIGURATION.value)] * has_settings


@pytest.mark.parametrize("unit", [*SERVICES, CLOCK], ids=lambda unit: unit.stem)
def test_a_unit_that_shows_life_is_watched(unit: Path) -> None:
    assert directives(unit, "Type") == ["notify"]
    assert directives(unit, "NotifyAccess") == ["main"]
    assert 10 <= int(directives(unit, "WatchdogSec")[0]) <= 30


@pytest.mark.parametrize("unit", ALL, ids=lambda unit: unit.stem)
def test_no_memory_is_written_to_the_disk(unit: Path) -> None:
    # The watchdog ends a process by SIGABRT, whose image would hold names, badge numbers and the secret.
    assert directives(unit, "LimitCORE") == ["0"]


@pytest.mark.parametrize("unit", OF_THE_USER, ids=lambda unit: unit.stem)
def test_unit_may_write_where_the_ledger_is_by_default(unit: Path) -> None:
    assert [f"/var/lib/{one}" for one in directives(unit, "StateDirectory")] == [str(StorageSettings().folder)]
    assert directives(unit, "ProtectSystem") == ["strict"]
    assert bool(directives(unit, "ReadWritePaths")) is (unit == BACKUP)


@pytest.mark.parametrize("unit", [*SERVICES, WEBHOOKS], ids=lambda unit: unit.stem)
def test_doorbells_hang_in_memory(unit: Path) -> None:
    # In the state folder each sign of life would be a write to the card; none may take the others' with it.
    assert directives(unit, "RuntimeDirectory") == ["clocking-terminal"]
    assert directives(unit, "RuntimeDirectoryPreserve") == ["yes"]


def test_the_clock_is_told_where_the_kiosk_reads_it() -> None:
    assert [Path(f"/run/{one}") for one in directives(CLOCK, "RuntimeDirectory")] == [TOLD_FILE.parent]
    assert directives(CLOCK, "RuntimeDirectoryMode") == ["0755"]
    assert directives(CLOCK, "DynamicUser") == ["yes"]
    assert CLOCK.name in " ".join(directives(KIOSK, "Wants")).split()


def test_backup_is_made_each_day_where_tmpfiles_has_made_a_folder() -> None:
    target = Path(directives(BACKUP, "ExecStart")[0].split()[-1])
    assert directives(BACKUP, "ReadWritePaths") == [f"-{target}"]
    assert f"d {target} 0750 clocking-terminal" in TMPFILES.read_text(encoding="utf-8")
    assert directives(TIMER, "OnCalendar") == ["*-*-* 02:40"]
    assert TIMER.name in " ".join(directives(TARGET, "Wants")).split()
    made = run("systemd-analyze", "calendar", directives(TIMER, "OnCalendar")[0])
    assert made.returncode == 0, made.stderr


def test_folders_can_be_made(tmp_path: Path) -> None:
    # As whoever runs the tests: the users of the file need not be on this machine.
    lines = re.sub(r"clocking-terminal clocking-terminal|root \S+", "- -", TMPFILES.read_text(encoding="utf-8"))
    file = tmp_path / "clocking-terminal.conf"
    file.write_text(lines, encoding="utf-8")
    made = run("systemd-tmpfiles", "--create", f"--root={tmp_path}", str(file))
    assert (made.returncode, made.stderr) == (0, "")
    assert (tmp_path / "var/backups/clocking-terminal").stat().st_mode & 0o777 == 0o750


def test_encrypted_secret_takes_the_place_of_the_plain_one() -> None:
    drop_in = FOLDER / "encrypted-secret.conf"
    assert directives(drop_in, "LoadCredential") == [""]
    (encrypted,) = directives(drop_in, "LoadCredentialEncrypted")
    assert encrypted.partition(":")[0] == CREDENTIAL


def test_all_are_one_user_who_is_made_by_sysusers() -> None:
    users = {tuple(directives(unit, "User") + directives(unit, "Group")) for unit in OF_THE_USER}
    made = re.findall(r"^u (\S+)", (FOLDER / "clocking-terminal.sysusers").read_text(encoding="utf-8"), re.MULTILINE)
    assert users == {(made[0], made[0])}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_boot_id_can_be_read(unit: Path) -> None:
    # terminal_app/timekeeping/clock.py reads it below /proc/sys, which ProcSubset=pid hides.
    assert directives(unit, "ProcSubset") == ["all"]


def test_one_may_ask_how_right_the_clock_is_and_none_may_set_it() -> None:
    # terminal_app/timekeeping/kernel.py; glibc makes either call of it. ProtectClock= would forbid both.
    assert not directives(CLOCK, "ProtectClock")
    assert "adjtimex clock_adjtime clock_adjtime64" in directives(CLOCK, "SystemCallFilter")
    for unit in OF_THE_USER:
        assert directives(unit, "ProtectClock") == ["yes"]
    for unit in ALL:
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


@pytest.mark.parametrize("unit", [COURIER, WEBHOOKS, BACKUP], ids=lambda unit: unit.stem)
def test_whoever_badges_comes_first(unit: Path) -> None:
    # Only the unit can say so: the filter of system calls forbids it to the process.
    assert directives(unit, "Nice") == ["10"]
    assert directives(KIOSK, "Nice") == []


def test_touch_is_the_kiosk_in_one_window_and_in_its_place() -> None:
    assert KIOSK.name in directives(TOUCH, "Conflicts")[0].split()
    (command,) = directives(TOUCH, "ExecStart")
    assert command.endswith(directives(KIOSK, "ExecStart")[0])
    assert " -s " not in command.partition("foot")[0]  # cage's own: allows to switch consoles
    for name in ("StateDirectory", "RuntimeDirectory", "PrivateNetwork", "InaccessiblePaths", "User"):
        assert directives(TOUCH, name) == directives(KIOSK, name)
    assert TOUCH.name not in TARGET.read_text(encoding="utf-8")


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
        "Type=notify",
        "NotifyAccess=main",
        "TimeoutStartSec=infinity",
        "WatchdogSec=30",
        "TimeoutStopSec=30",
        "ProcSubset=all",
    }
    assert settings_of(WEBHOOKS) - settings_of(COURIER) == {
        "After=network.target",
        "Type=exec",
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


def test_target_starts_all_that_belongs_to_it_and_stops_it() -> None:
    parts = [*SERVICES, CLOCK, TIMER]
    assert set(" ".join(directives(TARGET, "Wants")).split()) == {unit.name for unit in parts}
    assert all(directives(unit, "PartOf") == [TARGET.name] for unit in parts)


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
    assert asdict(load_settings(file)) == asdict(load_settings(FOLDER / "terminal.example.toml"))


def test_readme_has_ten_steps_and_names_files_that_are_there() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^(\d+)\. \*\*", text, flags=re.MULTILINE) == [str(number) for number in range(1, 11)]
    named = set(re.findall(r"(?<!/etc/)(?:systemd|requirements)/[\w.-]+\.[a-z]+", text))
    assert named
    assert [one for one in named if not (ROOT / one).is_file()] == []
