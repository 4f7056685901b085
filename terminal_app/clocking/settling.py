"""How long after an unknown outcome before Protime is believed to have nothing. Pure.

A request that was given up can still be stored: as late as a proxy on the way lets go of it. And what is stored is not
shown at once: the courier measures how soon (courier/read_back.py).
"""

LAG_SAFETY = 2.0
"""The largest lag that was measured is not the largest there is."""


def settling_seconds(
    least_seconds: float, *, request_seconds: float, proxy_seconds: float, lag_seconds: float
) -> float:
    """The settling time: what the settings ask for at least, and never less than a request can take to be seen."""
    return max(least_seconds, request_seconds + proxy_seconds + LAG_SAFETY * lag_seconds)
