"""What the service manager is told: ready, alive, ending (sd_notify(3): one datagram, no library)."""

import os
import socket

_SHARE = 4
"""Of the watchdog's time, between two signs of life: a lost one or a late one does no harm."""


def is_supervised() -> bool:
    """Whether there is a service manager that wants to be told."""
    return bool(os.environ.get("NOTIFY_SOCKET"))


def tell(*states: str) -> bool:
    """Send these lines, as "READY=1"; False when nobody is there to hear. Never raises, and never waits."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # a name without a file
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC) as there:
            there.sendto("\n".join(states).encode(), address)
    except OSError:
        return False
    return True


def seconds_between_signs(otherwise: float) -> float:
    """How often to send WATCHDOG=1; `otherwise` where this process has no watchdog."""
    try:
        is_ours = int(os.environ.get("WATCHDOG_PID", os.getpid())) == os.getpid()
        watchdog_seconds = int(os.environ["WATCHDOG_USEC"]) / 1_000_000
    except (KeyError, ValueError):
        return otherwise
    return watchdog_seconds / _SHARE if is_ours and watchdog_seconds > 0 else otherwise
