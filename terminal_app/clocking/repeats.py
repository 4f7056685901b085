"""When a badge that is read again is the same read and not a second one."""

SAME_READ_SECONDS = 2.0
"""A person who holds the badge twice within this time did not mean two clockings (ux: Times)."""


def is_same_read(
    badge_number: str, monotonic_ns: int, previous_badge_number: str | None, previous_monotonic_ns: int
) -> bool:
    """Whether this read repeats the previous one of the terminal; on the monotonic clock, never wall time."""
    elapsed_seconds = (monotonic_ns - previous_monotonic_ns) / 1_000_000_000
    return badge_number == previous_badge_number and 0 <= elapsed_seconds < SAME_READ_SECONDS
