"""The folder of one version: a virtual environment with program and libraries, units, bill of materials.

It is made for another machine than this one, so nothing in it is run here: pip takes the wheels of the target, and the
environment itself is three links and a file.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from package.bill_of_materials import bill_of_materials
from package.targets import Target

CHECKOUT = Path(__file__).parents[1]
VERSIONS = "/opt/clocking-terminal/versions"
"""Where the folders of versions are, on a terminal."""
_LIBRARIES = CHECKOUT / "requirements" / "simulator.txt"
"""What the terminal needs, and the webhook receiver."""
_UNITS = frozenset({".service", ".target", ".timer", ".socket", ".path", ".mount"})
_BESIDE_UNITS = {".sysusers": "sysusers.d", ".tmpfiles": "tmpfiles.d", ".sysctl": "sysctl.d"}
_INSTALLED = Path(__file__).with_name("installed")
_ITS_OWN = ("adapt_data.py", "health.py")
"""What each version brings for the change to it."""


class CannotBuild(Exception):
    """What is missing or failed, in words."""


def program_version() -> str:
    """As in pyproject.toml."""
    found = re.search(r'^version = "([^"]+)"', (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    if found is None:
        raise CannotBuild("pyproject.toml has no version")
    return found[1]


def build_wheel(folder: Path, epoch: int) -> Path:
    """The program's wheel, the same bytes for the same sources."""
    run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=CHECKOUT,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
    )
    return next(folder.glob("clocking_terminal-*.whl"))


def build_release(folder: Path, wheel: Path, target: Target, epoch: int) -> None:
    """Make `folder`, as it will be in VERSIONS under the target's version."""
    version = target.version(program_version())
    _install_libraries(folder, wheel, target)
    _make_environment(folder, version, target)
    units = folder / "systemd"
    units.mkdir()
    for unit in units_of_checkout():
        shutil.copyfile(unit, units / unit.name)
    for name in _ITS_OWN:
        shutil.copyfile(_INSTALLED / name, folder / name)
    shutil.copyfile(CHECKOUT / "LICENSE", folder / "LICENSE")
    (folder / "sbom.cdx.json").write_text(
        bill_of_materials(_site(folder, target), target, version, epoch), encoding="utf-8"
    )


def units_of_checkout() -> list[Path]:
    """Of systemd/."""
    return sorted(path for path in (CHECKOUT / "systemd").iterdir() if path.suffix in _UNITS)


def files_beside_units() -> list[tuple[Path, str]]:
    """Users, temporary files and so on of systemd/, each with the folder of /usr/lib where it belongs."""
    found = sorted((CHECKOUT / "systemd").iterdir())
    return [(path, _BESIDE_UNITS[path.suffix]) for path in found if path.suffix in _BESIDE_UNITS]


def run(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """What a program printed. Raises CannotBuild with its complaint."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBuild(f"{' '.join(command[:4])} ... ended with {done.returncode}:\n{done.stderr.strip()}")
    return done.stdout


def _site(folder: Path, target: Target) -> Path:
    return folder / "lib" / f"python{target.python}" / "site-packages"


def _install_libraries(folder: Path, wheel: Path, target: Target) -> None:
    site = _site(folder, target)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(site)]
    platforms = [f"--platform={one}" for one in target.wheel_platforms]
    python = ["--python-version", target.python, "--implementation", "cp", "--only-binary", ":all:"]
    run([*pip, *platforms, *python, "--require-hashes", "--requirement", str(_LIBRARIES)])
    # By its name and not by its file: pip would keep the file's path of this machine.
    run([*pip, *python, *platforms, "--no-index", "--find-links", str(wheel.parent), "clocking-terminal"])
    # The scripts name this machine's Python, and pip's lists have their hashes.
    shutil.rmtree(site / "bin", ignore_errors=True)
    for record in site.glob("*.dist-info/RECORD"):
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not re.match(r"(\.\./)*bin/", line)]
        record.write_text("".join(kept), encoding="utf-8")


def _make_environment(folder: Path, version: str, target: Target) -> None:
    """What `python -m venv` makes, without running the target's Python."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "python").symlink_to(f"/usr/bin/python{target.python}")
    (programs / "python3").symlink_to("python")
    (folder / "pyvenv.cfg").write_text(
        f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {target.python}\n", encoding="utf-8"
    )
    program = programs / "clocking-terminal"
    program.write_text(
        f"#!{VERSIONS}/{version}/bin/python -I\nfrom terminal_app.cli.main import main\n\nmain()\n", encoding="utf-8"
    )
    program.chmod(0o755)
