"""The real kernel, and files as systemd-timesyncd and the kernel make them."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terminal_app.timekeeping.kernel import read_kernel_clock
from terminal_app.timekeeping.machine import MachineTime, has_battery_clock, read_machine_time

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)


def test_this_kernel_answers_as_another_program_asks_it() -> None:
    found = read_kernel_clock()
    assert found is not None
    assert timedelta(0) <= found.largest_error <= timedelta(seconds=17)
    # The C library's other way to the same answer, as another process.
    asked = (
        "import ctypes; t = (ctypes.c_long * 64)(); s = ctypes.CDLL(None).ntp_adjtime(t);"
        " print(s, ctypes.cast(ctypes.byref(t, 5 * ctypes.sizeof(ctypes.c_long)), ctypes.POINTER(ctypes.c_int))[0])"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    state, status = map(int, said)
    assert found.is_synchronised == (state != 5 and not status & 0x40)


def test_there_may_be_nothing_else(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert read_machine_time(nowhere, nowhere, nowhere) == MachineTime()
    assert not has_battery_clock(nowhere)


def test_a_battery_clock_and_the_marks_of_timesyncd_are_read(tmp_path: Path) -> None:
    clock, mark, saved = tmp_path / "rtc0", tmp_path / "synchronized", tmp_path / "clock"
    clock.mkdir()
    (clock / "since_epoch").write_text(f"{int(NOW.timestamp())}\n", encoding="ascii")
    for path, ago in ((mark, 60), (saved, 90)):
        path.touch()
        os.utime(path, (NOW.timestamp() - ago,) * 2)
    found = read_machine_time(tmp_path, mark, saved)
    assert found == MachineTime(NOW, NOW - timedelta(seconds=60), NOW - timedelta(seconds=90))
    assert has_battery_clock(tmp_path)


def test_a_broken_battery_clock_is_none(tmp_path: Path) -> None:
    (tmp_path / "rtc0").mkdir()
    for text in ("", "no number", "9" * 40):
        (tmp_path / "rtc0" / "since_epoch").write_text(text, encoding="ascii")
        assert read_machine_time(tmp_path, tmp_path / "x", tmp_path / "x") == MachineTime()
