"""What does this reader send? Raw bytes beside every badge number that could be meant, for the person who installs."""

from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from drivers.badge_number import BadgeNumberForm, badge_number
from drivers.catalogue import UnknownDriverError
from drivers.frames.decoder import CardFrame, Dropped, TextFrame
from drivers.frames.protocols import TALKING_PROTOCOLS
from drivers.serial_port import DEFAULT_BAUD, OpenSerialPort, open_serial_port

BYTES_A_LINE = 16


@dataclass(frozen=True, slots=True)
class ProbeReading:
    """A frame that a driver understood: badge numbers by the name of their form, or by "text" where it sent text."""

    driver: str
    numbers: tuple[tuple[str, str], ...] = field(repr=False)


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
        shown = [
            f"{self.raw[at : at + BYTES_A_LINE].hex(' ').upper():<{3 * BYTES_A_LINE}} "
            f"{_printable(self.raw[at : at + BYTES_A_LINE])}"
            for at in range(0, len(self.raw), BYTES_A_LINE)
        ]
        for reading in self.readings:
            shown += [f"  {reading.driver}: {form} {number}" for form, number in reading.numbers]
        if not self.readings:
            shown += [f"  {driver}: {dropped.count} bytes, {dropped.cause.value}" for driver, dropped in self.dropped]
        return shown


class Prober:
    """Feeds bytes to the decoder of one driver, or of all; pure.

    Raises:
        UnknownDriverError: there is no driver of that name.
    """

    def __init__(self, driver: str | None) -> None:
        if driver is not None and driver not in TALKING_PROTOCOLS:
            raise UnknownDriverError(driver)
        self._decoders = {
            name: protocol.decoder() for name, protocol in TALKING_PROTOCOLS.items() if driver in {None, name}
        }

    def report(self, raw: bytes, instant: datetime) -> ProbeReport:
        """What these bytes, read at this instant, say."""
        readings: list[ProbeReading] = []
        dropped: list[tuple[str, Dropped]] = []
        for driver, decoder in self._decoders.items():
            for decoded in decoder.feed(raw):
                if isinstance(decoded, Dropped):
                    dropped.append((driver, decoded))
                else:
                    readings.append(ProbeReading(driver, _numbers(decoded)))
        return ProbeReport(instant, raw, tuple(readings), tuple(dropped))


async def probe(
    port: str,
    driver: str | None,
    *,
    baud: int = DEFAULT_BAUD,
    open_port: OpenSerialPort = open_serial_port,
    on_open: Callable[[], object] = lambda: None,
) -> AsyncGenerator[ProbeReport, None]:
    """Reports all that comes in on a port until it is closed; with no driver named, all decoders listen at once.

    Raises:
        UnknownDriverError: there is no driver of that name.
        PortError: the port cannot be opened, or went away.
    """
    prober = Prober(driver)
    with closing(open_port(port, baud)) as opened:
        on_open()
        while True:
            received = await opened.read()
            yield prober.report(received.data, received.instant)


def _numbers(frame: CardFrame | TextFrame) -> tuple[tuple[str, str], ...]:
    if isinstance(frame, TextFrame):
        return (("text", frame.text),)
    return tuple((form.value, badge_number(frame.card, form)) for form in BadgeNumberForm)


def _printable(raw: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in raw)  # noqa: PLR2004
