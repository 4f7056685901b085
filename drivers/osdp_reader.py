"""OSDP v2 readers on an RS-485 line, by libosdp: secure channel, light, buzzer, keypad. The only module that knows it.

The library asks the reader each 50 ms in a thread of its own, because a reader that is not asked for a while drops the
secure channel; what happens comes to the event loop. With a key only a reader that proves the same key is believed, and
the default key of the standard never is.
"""

import asyncio
import select
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Final

from drivers.driver import OtherDriver
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat
from drivers.options import OptionError, Options, number_of
from drivers.presence import RELEASE_NS, Presence
from drivers.reader import (
    CardEvent,
    CardRead,
    CardReader,
    DriverNotInstalledError,
    KeysPressed,
    Noise,
    PortError,
    PortLostError,
    ReaderState,
    ReaderStateChanged,
)
from drivers.retrying import pauses
from drivers.serial_port import RawPort, open_raw_port
from drivers.wiegand import FORMATS, WiegandError, data_of, from_left_aligned

DEFAULT_BAUD: Final = 9600
DEFAULT_KEY: Final = bytes(range(0x30, 0x40))
"""SCBK-D: everybody has it, so it proves nothing."""

WAIT_SECONDS: Final = 0.005
"""The longest that the library waits for its turn where no bytes come."""

SILENT_SECONDS: Final = 10.0
"""A reader that was never heard for so long is silent."""

_KEYS = {0x0D: "#", 0x7F: "*"}
_DIGITS = range(0x30, 0x3A)
_TEMPORARY, _SILENCE, _TONE = 2, 1, 2
_RED, _GREEN = 1, 2
_SECURE_CHANNEL, _PRESENT = 1, 2
"""Types of the library's notifications."""


