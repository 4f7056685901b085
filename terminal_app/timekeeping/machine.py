"""What else the machine has of the time: a clock with a battery, and the marks of systemd-timesyncd."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

RTC_FOLDER = Path("/sys/class/rtc")
TIMESYNC_MARK = Path("/run/systemd/timesync/synchronized")
"""Made by systemd-timesyncd at the first synchronisation of a boot, and touched at each later one."""
SAVED_CLOCK = Path("/var/lib/systemd/timesync/clock")
"""Touched by it at each synchronisation: a machine without a clock of its own starts from here, however much later."""


class MachineTime(NamedTuple):
    """What was found; None where there is none, or it must not be read."""

    battery_clock: datetime | None = None
    """Of the first real-time clock, UTC, in whole seconds; without a battery it begins at some year of its chip."""
    synchronised_at: datetime | None = None
    """On the wall clock: when timesyncd last synchronised in this boot."""
    saved: datetime | None = None
    """Had passed, surely."""


def read_machine_time(
    rtc: Path = RTC_FOLDER, mark: Path = TIMESYNC_MARK, saved_clock: Path = SAVED_CLOCK
) -> MachineTime:
    """Look at all of it."""
    return MachineTime(_battery_clock(rtc), _touched(mark), _touched(saved_clock))


def has_battery_clock(rtc: Path = RTC_FOLDER) -> bool:
    """Whether there is a real-time clock at all."""
    return any(rtc.glob("rtc*"))


def _battery_clock(folder: Path) -> datetime | None:
    for one in sorted(folder.glob("rtc*/since_epoch")):
        with suppress(OSError, ValueError, OverflowError):
            return datetime.fromtimestamp(int(one.read_text(encoding="ascii")), UTC)
    return None


def _touched(path: Path) -> datetime | None:
    with suppress(OSError, OverflowError, ValueError):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=path.stat().st_mtime_ns // 1000)
    return None
