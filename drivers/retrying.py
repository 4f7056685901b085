"""Opening a reader again and again until it is there; for readers that bring their own way of reading."""

from collections.abc import Iterator

RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)
"""Pauses before opening again; the last one repeats."""


def pauses() -> Iterator[float]:
    """The seconds to wait after each failure in a row."""
    yield from RETRY_SECONDS
    while True:
        yield RETRY_SECONDS[-1]
