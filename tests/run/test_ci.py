"""`.ci/run`: what fails a submission and what is only told."""

import shutil
import subprocess
from pathlib import Path

import pytest

CI = Path(__file__).parents[2] / ".ci" / "run"
SOUGHT = ("strace", "mkfs.ext4", "mount")
"""What it would install where it is not."""


def ci(checkout: Path, **codes: int) -> "subprocess.CompletedProcess[str]":
    """Run it in a checkout whose `./run COMMAND` only notes the command, and ends with its code."""
    programs = checkout / "bin"
    (checkout / ".ci").mkdir()
    programs.mkdir()
    shutil.copy(CI, checkout / ".ci")
    cases = "".join(f"{name}) exit {code} ;; " for name, code in codes.items())
    script = {checkout / "run": f'echo "$@" >>called; case $1 in {cases} *) ;; esac'}
    for path, body in (script | {programs / name: "exit 0" for name in SOUGHT}).items():
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
    return subprocess.run(
        [str(checkout / ".ci" / "run")],
        capture_output=True, text=True, check=False, timeout=60, env={"PATH": f"{programs}:/usr/bin:/bin"},
    )  # fmt: skip


def called(checkout: Path) -> list[str]:
    return (checkout / "called").read_text(encoding="utf-8").splitlines()


def test_it_is_style_tests_and_faults(tmp_path: Path) -> None:
    answer = ci(tmp_path)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert called(tmp_path) == ["lint", "test", "faults clocks worlds loop_worlds readers"]


def test_what_cannot_be_run_here_is_told_and_fails_nothing(tmp_path: Path) -> None:
    answer = ci(tmp_path, faults=69)
    assert answer.returncode == 0
    assert "not proven here" in answer.stderr


@pytest.mark.parametrize("code", [1, 2, 137])
def test_faults_that_fail_are_a_failure(tmp_path: Path, code: int) -> None:
    answer = ci(tmp_path, faults=code)
    assert answer.returncode == code
    assert "not proven here" not in answer.stderr


@pytest.mark.parametrize(("step", "before"), [("lint", []), ("test", ["lint"])])
@pytest.mark.parametrize("code", [1, 69])
def test_style_and_tests_must_be_run_everywhere(tmp_path: Path, step: str, before: list[str], code: int) -> None:
    answer = ci(tmp_path, **{step: code})
    assert answer.returncode == code
    assert called(tmp_path) == [*before, step]
