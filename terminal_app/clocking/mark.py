"""Where a clocking of a day is known; apart from the day, as the words for it are loaded before that."""

from enum import StrEnum


class Mark(StrEnum):
    """Where a clocking is known."""

    WAITS = "waits"
    """Here only: Protime does not have it for sure yet."""
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    """Somebody changed its time in Protime."""
    DELETED = "deleted"
    """In Protime."""
    REFUSED = "refused"
    """By Protime, or given up by an operator: it does not count."""
    ELSEWHERE = "elsewhere"
    """Another terminal's, or made in Protime."""
