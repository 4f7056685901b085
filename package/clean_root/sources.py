"""Checkouts to build packages of: this one, and ones that are newer in some way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from package.release import CHECKOUT

EPOCH = 1_800_000_000
_NEWER_LEDGER = "ALTER TABLE clocking ADD COLUMN mood TEXT;\n"


def copy_of_checkout(folder: Path) -> Path:
    """All files that git knows or would know."""
    listed = subprocess.run(
        ["git", "-C", str(CHECKOUT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source = CHECKOUT / name
        if source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    return folder


def make_newer(checkout: Path, version: str) -> None:
    """A later version, whose ledger and roster the present one does not know."""
    replace(checkout / "pyproject.toml", 'version = "0.1.0"', f'version = "{version}"')
    replace(checkout / "terminal_app/__init__.py", '"0.1.0"', f'"{version}"')
    number = len(list((checkout / "terminal_app/ledger/migrations").glob("*.sql"))) + 1
    (checkout / f"terminal_app/ledger/migrations/{number:04d}_mood.sql").write_text(_NEWER_LEDGER, encoding="utf-8")
    schema = checkout / "terminal_app/roster/schema.py"
    now = next(line for line in schema.read_text(encoding="utf-8").splitlines() if line.startswith("VERSION = "))
    replace(schema, now, f"VERSION = {int(now.rpartition(' ')[2]) + 1}")


def replace(path: Path, old: str, new: str) -> None:
    """One text by another; the former has to be there."""
    text = path.read_text(encoding="utf-8")
    if old not in text:
        raise ValueError(f"{path} has no {old!r}")
    path.write_text(text.replace(old, new), encoding="utf-8")


def build_package(
    checkout: Path, output: Path, debian: str = "12", architecture: str = "amd64", **environment: str
) -> Path:
    """The package as that checkout makes it."""
    subprocess.run(
        [sys.executable, "-m", "package", "--architecture", architecture, "--debian", debian, "--output", str(output)],
        cwd=checkout,
        env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH), **environment},
        check=True,
    )
    return next(output.glob("*.deb"))
