"""A virtual keyboard reader: a real input device of the kernel's uinput, for demo and tests.

Needs /dev/uinput (module uinput) and the right to write to it. From linux/uinput.h.
"""

import fcntl
import os
import struct
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from drivers.frames.keys import EV_KEY, EVENT, Layout, keys_of

DEVICE: Final = Path("/dev/uinput")

_UI_SET_EVBIT, _UI_SET_KEYBIT = 0x40045564, 0x40045565
_UI_DEV_SETUP, _UI_DEV_CREATE, _UI_DEV_DESTROY = 0x405C5503, 0x5501, 0x5502
_NAME_BYTES = 64
_UI_GET_SYSNAME = 0x80000000 | _NAME_BYTES << 16 | 0x552C
_BUS_USB = 3
_LAST_KEY = 128
_SECONDS_TO_APPEAR = 5.0


class VirtualKeyboard:
    """A keyboard that is plugged in while its context lasts; OSError where the kernel has no uinput."""

    def __init__(self, name: str = "clocking-terminal virtual reader") -> None:
        self._name = name
        self._descriptor = -1
        self.port = ""
        """Its event device."""

    def __enter__(self) -> Self:
        self._descriptor = os.open(DEVICE, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(self._descriptor, _UI_SET_EVBIT, EV_KEY)
        for key in range(1, _LAST_KEY):
            fcntl.ioctl(self._descriptor, _UI_SET_KEYBIT, key)
        setup = struct.pack("@HHHH80sI", _BUS_USB, 0x08FF, 0x0009, 1, self._name.encode()[:79], 0)
        fcntl.ioctl(self._descriptor, _UI_DEV_SETUP, setup)
        fcntl.ioctl(self._descriptor, _UI_DEV_CREATE)
        raw = fcntl.ioctl(self._descriptor, _UI_GET_SYSNAME, bytes(_NAME_BYTES))
        folder = Path("/sys/devices/virtual/input", raw.rstrip(b"\0").decode("ascii"))
        self.port = f"/dev/input/{next(folder.glob('event*')).name}"
        until = time.monotonic() + _SECONDS_TO_APPEAR
        while not os.access(self.port, os.R_OK) and time.monotonic() < until:
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.unplug()

    def type(self, text: str, layout: Layout = Layout.US) -> None:
        """Types a text and Enter, as a reader does."""
        for code, value in keys_of(text, layout):
            os.write(self._descriptor, EVENT.pack(0, 0, EV_KEY, code, value) + EVENT.pack(0, 0, 0, 0, 0))

    def unplug(self) -> None:
        """Takes it away; a second time does nothing."""
        if self._descriptor >= 0:
            fcntl.ioctl(self._descriptor, _UI_DEV_DESTROY)
            os.close(self._descriptor)
            self._descriptor = -1
