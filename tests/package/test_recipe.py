"""The recipe of the package, as far as it needs neither root nor the package index; the rest is `./run package-test`."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from package.release import CHECKOUT, build_wheel, files_beside_units, program_version, units_of_checkout
from package.targets import ARCHITECTURES, PYTHONS, Target, all_targets
from terminal_app import __version__

RECIPE = CHECKOUT / "package"
SCRIPTS = [RECIPE / "installed/version", *sorted((RECIPE / "debian").glob("p*"))]
NOT_INSTALLED = {".md", ".toml", ".conf", ".ini"}
"""Of systemd/: read by people, or copied by them."""


def test_there_is_a_target_for_each_machine() -> None:
    targets = all_targets(list(ARCHITECTURES), list(PYTHONS))
    assert {(one.architecture, one.debian) for one in targets} == {
        (architecture, debian) for architecture in ("amd64", "arm64", "armhf") for debian in ("12", "13")
    }
    assert Target("armhf", "12").wheel_platforms[0] == "manylinux_2_36_armv7l"
    assert Target("arm64", "13").python == "3.13"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1.0.dev3", "1.0"),
        ("1.0a1", "1.0b1"),
        ("1.0b2", "1.0rc1"),
        ("1.0rc2", "1.0"),
        ("1.0", "1.0.1"),
        ("1.9", "1.10"),
    ],
)
def test_debian_sorts_versions_as_we_do(older: str, newer: str) -> None:
    for debian in PYTHONS:
        one, other = (Target("arm64", debian).version(version) for version in (older, newer))
        assert subprocess.run(["dpkg", "--compare-versions", one, "lt", other], check=False).returncode == 0


def test_a_newer_debian_has_the_newer_package() -> None:
    one, other = (Target("arm64", debian).version("1.0") for debian in ("12", "13"))
    assert subprocess.run(["dpkg", "--compare-versions", one, "lt", other], check=False).returncode == 0


def test_the_version_is_said_once() -> None:
    assert program_version() == __version__


def test_everything_in_systemd_is_taken_or_known() -> None:
    taken = {path.name for path in (*units_of_checkout(), *(path for path, _ in files_beside_units()))}
    left = {path for path in (CHECKOUT / "systemd").iterdir() if path.name not in taken}
    assert {path.name for path in left if path.suffix not in NOT_INSTALLED} == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
@pytest.mark.parametrize("shell", ["sh", "dash"])
def test_scripts_are_posix(script: Path, shell: str) -> None:
    program = shutil.which(shell)
    assert program is not None
    subprocess.run([program, "-n", str(script)], check=True)


def test_the_wheel_has_all_that_is_no_python(tmp_path: Path) -> None:
    """Which pipx and uv install from a checkout; twice the same bytes."""
    (tmp_path / "one").mkdir()
    wheel = build_wheel(tmp_path / "one", 1_800_000_000)
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in ("terminal_app", "drivers"):
        for path in (CHECKOUT / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert str(path.relative_to(CHECKOUT)) in names
    assert not any(name.startswith(("tests", "faults", "package")) for name in names)
    entry = next(name for name in names if name.endswith("entry_points.txt"))
    assert b"clocking-terminal = terminal_app.cli.main:main" in zipfile.ZipFile(wheel).read(entry)
    again = build_wheel(tmp_path / "two", 1_800_000_000)
    assert again.read_bytes() == wheel.read_bytes()
