"""OSDP v2 readers on an RS-485 line, by libosdp: secure channel, light, buzzer, keypad.

Several on one line share its port (`osdp_line`). With a key only a reader that proves the same key is believed, and the
default key of the standard never is.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Final

from drivers.driver import OtherDriver
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat
from drivers.options import OptionError, Options, number_of
from drivers.osdp_line import Happened, Kind, Line, Station, is_installed, join_line, presence_of
from drivers.presence import RELEASE_NS, Presence
from drivers.reader import (
    CardEvent,
    CardRead,
    CardReader,
    DriverNotInstalledError,
    KeysPressed,
    Noise,
    PortError,
    ReaderState,
    ReaderStateChanged,
)
from drivers.retrying import pauses
from drivers.wiegand import FORMATS, WiegandError, data_of, from_left_aligned

DEFAULT_BAUD: Final = 9600
DEFAULT_KEY: Final = bytes(range(0x30, 0x40))
"""SCBK-D: everybody has it, so it proves nothing."""

SILENT_SECONDS: Final = 10.0
"""A reader that was never heard for so long is silent."""

_KEYS = {0x0D: "#", 0x7F: "*"}
_DIGITS = range(0x30, 0x3A)


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
        self._place: tuple[Line, Station] | None = None

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._name

    def signal(self, signal: Signal) -> bool:
        """Light for two seconds, and a tone; False where the reader is not there."""
        if self._place is None or self._state is not ReaderState.READY:
            return False
        line, station = self._place
        return line.signal(station, signal)

    async def events(self) -> AsyncGenerator[CardEvent, None]:
        """Reports what happens at the reader; see `CardReader`."""
        self._state = None
        failures = pauses()
        while True:
            station = Station(self._address, self._key)
            try:
                line = join_line(self._path, self._baud, station)
            except PortError as error:
                if changed := self._into(error.state, str(error)):
                    yield changed
                await self._sleep(next(failures))
                continue
            failures = pauses()
            self._place = line, station
            try:
                async for event in self._events_at(station):
                    yield event
            except PortError as error:
                if changed := self._into(error.state, str(error)):
                    yield changed
            finally:
                self._place = None
                line.leave(station)
            await self._sleep(next(failures))

    async def _events_at(self, station: Station) -> AsyncGenerator[CardEvent, None]:
        was_present = False
        while True:
            try:
                async with asyncio.timeout(None if self._state else self._silent_seconds):
                    happened = await station.next()
            except TimeoutError:
                is_present: bool | None = False
            else:
                is_present = presence_of(happened)
                for event in self._events_of(happened):
                    yield event
            if is_present is None or (is_present and self._key is not None and not station.is_secure):
                continue
            if is_present:
                how = "with a secure channel" if self._key else "WITHOUT encryption: set key-file"
                changed = self._into(ReaderState.READY, f"{self._path} is open, and the reader answers {how}")
            else:
                changed = self._absent(was_present=was_present, station=station)
            was_present = is_present
            if changed:
                yield changed

    def _absent(self, *, was_present: bool, station: Station) -> ReaderStateChanged | None:
        has_answered, station.has_answered = station.has_answered, False
        if self._key is not None and not was_present and station.has_refused and has_answered:
            detail = "a reader answers, and does not prove the key: another reader, a new one, or an attack"
            return self._into(ReaderState.UNTRUSTED, f"{self._path}: {detail}")
        detail = f"check its address ({self._address}), speed ({self._baud}) and the two wires"
        return self._into(ReaderState.SILENT, f"{self._path} is open, and no reader answers; {detail}")

    def _events_of(self, happened: Happened) -> list[CardEvent]:
        instant, now_ns = happened["instant"], happened["monotonic_ns"]
        if happened["event"] == Kind.KEY_PRESS:
            keys = "".join(_KEYS.get(key, chr(key) if key in _DIGITS else "") for key in happened["data"])
            return [KeysPressed(keys, self._name, instant)] if keys else []
        if happened["event"] != Kind.CARD_READ:
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


_ASCII = 2


def _card(happened: Happened) -> tuple[bytes, CardFormat, int | None]:
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


def _create(name: str, port: str, baud: int | None, options: Options) -> CardReader:
    if not is_installed():
        raise DriverNotInstalledError("osdp", "install clocking-terminal[osdp] (libosdp; 64-bit systems only)")
    return OsdpReader(
        name=name,
        port=port,
        baud=baud or DEFAULT_BAUD,
        address=_address(options),
        key=_key_in(options["key-file"]) if "key-file" in options else None,
    )


def _address(options: Options) -> int:
    return number_of(options, "address", 0, least=0, most=126)


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
    port="the RS-485 adapter's serial port; several readers on it need an address each",
    options={
        "address": "the reader's on its line, 0 unless set",
        "key-file": "a file that only the kiosk's user can read, with the reader's own key (SCBK) as 32 hex digits;"
        " without it anybody on the line can pretend to be the reader",
    },
    extra="osdp",
    address=_address,
)
