"""From an instant to the date and minute that Protime gets.

Protime's clockings are local wall time without a zone, in whole minutes (reference, sections 1 and 9.1).
"""

from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 1440


class WallTime(NamedTuple):
    """A calendar day and a minute of it, local to the terminal."""

    date: date
    minute: int
    """0..1439 for what a terminal records; the server may show -1440..2880 after moving a night shift."""

    @property
    def moment_in_minutes(self) -> int:
        """Minutes since the day before 0001-01-01: equal for two writings of one wall time on different days."""
        return self.date.toordinal() * MINUTES_A_DAY + self.minute

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.minute // 60:02d}:{self.minute % 60:02d}"


def wall_time_of(instant: datetime, zone: ZoneInfo) -> WallTime:
    """The real calendar day and minute of `instant` in `zone`; seconds are cut off, never rounded.

    Raises ValueError for a naive `instant`: without a zone it names no moment.
    """
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    local = instant.astimezone(UTC).astimezone(zone)
    return WallTime(local.date(), local.hour * 60 + local.minute)
