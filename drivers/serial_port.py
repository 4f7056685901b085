"""A serial port on the event loop, without a thread: the only module that knows pyserial.

pyserial opens and sets up the port; reading is ours, on its non-blocking descriptor.
"""

import asyncio
import errno
import fcntl
import os
import select
import stat
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import serial

from drivers.port_holder import holder_of
from drivers.reader import (
    PortBusyError,
    PortError,
    PortForbiddenError,
    PortLostError,
    PortMissingError,
    PortUnusableError,
)

DEFAULT_BAUD = 9600
LARGEST_READ = 4096
MOST_WAITING = 16
"""Reads that may wait for `read`; above it the port is left alone, so that a flood cannot fill the memory."""

_UNPLUGGED = "the reader was unplugged or its port failed"
_PSEUDO_TERMINAL_MAJORS = range(136, 144)
_GONE = frozenset({errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTDIR, errno.EIO})
_TAKEN = frozenset({errno.EBUSY, errno.EAGAIN})
_DENIED = frozenset({errno.EACCES, errno.EPERM})


@dataclass(frozen=True, slots=True)
class Received:
    """Bytes (one or more) with the aware UTC instant and the monotonic time at which they were read."""

    data: bytes = field(repr=False)
    instant: datetime
    monotonic_ns: int


class SerialPort(Protocol):
    """An open port."""

    async def read(self) -> Received:
        """The next bytes, in order.

        Raises:
            PortLostError: the port went away, and all that was read before was given out.
        """
        ...

    def write(self, data: bytes) -> None:
        """Sends bytes at once and without waiting; what the port does not take is lost, as on the line itself."""
        ...

    def close(self) -> None:
        """Gives the port back; a second time does nothing."""
        ...


OpenSerialPort = Callable[[str, int], SerialPort]
"""Opens a port (path, baud) or raises a PortError."""


def open_serial_port(path: str, baud: int = DEFAULT_BAUD) -> SerialPort:
    """Opens a port for this program alone, 8N1, its old input thrown away; needs a running event loop.

    Raises:
        PortError: of the kind that names the cause.
    """
    raw = open_raw_port(path, baud)
    return PyserialPort(path, raw.descriptor, release=raw.close)


@dataclass(frozen=True, slots=True)
class RawPort:
    """An open port for who reads and writes it in a thread of its own; neither waits."""

    path: str
    descriptor: int
    close: Callable[[], None]

    def read(self, most: int) -> bytes:
        """What is there; no bytes where there are none. Raises PortLostError."""
        try:
            if not select.select([self.descriptor], [], [], 0)[0]:
                return b""
            data = os.read(self.descriptor, most)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PortLostError(self.path, _UNPLUGGED) from error
        if not data:  # readable and yet empty: that is how an unplugged adapter looks
            raise PortLostError(self.path, _UNPLUGGED)
        return data

    def write(self, data: bytes) -> int:
        """How many of these bytes the port took. Raises PortLostError."""
        try:
            return os.write(self.descriptor, data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise PortLostError(self.path, _UNPLUGGED) from error


def open_raw_port(path: str, baud: int) -> RawPort:
    """As `open_serial_port`, without an event loop."""
    try:
        port = serial.Serial(path, baud, timeout=0, exclusive=True)
    except (OSError, ValueError, termios.error) as error:
        raise _named(error, path) from error
    descriptor: int = port.fileno()
    # A lock that holds against programs that ask for none. A pseudo terminal would keep it after we were killed, and
    # refuse us too; a real port forgets it with its last opener.
    if os.major(os.fstat(descriptor).st_rdev) not in _PSEUDO_TERMINAL_MAJORS:
        set_exclusive(descriptor)
    return RawPort(path, descriptor, port.close)


def set_exclusive(descriptor: int) -> None:
    """Has the kernel refuse every other opener but root, until `TIOCNXCL` or the last close."""
    fcntl.ioctl(descriptor, termios.TIOCEXCL)


class PyserialPort:
    """An open port that reads as soon as there are bytes and stamps them at once."""

    def __init__(self, path: str, descriptor: int, *, release: Callable[[], None]) -> None:
        self._path = path
        self._descriptor = descriptor
        self._release = release
        self._waiting: asyncio.Queue[Received | PortLostError] = asyncio.Queue()
        self._listening = False
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._listen()

    async def read(self) -> Received:
        """The next bytes; see `SerialPort`."""
        received = await self._waiting.get()
        if isinstance(received, PortLostError):
            self._waiting.put_nowait(received)  # it stays lost
            raise received
        if not self._listening and self._waiting.empty():
            self._listen()
        return received

    def write(self, data: bytes) -> None:
        """Sends bytes at once; see `SerialPort`."""
        with suppress(OSError):  # a port that went away says so to `read`
            os.write(self._descriptor, data)

    def close(self) -> None:
        """Gives the port back."""
        if self._closed:
            return
        self._closed = True
        self._ignore()
        with suppress(OSError):  # a port that was unplugged has no lock to lift
            fcntl.ioctl(self._descriptor, termios.TIOCNXCL)
        self._release()

    def _listen(self) -> None:
        self._listening = True
        self._loop.add_reader(self._descriptor, self._on_readable)

    def _ignore(self) -> None:
        self._listening = False
        self._loop.remove_reader(self._descriptor)

    def _on_readable(self) -> None:
        try:
            data = os.read(self._descriptor, LARGEST_READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:  # readable and yet empty: that is how an unplugged adapter looks
            self._ignore()
            self._waiting.put_nowait(PortLostError(self._path, _UNPLUGGED))
            return
        self._waiting.put_nowait(Received(data, datetime.now(UTC), time.monotonic_ns()))
        if self._waiting.qsize() >= MOST_WAITING:
            self._ignore()


def _named(error: Exception, path: str) -> PortError:
    """The error with its cause by name."""
    code = _error_number(error)
    if code in _GONE:
        return PortMissingError(path, "no reader is there; check its cable and the port's name")
    if code in _TAKEN:
        holder = holder_of(path) or "a program that this user may not see"
        return PortBusyError(path, f"taken by {holder}; stop it, or remove ModemManager or brltty")
    if code in _DENIED:
        return PortForbiddenError(path, "no right to open it; add this user to the group dialout")
    if code == errno.ENOTTY or not _is_character_device(path):
        return PortUnusableError(path, "not a serial port; check the port's name")
    return PortUnusableError(path, f"cannot be set up: {os.strerror(code) if code else 'its settings were refused'}")


def _error_number(error: Exception) -> int | None:
    """The errno, which pyserial loses where the set-up fails."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    cause = error if isinstance(error, termios.error) else error.__context__
    if isinstance(cause, termios.error) and cause.args and isinstance(cause.args[0], int):
        return cause.args[0]
    return None


def _is_character_device(path: str) -> bool:
    with suppress(OSError, ValueError):
        return stat.S_ISCHR(Path(path).stat().st_mode)
    return False
