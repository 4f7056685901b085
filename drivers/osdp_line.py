"""An RS-485 line with one or several OSDP readers, each with its own address: one port, one thread, one libosdp.

The only module that knows the library. It asks the readers each 50 ms in a thread of its own, because a reader that is
not asked for a while drops the secure channel; what happens comes to the event loop. A reader that joins or leaves has
the library begin anew with all that are there, which takes less than a second.
"""

import asyncio
import select
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from functools import partial
from threading import Event, Lock, Thread
from typing import Any, Final

from drivers.feedback import Signal
from drivers.reader import PortBusyError, PortLostError
from drivers.serial_port import RawPort, open_raw_port

WAIT_SECONDS: Final = 0.005
"""The longest that the library waits for its turn where no bytes come."""

RETRY_SECONDS: Final = 2.0
"""After so long a reader that was given up is asked anew; the library itself would let it wait for minutes."""

_TEMPORARY, _SILENCE, _TONE = 2, 1, 2
_RED, _GREEN = 1, 2
_SECURE_CHANNEL, _PRESENT = 1, 2
"""Types of the library's notifications."""

_START, _ANSWER = 0x53, 0x80
"""A frame's first byte; what is added to the address in an answer's second."""


class Kind(IntEnum):
    """The library's kinds of events."""

    CARD_READ = 1
    KEY_PRESS = 2
    NOTIFICATION = 5


Happened = Mapping[str, Any]
"""An event as the library gives it, with `instant` (aware UTC) and `monotonic_ns`."""


class Station:
    """One reader's place on a line. With a `key` (16 bytes) only a reader that proves it is believed."""

    def __init__(self, address: int, key: bytes | None) -> None:
        self.address = address
        self.key = key
        self.is_secure = False
        self.has_refused = False
        """The secure channel failed, or nobody answered."""
        self.has_answered = False
        """A frame from its address was heard; whoever reads this may set it back."""
        self.absent_since: float | None = None
        """Monotonic seconds, where the library has given it up."""
        self.is_resting = False
        """It was switched off in the library, to be asked anew; what that says of it is no news."""
        self._events: asyncio.Queue[Happened | PortLostError] = asyncio.Queue()

    async def next(self) -> Happened:
        """What happens next. Raises PortLostError."""
        happened = await self._events.get()
        if isinstance(happened, PortLostError):
            raise happened
        return happened

    def tell(self, what: Happened | PortLostError) -> None:
        """This comes next; on the event loop."""
        self._events.put_nowait(what)


def is_installed() -> bool:
    """Whether the library is there, for this machine."""
    try:
        import osdp  # noqa: F401, PLC0415 # an optional package
    except ImportError:
        return False
    return True


def presence_of(happened: Happened) -> bool | None:
    """Whether a reader answers from now on; None where the event is about something else."""
    if happened["event"] != Kind.NOTIFICATION or happened["type"] != _PRESENT:
        return None
    return bool(happened["arg0"])


