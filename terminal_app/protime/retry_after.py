"""How long a server asks to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST = timedelta(hours=1)
"""However long it asks: a terminal looks again after this."""


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The wait that `headers` (lower-case names) ask for, 0 to LONGEST; None when there is none or it is garbage.

    A date counts from the server's own `date` where it is given: the terminal's clock may be wrong; else from `now`.
    """
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal():
        return min(timedelta(seconds=min(int(text[:12]), LONGEST.total_seconds())), LONGEST)
    until = _date(text)
    if until is None:
        return None
    wait = until - (_date(headers.get("date", "")) or now)
    return min(max(wait, timedelta(0)), LONGEST)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
