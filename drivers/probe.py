"""What does this reader send? Raw bytes beside every badge number that could be meant, for the person who installs."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from drivers.badge_number import BadgeNumberError, BadgeNumberForm, badge_number
from drivers.driver import SerialDriver
from drivers.frames.decoder import (
    CardFormat,
    CardFrame,
    Decoded,
    Decoder,
    Dropped,
    EndedBySilence,
    Frame,
    KeysFrame,
    TextFrame,
)
from drivers.frames.polled import TICK_SECONDS, Polled
from drivers.names import BUILT_IN, UnknownDriverError, driver_of
from drivers.options import OptionError, options_of
from drivers.reader import CardRead
from drivers.serial_port import DEFAULT_BAUD, OpenSerialPort, Received, SerialPort, open_serial_port

__all__ = ["ProbeReading", "ProbeReport", "Prober", "UnknownDriverError", "probe"]

BYTES_A_LINE = 16
GENERIC = "ascii"
"""Its default options are the driver `line`'s: it would only say the same twice."""


@dataclass(frozen=True, slots=True)
class ProbeReading:
    """A frame that a driver understood: badge numbers by the name of their form, or by "text" where it sent text.

    `card` and `format` are as in `CardRead`; of keys the card is empty.
    """

    driver: str
    numbers: tuple[tuple[str, str], ...] = field(repr=False)
    card: bytes = field(default=b"", repr=False)
    format: CardFormat = CardFormat.UNKNOWN


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """Bytes as they came in one read, and what the drivers that listen made of them and of the bytes before.

    `dropped` holds bytes by driver and cause; with several drivers that is no fault, for at most one can be right.
    """

    instant: datetime
    raw: bytes = field(repr=False)
    readings: tuple[ProbeReading, ...]
    dropped: tuple[tuple[str, Dropped], ...]

    def lines(self) -> list[str]:
        """The report as text: the bytes in hex with their printable ASCII, the readings; drops if nothing was read."""
        shown = hex_lines(self.raw)
        for reading in self.readings:
            shown += [f"  {reading.driver}: {form} {number}" for form, number in reading.numbers]
        if not self.readings:
            shown += [f"  {driver}: {dropped.count} bytes, {dropped.cause.value}" for driver, dropped in self.dropped]
        return shown


class Prober:
    """Feeds bytes to the decoder of one driver, or of all that talk by themselves; pure.

    Raises:
        UnknownDriverError: there is no driver of that name.
        OptionError: its options are wrong, or its readers are on no serial port.
    """

    def __init__(self, driver: str | None, options: str = "") -> None:
        self._decoders = talking_decoders() if driver is None else {driver: _decoder_of(driver, options)}
        self._is_unended = False

    def report(self, raw: bytes, instant: datetime) -> ProbeReport:
        """What these bytes, read at this instant, say."""
        self._is_unended = self.silence_seconds is not None
        return self._report(raw, instant, {name: one.feed(raw) for name, one in self._decoders.items()})

    def silence(self, instant: datetime) -> ProbeReport | None:
        """What a pause of `silence_seconds` ends, as a report without bytes; None where it ends nothing."""
        if not self._is_unended:
            return None
        self._is_unended = False
        ended = {name: one.fall_silent() for name, one in self._decoders.items() if isinstance(one, EndedBySilence)}
        return self._report(b"", instant, ended)

    @property
    def silence_seconds(self) -> float | None:
        """The pause to tell of; None where frames end by themselves."""
        return min(
            (one.silence_seconds for one in self._decoders.values() if isinstance(one, EndedBySilence)), default=None
        )

    def _report(self, raw: bytes, instant: datetime, found: Mapping[str, list[Decoded]]) -> ProbeReport:
        readings: list[ProbeReading] = []
        dropped: list[tuple[str, Dropped]] = []
        for driver, frames in found.items():
            for decoded in frames:
                if isinstance(decoded, Dropped):
                    dropped.append((driver, decoded))
                else:
                    readings.append(reading_of(driver, decoded))
        return ProbeReport(instant, raw, tuple(readings), tuple(dropped))

    def ask(self) -> bytes:
        """What to send now; no bytes where no reader has to be asked."""
        return b"".join(decoder.ask() for decoder in self._decoders.values() if isinstance(decoder, Polled))