class Line:
    """The library at work on an open port, in its thread, for the stations of the event loop that made it."""

    def __init__(self, port: RawPort, baud: int) -> None:
        self.baud = baud
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._stations: tuple[Station, ...] = ()
        self._panel: Any = None
        self._lock = Lock()
        self._last_heard = b""
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=f"osdp {port.path}", daemon=True)
        self._thread.start()

    def signal(self, station: Station, signal: Signal) -> bool:
        """Light and tone with the next polls; False where the line went away."""
        well = signal is Signal.ACCEPTED
        led = {
            "command": 2, "reader": 0, "led_number": 0, "temporary": True, "control_code": _TEMPORARY, "on_count": 5,
            "off_count": 0, "on_color": _GREEN if well else _RED, "off_color": 0, "timer_count": 20,
        }  # fmt: skip
        tone = {
            "command": 3, "reader": 0, "control_code": _TONE, "on_count": 1, "off_count": 1,
            "rep_count": 1 if well else 3,
        }  # fmt: skip
        with self._lock:
            if station not in self._stations:
                return False
            number = self._stations.index(station)
            return bool(self._panel.submit_command(number, led)) and bool(self._panel.submit_command(number, tone))

    def join(self, station: Station) -> None:
        """From now on this reader is asked, too. Raises PortBusyError where another one has its address."""
        if any(one.address == station.address for one in self._stations):
            raise PortBusyError(
                self._port.path,
                f"taken by this program's reader with the OSDP address {station.address}; each needs its own",
            )
        self._begin((*self._stations, station))

    def leave(self, station: Station) -> None:
        """This reader is asked no more; the port is given back with the last one. Takes milliseconds."""
        others = tuple(one for one in self._stations if one is not station)
        if others:
            self._begin(others)
        elif self._stations:
            self._close()

    def _begin(self, stations: tuple[Station, ...]) -> None:
        from osdp.constants import LibFlag, LogLevel  # noqa: PLC0415 # an optional package
        from osdp.control_panel import ControlPanel  # noqa: PLC0415
        from osdp.helpers import PDInfo  # noqa: PLC0415

        infos = [
            PDInfo(
                one.address,
                self,
                scbk=one.key,
                flags=[LibFlag.EnableNotification, *([LibFlag.EnforceSecure] if one.key is not None else [])],
                name=f"reader {one.address}",
            )
            for one in stations
        ]
        with self._lock:
            for one in stations:
                one.is_secure = one.has_refused = False
                one.absent_since, one.is_resting = None, False
            self._panel = None
            # The library writes its log on the terminal, where the screen is.
            self._panel = ControlPanel(
                infos, log_level=LogLevel.Emergency, event_handler=partial(self._happened, stations)
            ).ctx
            self._stations = stations

    def _close(self) -> None:
        _LINES.pop((self._loop, self._port.path), None)
        self._stopped.set()
        self._thread.join()
        self._panel, self._stations = None, ()
        self._port.close()

    # What the library calls, in its thread.

    id = 0

    def read(self, most: int) -> bytes:
        """Bytes that came."""
        try:
            data = self._port.read(most)
        except PortLostError as error:
            self._lost(error)
            return b""
        for one in self._stations:
            if bytes([_START, _ANSWER | one.address]) in self._last_heard + data:
                one.has_answered = True
        self._last_heard = data[-1:] or self._last_heard
        return data

    def write(self, data: bytes) -> int:
        """Bytes to send."""
        try:
            return self._port.write(data)
        except PortLostError as error:
            self._lost(error)
            return len(data)

    def flush(self) -> None:
        """Old input is no answer."""
        while self.read(1024):
            pass

    def _run(self) -> None:
        while not self._stopped.is_set():
            with self._lock:
                if self._panel is not None:
                    self._panel.refresh()
                    self._ask_anew()
            try:
                if not select.select([self._port.descriptor], [], [], WAIT_SECONDS)[0]:
                    continue
            except (OSError, ValueError):
                return
            time.sleep(0.001)  # the rest of the answer

    def _ask_anew(self) -> None:
        """Off and, with the next turn, on: so the library begins with a reader from the beginning."""
        now = time.monotonic()
        for number, one in enumerate(self._stations):
            if not self._panel.is_pd_enabled(number):
                one.is_resting = False
                self._panel.enable_pd(number)
            elif one.absent_since is not None and now - one.absent_since >= RETRY_SECONDS:
                one.absent_since, one.is_resting = None, True
                self._panel.disable_pd(number)

    def _happened(self, stations: tuple[Station, ...], number: int, event: dict[str, Any]) -> int:
        station = stations[number]
        if station.is_resting:
            return 0
        if event["event"] == Kind.NOTIFICATION and event["type"] == _SECURE_CHANNEL:
            station.is_secure = bool(event["arg0"])
            station.has_refused = not station.is_secure
        if (is_present := presence_of(event)) is not None:
            station.absent_since = None if is_present else time.monotonic()
        happened = {**event, "instant": datetime.now(UTC), "monotonic_ns": time.monotonic_ns()}
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(station.tell, happened)
        return 0

    def _lost(self, error: PortLostError) -> None:
        if not self._stopped.is_set() and not self._loop.is_closed():
            self._stopped.set()
            self._loop.call_soon_threadsafe(self._tell_all, error)

    def _tell_all(self, error: PortLostError) -> None:
        """The port is given back at once, so that whoever comes first can open it anew."""
        stations = self._stations
        self._close()
        for one in stations:
            one.tell(error)


_LINES: Final[dict[tuple[asyncio.AbstractEventLoop, str], Line]] = {}
"""Those that are open, for readers that come later."""


def join_line(path: str, baud: int, station: Station) -> Line:
    """The line on this port, opened where this station is its first; needs a running event loop.

    Raises:
        PortError: the port cannot be opened, or is open for a reader of the same address or of another speed.
    """
    place = asyncio.get_running_loop(), path
    line = _LINES.get(place)
    if line is None:
        line = _LINES[place] = Line(open_raw_port(path, baud), baud)
    elif line.baud != baud:
        raise PortBusyError(path, f"open at {line.baud} baud for another reader of this line; all of it has one speed")
    line.join(station)
    return line
