"""The tutorial of drivers/README.md does what it says: its example is run as somebody else's package."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import drivers

TEXT = (Path(drivers.__file__).parent / "README.md").read_text(encoding="utf-8")

USE_IT = """
from drivers.names import driver_names, driver_of, is_driver
from drivers.rehearsal import VirtualReader

assert "acme" in driver_names() and is_driver("acme")
assert driver_of("acme").readers == "ACME R2"
with VirtualReader("acme") as virtual:
    virtual.hold(bytes.fromhex("66CF4DC2"))
    import os
    descriptor = os.open(virtual.port, os.O_RDONLY | os.O_NOCTTY)
    assert os.read(descriptor, 100) == b"$66CF4DC2*04\\r\\n", "as the text says"
print("used")
"""


def block_after(words: str, language: str = "python") -> str:
    found = re.search(rf"```{language}\n(.*?)```", TEXT[TEXT.index(words) :], re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The example as it would be installed: modules, and metadata with its entry point."""
    (tmp_path / "acme_reader.py").write_text(block_after("`acme_reader.py`:"), encoding="utf-8")
    (tmp_path / "test_acme_reader.py").write_text(block_after("`test_acme_reader.py`:"), encoding="utf-8")
    toml = block_after("Give it a name", "toml")
    group = re.search(r'entry-points\."([^"]+)"', toml)
    entry = re.search(r'^(\w+) = "([^"]+)"$', toml, re.MULTILINE)
    assert group is not None
    assert entry is not None
    info = tmp_path / "acme_reader-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-reader\nVersion: 1\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(f"[{group[1]}]\n{entry[1]} = {entry[2]}\n", encoding="utf-8")
    return tmp_path


def run_with(package: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    root = Path(drivers.__file__).parents[1]
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        cwd=package,
        env={**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{root}"},
    )


def test_the_example_keeps_the_contract(package: Path) -> None:
    answer = run_with(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_acme_reader.py")
    assert answer.returncode == 0, answer.stdout
    assert "10 passed" in answer.stdout


def test_it_is_found_by_its_entry_point(package: Path) -> None:
    answer = run_with(package, "-c", USE_IT)
    assert (answer.stdout, answer.stderr) == ("used\n", "")
    listed = run_with(package, "-m", "terminal_app", "reader", "drivers")
    assert "\nacme: ACME R2\n" in f"\n{listed.stdout}"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("raise OSError('no such library')", "OSError: no such library"),
        ("DRIVER = 7", "neither a SerialDriver nor an OtherDriver"),
        ("", "AttributeError"),
    ],
)
def test_a_broken_one_is_named_and_breaks_no_other(package: Path, code: str, why: str) -> None:
    (package / "acme_reader.py").write_text(code, encoding="utf-8")
    listed = run_with(package, "-m", "terminal_app", "reader", "probe", "/dev/none", "--driver", "acme")
    assert listed.returncode == 2
    assert "the badge reader driver 'acme' cannot be loaded: " in listed.stderr
    assert why in listed.stderr
    ours = run_with(package, "-m", "terminal_app", "reader", "drivers")
    assert ours.returncode == 0
    assert "rdm6300: " in ours.stdout
    assert "acme: " in ours.stdout


def test_a_name_of_ours_stays_ours(package: Path) -> None:
    (package / "acme_reader-1.dist-info" / "entry_points.txt").write_text(
        "[clocking_terminal.drivers]\nline = acme_reader:DRIVER\n", encoding="utf-8"
    )
    listed = run_with(package, "-m", "terminal_app", "reader", "drivers")
    assert "ACME" not in listed.stdout
