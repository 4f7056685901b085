"""`./run`, as far as it needs nothing installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "run"


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(RUN), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_it_says_what_it_can_do(arguments: list[str]) -> None:
    answer = run(*arguments)
    assert answer.returncode == 0
    for command in ("demo", "test", "lint", "bench"):
        assert f"\n  {command} " in answer.stdout


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_it_is_posix(shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([program, "-n", str(RUN)], check=True)


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    checkout, programs = tmp_path / "check out", tmp_path / "bin"
    checkout.mkdir()
    programs.mkdir()
    shutil.copy(RUN, checkout / "run")
    shutil.copy(RUN.with_name("pyproject.toml"), checkout)
    for name in ("sh", "dirname", "cmp", "rm"):
        (programs / name).symlink_to(shutil.which(name) or name)
    old = programs / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.10.2 && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    answer = subprocess.run(
        [str(checkout / "run"), "check"],
        capture_output=True, text=True, check=False, timeout=60, env={"PATH": str(programs)},
    )  # fmt: skip
    assert answer.returncode == 69
    assert "Python 3.11 or newer is needed; found: Python 3.10.2" in answer.stderr
    assert not (checkout / ".venv").exists()
