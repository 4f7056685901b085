"""The PIN's hash: right, wrong, and files that are none."""

import stat
import subprocess
from pathlib import Path

import pytest

from terminal_app.admin_pin import BadPinFile, hashed, is_pin, is_right, read_pin_file
from tests.cli.command import PROGRAM


def typed_into_the_command(file: Path, text: str) -> "subprocess.CompletedProcess[str]":
    """In a session of its own, which has no terminal to ask on."""
    return subprocess.run(
        [*PROGRAM, "admin-pin", str(file)],
        input=text, capture_output=True, text=True, check=False, timeout=60, start_new_session=True,
    )  # fmt: skip


def test_only_the_pin_itself_is_right_and_nothing_of_it_is_kept() -> None:
    kept = hashed("4711")
    assert is_right("4711", kept + "\n")
    assert not is_right("4712", kept)
    assert not is_right("", kept)
    assert "4711" not in kept
    assert hashed("4711") != kept


@pytest.mark.parametrize("kept", ["", "4711", "scrypt$2$zz$00", "scrypt$0$00$00", "md5$16384$00$00", "scrypt$x$00$00"])
def test_a_file_that_holds_no_hash_is_said(kept: str) -> None:
    with pytest.raises(BadPinFile, match="admin-pin"):
        is_right("4711", kept)


@pytest.mark.parametrize(
    ("text", "right"), [("1234", True), ("123", False), ("1" * 13, False), ("12a4", False), ("١٢٣٤", False)]
)
def test_a_pin_is_digits(text: str, right: bool) -> None:
    assert is_pin(text) is right


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadPinFile, match="none cannot be read"):
        read_pin_file(tmp_path / "none")


def test_the_command_writes_it_for_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "pin"
    answer = typed_into_the_command(file, "4711\n4711\n")
    assert answer.returncode == 0, answer.stderr
    assert is_right("4711", read_pin_file(file))
    assert not stat.S_IMODE(file.stat().st_mode) & 0o007


@pytest.mark.parametrize(("typed", "said"), [("12\n12\n", "4 to 12 digits"), ("4711\n4712\n", "the two differ")])
def test_the_command_writes_nothing_else(tmp_path: Path, typed: str, said: str) -> None:
    answer = typed_into_the_command(tmp_path / "pin", typed)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert not (tmp_path / "pin").exists()