async def probe(
    port: str,
    driver: str | None,
    *,
    baud: int | None = None,
    options: str = "",
    open_port: OpenSerialPort = open_serial_port,
    on_open: Callable[[], object] = lambda: None,
) -> AsyncGenerator[ProbeReport, None]:
    """Reports all that comes in on a port until it is closed; with no driver named, all decoders listen at once.

    Raises:
        UnknownDriverError, OptionError: as `Prober`.
        PortError: the port cannot be opened, or went away.
    """
    prober = Prober(driver, options)
    made = driver_of(driver) if driver is not None else None
    usual = made.bauds[0] if isinstance(made, SerialDriver) else DEFAULT_BAUD
    with closing(open_port(port, baud or usual)) as opened:
        on_open()
        while True:
            received = await next_received(opened, prober.ask, within=prober.silence_seconds)
            if received is not None:
                yield prober.report(received.data, received.instant)
            elif (ended := prober.silence(datetime.now(UTC))) is not None:
                yield ended


async def next_received(port: SerialPort, ask: Callable[[], bytes], *, within: float | None) -> Received | None:
    """The next bytes of a port whose reader may have to be asked for them; None where none came `within` seconds."""
    reading = asyncio.ensure_future(port.read())
    try:
        while True:
            if question := ask():
                port.write(question)
            await asyncio.wait([reading], timeout=TICK_SECONDS if within is None else within)
            if reading.done():
                return reading.result()
            if within is not None:
                return None
    finally:
        reading.cancel()


def talking_decoders() -> dict[str, Decoder]:
    """A fresh decoder, with its default options, of each of our drivers whose readers talk by themselves."""
    decoders: dict[str, Decoder] = {}
    for name in BUILT_IN:
        driver = driver_of(name)
        if isinstance(driver, SerialDriver) and driver.twin is None and name != GENERIC:
            decoders[name] = driver.decoder({})
    return decoders


def reading_of(driver: str, frame: Frame) -> ProbeReading:
    """A frame with all numbers that it could mean."""
    if isinstance(frame, KeysFrame):
        return ProbeReading(driver, (("keys", frame.keys),))
    if isinstance(frame, TextFrame):
        return ProbeReading(driver, (("text", frame.text),), frame.text.encode("ascii"), CardFormat.TEXT)
    return ProbeReading(driver, _numbers(frame), frame.card, frame.format)


def reading_of_card(driver: str, read: CardRead) -> ProbeReading:
    """As `reading_of`, of what a reader reported."""
    if read.format is CardFormat.TEXT:
        return reading_of(driver, TextFrame(read.card.decode("ascii")))
    return reading_of(driver, CardFrame(read.card, read.format, read.bits))


def hex_lines(raw: bytes, a_line: int = BYTES_A_LINE) -> list[str]:
    """Bytes in hex with their printable ASCII, `a_line` a line."""
    return [
        f"{raw[at : at + a_line].hex(' ').upper():<{3 * a_line}} {_printable(raw[at : at + a_line])}"
        for at in range(0, len(raw), a_line)
    ]


def _decoder_of(name: str, options: str) -> Decoder:
    driver = driver_of(name)
    if not isinstance(driver, SerialDriver):
        raise OptionError(f"readers of the driver {name!r} are on no serial port")
    return driver.decoder(options_of(options, driver.options))


def _numbers(frame: CardFrame) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((form.value, badge_number(frame.card, form)) for form in BadgeNumberForm)
    except BadgeNumberError as error:
        return (("none", str(error)),)


def _printable(raw: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in raw)  # noqa: PLR2004
