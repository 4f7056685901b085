"""How long to wait after failures: exponential with full jitter, so that terminals do not come back all at once. Pure.

At random between nothing and a bound that doubles: the well-known way to spread clients after an outage.
"""

from collections.abc import Callable

FIRST_BOUND_SECONDS = 1.0
_MOST_DOUBLINGS = 30


def backoff_seconds(failures: int, longest_seconds: float, random: Callable[[], float]) -> float:
    """The wait after so many failures in a row (from 1), 0 to `longest_seconds`; `random` gives 0 to 1."""
    doublings = min(max(failures - 1, 0), _MOST_DOUBLINGS)
    bound: float = min(longest_seconds, FIRST_BOUND_SECONDS * 2**doublings)
    return bound * random()
