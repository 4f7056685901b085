"""What the kernel thinks of its clock, told through a file to a process that must not ask it.

The kiosk's sandbox forbids the call (ProtectClock=), since the same call could set the clock. So a service of its own,
which has nothing else, asks and writes; the file lies in memory (/run), and is a line of five words.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from terminal_app.service_manager import tell
from terminal_app.timekeeping.kernel import KernelClock, read_kernel_clock

TOLD_FILE = Path("/run/clocking-terminal-clock/kernel")
TELL_EVERY_SECONDS = 2.0
_STALE_NS = 15 * 10**9
_STEP_NS = 500 * 10**6
"""The wall clock moved so far against the time since the start: somebody has set it since."""
_PPM = 500
"""By which the kernel lets its own bound grow."""
_MOST_BYTES = 200


def tell_for_ever(file: Path = TOLD_FILE) -> NoReturn:
    """Write what the kernel says every two seconds, until a signal. Raises OSError when the file cannot be written."""
    boot_id = _boot_id()
    write_told(file, boot_id)
    tell("READY=1")
    while True:
        time.sleep(TELL_EVERY_SECONDS)
        write_told(file, boot_id)
        tell("WATCHDOG=1")


def write_told(file: Path, boot_id: str, read: Callable[[], KernelClock | None] = read_kernel_clock) -> None:
    """Replace the file by what the kernel says now; remove it where the kernel does not say."""
    boottime_ns, wall_ns, kernel = time.clock_gettime_ns(time.CLOCK_BOOTTIME), time.time_ns(), read()
    if kernel is None:
        file.unlink(missing_ok=True)
        return
    error_us = kernel.largest_error // timedelta(microseconds=1)
    new = file.with_suffix(".new")
    new.write_text(f"{boot_id} {boottime_ns} {wall_ns} {kernel.is_synchronised:d} {error_us}\n", encoding="ascii")
    new.chmod(0o644)
    new.replace(file)


def kernel_clock_reader(file: Path = TOLD_FILE) -> Callable[[], KernelClock | None]:
    """What says what the kernel thinks of its clock: the kernel, or the file where that must not be asked."""
    if read_kernel_clock() is not None:
        return read_kernel_clock
    boot_id = _boot_id()
    return lambda: told_kernel_clock(file, boot_id)


def told_kernel_clock(file: Path, boot_id: str) -> KernelClock | None:
    """What was told; None when it is of another boot, too old, or the wall clock was set since. Some microseconds."""
    boottime_ns, wall_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME), time.time_ns()
    with suppress(OSError, ValueError):
        of_boot, *numbers = _content(file).split()
        told_boottime_ns, told_wall_ns, is_synchronised, error_us = map(int, numbers)
        age_ns = boottime_ns - told_boottime_ns
        moved_ns = wall_ns - told_wall_ns - age_ns
        # It is written between two readings of this function at times: a little negative is new, not of the future.
        if of_boot == boot_id and -_STEP_NS < age_ns < _STALE_NS and abs(moved_ns) < _STEP_NS:
            error = timedelta(microseconds=error_us + max(age_ns, 0) * _PPM // 10**9)
            return KernelClock(is_synchronised == 1, error)
    return None


def _content(file: Path) -> str:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, _MOST_BYTES).decode("ascii")
    finally:
        os.close(descriptor)


def _boot_id() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
