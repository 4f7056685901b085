"""Installed, upgraded, gone back, downgraded, removed: what was clocked stays, each clocking in its state."""

from pathlib import Path

import pytest

from package.clean_root.conftest import NEWER
from package.clean_root.root import CleanRoot
from package.clean_root.scripts import READ, RECORD, ROSTER

FOLDER = "/var/lib/clocking-terminal"
SETTINGS = "/etc/clocking-terminal/terminal.toml"
TOOL = "/usr/lib/clocking-terminal/version"
OLD, NEW = "0.1.0+deb12", f"{NEWER}+deb12"
STATES = ["1:recorded", "2:confirmed", "3:undone", "4:refused", "5:unknown", "6:sending"]


def put_to_use(root: CleanRoot) -> None:
    """Settings, the folder that the units make, and clockings in every state."""
    root.call(
        "install",
        "-m",
        "640",
        "-g",
        "clocking-terminal",
        "/usr/share/clocking-terminal/terminal.example.toml",
        SETTINGS,
    )
    root.call("install", "-d", "-m", "750", "-o", "clocking-terminal", "-g", "clocking-terminal", FOLDER)
    root.python(RECORD, *STATES)


def clockings(root: CleanRoot) -> tuple[int, list[str]]:
    """The ledger's version, and each clocking."""
    version, *rows = root.python(READ).splitlines()
    return int(version), rows


def as_if_stopped(rows: list[str]) -> list[str]:
    """What was under way when the services were stopped is in doubt."""
    return [row.replace(" sending ", " unknown ") for row in rows]


def test_installed(root: CleanRoot, package: Path) -> None:
    root.install(package)
    assert root.call("clocking-terminal", "--version").stdout == "clocking-terminal 0.1.0\n"
    assert root.call("dpkg", "--verify", "clocking-terminal").stdout == ""
    assert root.call("id", "-un", "clocking-terminal").stdout == "clocking-terminal\n"
    assert root.call(TOOL).stdout == f"* {OLD}\n"
    assert root.path("/opt/clocking-terminal/current").readlink() == Path("versions") / OLD
    rights = root.call("stat", "-c", "%a %U %G", "/etc/clocking-terminal").stdout
    assert rights == "750 root clocking-terminal\n"
    compiled = root.path(f"/opt/clocking-terminal/versions/{OLD}/lib/python3.11/site-packages/terminal_app/__pycache__")
    assert list(compiled.glob("__init__.*.pyc"))


def test_units_are_found_and_sound(root: CleanRoot, package: Path) -> None:
    root.install(package)
    units = [path.name for path in root.path(f"/opt/clocking-terminal/versions/{OLD}/systemd").iterdir()]
    assert {"clocking-terminal-kiosk.service", "clocking-terminal-courier.service"} <= set(units)
    for unit in [*units, "clocking-terminal-trial.service"]:
        done = root.call("systemd-analyze", "verify", "--man=no", f"/usr/lib/systemd/system/{unit}", check=False)
        assert "clocking-terminal" not in done.stderr, done.stderr
    root.call("systemctl", "enable", "clocking-terminal.target")
    assert root.call("systemctl", "is-enabled", "clocking-terminal.target").stdout == "enabled\n"
    assert root.call("systemctl", "is-enabled", "clocking-terminal-trial.service", check=False).stdout == "static\n"


def test_upgraded_and_gone_back(root: CleanRoot, package: Path, newer_package: Path) -> None:
    root.install(package)
    put_to_use(root)
    before = clockings(root)
    assert root.python(ROSTER, "Peeters").split()[1:] == ["Peeters"]

    root.install(newer_package)
    assert root.call("clocking-terminal", "--version").stdout == f"clocking-terminal {NEWER}\n"
    root.python(RECORD, "7:recorded")
    version, upgraded = clockings(root)
    assert version == before[0] + 1
    assert upgraded[:-1] == before[1]
    assert root.python(ROSTER, "Janssens").split()[1:] == ["Janssens", "Peeters"]

    said = root.call(TOOL, "switch", OLD).stderr
    assert "7 clockings, each in its state; 0 made no sense" in said
    assert root.call("clocking-terminal", "--version").stdout == "clocking-terminal 0.1.0\n"
    assert clockings(root) == (before[0], as_if_stopped(upgraded))
    assert root.python(ROSTER).split()[1:] == ["Peeters"]
    assert root.call(TOOL).stdout == f"* {OLD}\n  {NEW}\n"
    root.call("runuser", "-u", "clocking-terminal", "--", "clocking-terminal", "audit", "verify")
    root.python(RECORD, "8:recorded")

    root.call(TOOL, "switch", NEW)
    assert len(clockings(root)[1]) == 8


def test_downgraded_by_its_package(root: CleanRoot, package: Path, newer_package: Path) -> None:
    root.install(newer_package)
    put_to_use(root)
    _, rows = clockings(root)
    root.install(package)
    assert root.call("clocking-terminal", "--version").stdout == "clocking-terminal 0.1.0\n"
    assert clockings(root)[1] == as_if_stopped(rows)
    assert root.path(SETTINGS).is_file()


def test_a_ledger_that_cannot_be_carried_stops_the_change(root: CleanRoot, package: Path, newer_package: Path) -> None:
    root.install(package)
    root.install(newer_package)
    put_to_use(root)
    root.call("chmod", "500", FOLDER)
    done = root.call(TOOL, "switch", OLD, check=False)
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    root.call("chmod", "750", FOLDER)
    assert root.call("clocking-terminal", "--version").stdout == f"clocking-terminal {NEWER}\n"
    assert len(clockings(root)[1]) == len(STATES)


def test_removed_and_purged(root: CleanRoot, package: Path) -> None:
    clean = root.files()
    root.install(package)
    put_to_use(root)
    before = clockings(root)
    root.call("dpkg", "--remove", "clocking-terminal")
    left = {
        name for name in root.files() - clean if not name.startswith(("/var/lib/dpkg", "/var/log", "/etc/", FOLDER))
    }
    assert left == set()
    assert root.path(SETTINGS).is_file()
    assert root.path(f"{FOLDER}/ledger.db").is_file()

    root.install(package)
    assert clockings(root) == before

    said = root.call("dpkg", "--purge", "clocking-terminal").stderr
    assert "the clockings stay" in said
    assert not root.path("/etc/clocking-terminal").exists()
    assert root.path(f"{FOLDER}/ledger.db").is_file()


def test_an_installation_by_hand_is_not_overwritten(root: CleanRoot, package: Path) -> None:
    root.path("/opt/clocking-terminal").mkdir()
    root.path("/opt/clocking-terminal/pyvenv.cfg").touch()
    with pytest.raises(AssertionError, match="installation by hand"):
        root.install(package)


def test_the_same_version_again(root: CleanRoot, package: Path) -> None:
    root.install(package)
    put_to_use(root)
    before = clockings(root)
    root.install(package)
    assert clockings(root) == before
    assert root.call(TOOL).stdout == f"* {OLD}\n"
