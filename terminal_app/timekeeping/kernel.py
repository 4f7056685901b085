"""Is the kernel's clock disciplined, and how well: adjtimex(2), which both systemd-timesyncd and chrony steer.

Reading needs no privilege. A sandbox that forbids the call (systemd's ProtectClock=) makes it fail: then nothing is
known.
"""

import ctypes
from datetime import timedelta
from typing import NamedTuple

_TIME_ERROR = 5
_STA_UNSYNC = 0x40


class _Timex(ctypes.Structure):
    """struct timex of <sys/timex.h>, as far as it is read, and more room than any C library's rest needs."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 40),
    )


class KernelClock(NamedTuple):
    """What the kernel thinks of its clock."""

    is_synchronised: bool
    largest_error: timedelta
    """The kernel's own bound, which grows by 0.5 ms a second until the next synchronisation; at 16 s it gives up."""


_adjtimex = getattr(ctypes.CDLL(None, use_errno=True), "adjtimex", None)


def read_kernel_clock() -> KernelClock | None:
    """What the kernel says, within microseconds; None where it must not be asked."""
    if _adjtimex is None:
        return None
    answer = _Timex()  # modes 0: read only
    state = _adjtimex(ctypes.byref(answer))
    if state < 0:
        return None
    is_synchronised = state != _TIME_ERROR and not answer.status & _STA_UNSYNC
    return KernelClock(is_synchronised, timedelta(microseconds=max(answer.maxerror, 0)))