class OsdpReader:
    """The `CardReader` of one OSDP reader. Without a `key` (16 bytes) anybody on the line can pretend to be it."""

    def __init__(
        self,
        *,
        name: str,
        port: str,
        baud: int = DEFAULT_BAUD,
        address: int = 0,
        key: bytes | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._name = name
        self._path = port
        self._baud = baud
        self._address = address
        self._key = key
        self._sleep = sleep
        self._silent_seconds = silent_seconds
        self._presence = Presence(RELEASE_NS)
        self._state: ReaderState | None = None
        self._line: _Line | None = None

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._name

    def signal(self, signal: Signal) -> bool:
        """Light for two seconds, and a tone; False where the reader is not there."""
        if self._line is None or self._state is not ReaderState.READY:
            return False
        return self._line.signal(signal)

    async def events(self) -> AsyncGenerator[CardEvent, None]:
        """Reports what happens at the reader; see `CardReader`."""
        self._state = None
        failures = pauses()
        while True:
            try:
                raw = open_raw_port(self._path, self._baud)
            except PortError as error:
                if changed := self._into(error.state, str(error)):
                    yield changed
                await self._sleep(next(failures))
                continue
            failures = pauses()
            line = self._line = _Line(raw, self._address, self._key)
            try:
                async for event in self._events_on(line):
                    yield event
            except PortError as error:
                if changed := self._into(error.state, str(error)):
                    yield changed
            finally:
                self._line = None
                line.close()
            await self._sleep(next(failures))

    async def _events_on(self, line: "_Line") -> AsyncGenerator[CardEvent, None]:
        was_present = False
        while True:
            try:
                async with asyncio.timeout(None if self._state else self._silent_seconds):
                    happened = await line.next()
            except TimeoutError:
                happened = {"event": _NOTIFICATION, "type": _PRESENT, "arg0": 0}
            if isinstance(happened, PortLostError):
                raise happened
            if happened.get("event") != _NOTIFICATION:
                for event in self._events_of(happened):
                    yield event
                continue
            if happened["type"] == _PRESENT and happened["arg0"] and not (self._key and not line.is_secure):
                was_present = True
                how = "with a secure channel" if self._key else "WITHOUT encryption: set key-file"
                changed = self._into(ReaderState.READY, f"{self._path} is open, and the reader answers {how}")
            elif happened["type"] == _PRESENT and not happened["arg0"]:
                changed = self._absent(was_present=was_present, line=line)
                was_present = False
            else:
                continue
            if changed:
                yield changed

    def _absent(self, *, was_present: bool, line: "_Line") -> ReaderStateChanged | None:
        if self._key is not None and not was_present and line.has_refused:
            detail = "a reader answers, and does not prove the key: another reader, a new one, or an attack"
            return self._into(ReaderState.UNTRUSTED, f"{self._path}: {detail}")
        detail = f"check its address ({self._address}), speed ({self._baud}) and the two wires"
        return self._into(ReaderState.SILENT, f"{self._path} is open, and no reader answers; {detail}")

    def _events_of(self, happened: Mapping[str, Any]) -> list[CardEvent]:
        instant, now_ns = happened["instant"], happened["monotonic_ns"]
        if happened["event"] == _KEY_PRESS:
            keys = "".join(_KEYS.get(key, chr(key) if key in _DIGITS else "") for key in happened["data"])
            return [KeysPressed(keys, self._name, instant)] if keys else []
        if happened["event"] != _CARD_READ:
            return []
        try:
            card, form, bits = _card(happened)
        except WiegandError as error:
            return [Noise(self._name, len(happened["data"]), f"a card that is none: {error}")]
        if not card or not self._presence.arrives(card, now_ns):
            return []
        return [CardRead(card, form, bits, self._name, instant, now_ns)]

    def _into(self, state: ReaderState, detail: str) -> ReaderStateChanged | None:
        if state is self._state:
            return None
        self._state = state
        return ReaderStateChanged(self._name, state, detail)


_CARD_READ, _KEY_PRESS, _NOTIFICATION = 1, 2, 5
"""The library's kinds of events."""
_ASCII = 2


def _card(happened: Mapping[str, Any]) -> tuple[bytes, CardFormat, int | None]:
    """A card's bytes, what they are, and how many bits they had. Raises WiegandError for wrong parity."""
    data, bits = bytes(happened["data"]), happened["length"]
    if happened["format"] == _ASCII:
        text = data.strip(b" \r\n\0")
        return (text, CardFormat.TEXT, None) if text.isascii() and text.decode().isprintable() else (b"", _NONE, None)
    if bits in FORMATS:
        return data_of(from_left_aligned(data, bits), bits), CardFormat.WIEGAND, bits - 2
    if bits % 8 == 0:
        return data, CardFormat.UNKNOWN, None
    return from_left_aligned(data, bits).to_bytes((bits + 7) // 8, "big"), CardFormat.WIEGAND, bits


_NONE = CardFormat.UNKNOWN


class _Line:
    """The library at work on an open port, in its thread; what happens is for the event loop that made it."""

    def __init__(self, port: RawPort, address: int, key: bytes | None) -> None:
        from osdp.constants import LibFlag, LogLevel  # noqa: PLC0415 # an optional package
        from osdp.control_panel import ControlPanel  # noqa: PLC0415
        from osdp.helpers import PDInfo  # noqa: PLC0415

        self._port = port
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[dict[str, Any] | PortLostError] = asyncio.Queue()
        self.is_secure = False
        self.has_refused = False
        """It answered, and the secure channel failed."""
        flags = [LibFlag.EnableNotification, *([LibFlag.EnforceSecure] if key is not None else [])]
        info = PDInfo(address, self, scbk=key, flags=flags, name="reader")
        # The library writes its log on the terminal, where the screen is.
        self._panel = ControlPanel([info], log_level=LogLevel.Emergency, event_handler=self._happened).ctx
        self._lock = Lock()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name=f"osdp {port.path}", daemon=True)
        self._thread.start()

    async def next(self) -> dict[str, Any] | PortLostError:
        """What happens next; events of the library carry `instant` and `monotonic_ns`."""
        return await self._events.get()

    def signal(self, signal: Signal) -> bool:
        """Light and tone with the next polls."""
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
            return bool(self._panel.submit_command(0, led)) and bool(self._panel.submit_command(0, tone))

    def close(self) -> None:
        """Ends the thread and gives the port back; takes milliseconds."""
        self._stopped.set()
        self._thread.join()
        self._panel = None
        self._port.close()

    # What the library calls, in its thread.

    id = 0

    def read(self, most: int) -> bytes:
        """Bytes that came."""
        try:
            return self._port.read(most)
        except PortLostError as error:
            self._lost(error)
            return b""

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
                self._panel.refresh()
            try:
                if not select.select([self._port.descriptor], [], [], WAIT_SECONDS)[0]:
                    continue
            except (OSError, ValueError):
                return
            time.sleep(0.001)  # the rest of the answer

    def _happened(self, _reader: int, event: dict[str, Any]) -> int:
        if event["event"] == _NOTIFICATION and event["type"] == _SECURE_CHANNEL:
            self.is_secure = bool(event["arg0"])
            self.has_refused = not self.is_secure
        self._tell({**event, "instant": datetime.now(UTC), "monotonic_ns": time.monotonic_ns()})
        return 0

    def _lost(self, error: PortLostError) -> None:
        self._stopped.set()
        self._tell(error)

    def _tell(self, what: dict[str, Any] | PortLostError) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._events.put_nowait, what)


def _create(name: str, port: str, baud: int | None, options: Options) -> CardReader:
    try:
        import osdp  # noqa: F401, PLC0415 # an optional package
    except ImportError:
        raise DriverNotInstalledError(
            "osdp", "install clocking-terminal[osdp] (libosdp; 64-bit systems only)"
        ) from None
    return OsdpReader(
        name=name,
        port=port,
        baud=baud or DEFAULT_BAUD,
        address=number_of(options, "address", 0, least=0, most=126),
        key=_key_in(options["key-file"]) if "key-file" in options else None,
    )


def _key_in(path: str) -> bytes:
    """The key of a file: 32 hex digits. Raises OptionError, which never holds any of it."""
    try:
        key = bytes.fromhex(Path(path).read_text(encoding="ascii").strip())
    except OSError as error:
        raise OptionError(f"the key file {path} cannot be read: {error.strerror}") from error
    except ValueError:
        key = b""
    if len(key) != len(DEFAULT_KEY):
        raise OptionError(f"the key file {path} must hold 32 hex digits")
    if key == DEFAULT_KEY:
        raise OptionError(f"the key file {path} holds the default key, which everybody has: give the reader its own")
    return key


DRIVER = OtherDriver(
    "OSDP v2 readers on RS-485: secure channel, light, buzzer, keypad",
    create=_create,
    port="the RS-485 adapter's serial port, one reader on it",
    options={
        "address": "the reader's, 0 unless set",
        "key-file": "a file that only the kiosk's user can read, with the reader's own key (SCBK) as 32 hex digits;"
        " without it anybody on the line can pretend to be the reader",
    },
    extra="osdp",
)
