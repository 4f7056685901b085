"""The machine's clocks, read together."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from terminal_app.clocking.clocking import Moment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Clock(Protocol):
    """Where a moment comes from; the tests put their own in its place."""

    def now(self) -> Moment:
        """The present moment."""
        ...


class SystemClock:
    """The clocks of this machine."""

    def __init__(self) -> None:
        self._boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()

    def now(self) -> Moment:
        """The present moment, read within microseconds on all clocks."""
        return Moment(
            instant=datetime.now(UTC),
            monotonic_ns=time.monotonic_ns(),
            boottime_ns=time.clock_gettime_ns(time.CLOCK_BOOTTIME),
            boot_id=self._boot_id,
        )


def uuid7(instant: datetime) -> UUID:
    """A UUID version 7 (RFC 9562, 5.7) for an aware `instant`: sorts by millisecond, the rest is random."""
    milliseconds = (instant - _EPOCH) // timedelta(milliseconds=1) & 0xFFFF_FFFF_FFFF
    value = milliseconds << 80 | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
