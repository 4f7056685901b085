"""What the kernel says of its clock, told through a file."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.timekeeping.kernel import KernelClock
from terminal_app.timekeeping.told_clock import told_kernel_clock, write_told

BOOT = "11111111-2222-3333-4444-555555555555"


def written(file: Path, *, age_seconds: float = 0, set_by_seconds: float = 0, boot: str = BOOT) -> None:
    """A line of some time ago; since then somebody has set the wall clock."""
    age, step = int(age_seconds * 10**9), int(set_by_seconds * 10**9)
    boottime = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - age
    file.write_text(f"{boot} {boottime} {time.time_ns() - age - step} 1 1000\n", encoding="ascii")


@pytest.mark.parametrize("is_synchronised", [True, False])
def test_what_is_told_is_what_the_kernel_said(tmp_path: Path, *, is_synchronised: bool) -> None:
    file = tmp_path / "kernel"
    write_told(file, BOOT, lambda: KernelClock(is_synchronised, timedelta(milliseconds=7)))
    told = told_kernel_clock(file, BOOT)
    assert told is not None
    assert told.is_synchronised is is_synchronised
    assert timedelta(milliseconds=7) <= told.largest_error < timedelta(milliseconds=8)


def test_a_kernel_that_does_not_say_is_not_told_of(tmp_path: Path) -> None:
    file = tmp_path / "kernel"
    written(file)
    write_told(file, BOOT, lambda: None)
    assert told_kernel_clock(file, BOOT) is None


def test_the_bound_grows_with_the_age(tmp_path: Path) -> None:
    written(tmp_path / "kernel", age_seconds=10)
    told = told_kernel_clock(tmp_path / "kernel", BOOT)
    assert told is not None
    assert told.largest_error >= timedelta(milliseconds=1 + 5)


@pytest.mark.parametrize(
    "lie",
    [{"age_seconds": 16}, {"age_seconds": -3}, {"set_by_seconds": 1}, {"set_by_seconds": -3600}, {"boot": "another"}],
    ids=str,
)
def test_what_is_old_or_was_overtaken_counts_for_nothing(tmp_path: Path, lie: dict[str, object]) -> None:
    written(tmp_path / "kernel", **lie)  # type: ignore[arg-type]
    assert told_kernel_clock(tmp_path / "kernel", BOOT) is None


@given(st.binary(max_size=300))
def test_garbage_is_nothing_told(tmp_path_factory: pytest.TempPathFactory, garbage: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "garbage"
    file.write_bytes(garbage)
    assert told_kernel_clock(file, BOOT) is None


def test_no_file_is_nothing_told(tmp_path: Path) -> None:
    assert told_kernel_clock(tmp_path / "none", BOOT) is None
