"""Which driver, at which speed? Found by listening: one speed after the other, all drivers at each.

A wrong speed seldom makes a frame, and a driver with a checksum never by chance; so what made frames is right, and of
several the strictest.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import closing
from dataclasses import dataclass, field

from drivers.driver import SerialDriver
from drivers.frames.decoder import Dropped
from drivers.frames.polled import TICK_SECONDS, Polled
from drivers.names import BUILT_IN, driver_of
from drivers.probe import ProbeReading, reading_of, talking_decoders
from drivers.serial_port import OpenSerialPort, Received, SerialPort, open_serial_port

BAUDS = (9600, 19200, 115200, 38400, 57600, 4800, 2400)
"""In the order of how many readers have them."""

LISTEN_SECONDS = 6.0
"""At each speed: time to lay a card down twice."""

ENOUGH_BYTES = 48
"""So many without a frame, and the speed is wrong: no need to wait longer."""

ASK_SECONDS = 2.0

STRICTEST_FIRST = (
    "rdm6300",
    "twn4",
    "pn532",
    "stid",
    "twn3",
    "roger",
    "codatex",
    "promag",
    "wiegand-serial",
    "twn4-ascii",
    "line",
    "scanner",
)
"""Drivers whose frames say most come first: what they read by chance is next to nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """What reads a reader: driver and speed, with what came of it."""

    driver: str
    baud: int
    readings: tuple[ProbeReading, ...] = field(repr=False)
    dropped: int
    """Bytes that it could not use."""

    def settings_lines(self, port: str, badge_number: str = "decimal") -> list[str]:
        """The lines for the settings file."""
        driver = driver_of(self.driver)
        usual = driver.bauds[0] if isinstance(driver, SerialDriver) else None
        speed = [] if self.baud == usual else [f"baud = {self.baud}"]
        return [
            "[[reader]]",
            f'driver = "{self.driver}"',
            f'port = "{port}"',
            *speed,
            f'badge_number = "{badge_number}"',
        ]


class Listener:
    """All drivers whose readers talk by themselves, on what comes in at one speed; pure."""

    def __init__(self, baud: int) -> None:
        self._baud = baud
        self._decoders = talking_decoders()
        self._readings: dict[str, list[ProbeReading]] = {name: [] for name in self._decoders}
        self._dropped: Counter[str] = Counter()
        self.heard = 0
        """Bytes in all."""

    def hear(self, raw: bytes) -> Found | None:
        """What reads these bytes and those before, once something does."""
        self.heard += len(raw)
        for name, decoder in self._decoders.items():
            for decoded in decoder.feed(raw):
                if isinstance(decoded, Dropped):
                    self._dropped[name] += decoded.count
                else:
                    self._readings[name].append(reading_of(name, decoded))
        reading = [name for name in self._decoders if self._readings[name] and self._dropped[name] * 2 <= self.heard]
        if not reading:
            return None
        best = min(reading, key=self._oddness)
        return Found(best, self._baud, tuple(self._readings[best]), self._dropped[best])

    def _oddness(self, name: str) -> tuple[bool, int]:
        marked = name == "line" and any(one.card.startswith(b"]") for one in self._readings[name])
        return marked, _rank(name)  # a line that begins with the mark of a kind of code is a scanner's


def _rank(driver: str) -> int:
    return STRICTEST_FIRST.index(driver) if driver in STRICTEST_FIRST else len(STRICTEST_FIRST)


@dataclass(frozen=True, slots=True)
class Tried:
    """A speed was listened to, or a driver asked, without a result."""

    what: str
    heard: int
    """Bytes that came."""


async def find(
    port: str,
    *,
    bauds: tuple[int, ...] = BAUDS,
    listen_seconds: float = LISTEN_SECONDS,
    ask_seconds: float = ASK_SECONDS,
    open_port: OpenSerialPort = open_serial_port,
    on_try: Callable[[str], object] = lambda _: None,
) -> AsyncGenerator[Tried | Found, None]:
    """Asks what has to be asked, then listens to each speed in turn, until something is found; tells each try.

    Raises:
        PortError: the port cannot be opened, or went away.
    """
    for name, baud in _to_ask():
        on_try(f"asking for a {name} at {baud} baud")
        with closing(open_port(port, baud)) as opened:
            answers, heard = await _ask(opened, name, ask_seconds)
        if answers:
            yield Found(name, baud, (), 0)
            return
        yield Tried(f"{name} at {baud} baud", heard)
    for baud in bauds:
        on_try(f"listening at {baud} baud for {listen_seconds:g} s: hold a badge to the reader")
        listener = Listener(baud)
        with closing(open_port(port, baud)) as opened:
            found = await _listen(opened, listener, listen_seconds)
        if found is not None:
            yield found
            return
        yield Tried(f"{baud} baud", listener.heard)


def _to_ask() -> list[tuple[str, int]]:
    asked = []
    # A TWN4 first: what is meant for others would stand before its first question.
    for name in sorted(BUILT_IN, key=_rank):
        driver = driver_of(name)
        if isinstance(driver, SerialDriver) and driver.twin is not None:
            asked += [(name, baud) for baud in driver.bauds]
    return asked


async def _ask(port: SerialPort, name: str, seconds: float) -> tuple[bool, int]:
    """Whether a reader of this driver answers, and how many bytes came."""
    driver = driver_of(name)
    assert isinstance(driver, SerialDriver)  # noqa: S101 # as chosen
    decoder = driver.decoder({})
    assert isinstance(decoder, Polled)  # noqa: S101 # it has a twin
    heard = 0
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        if question := decoder.ask():
            port.write(question)
        received = await _within(port, TICK_SECONDS)
        if received is not None:
            heard += len(received.data)
            decoder.feed(received.data)
        if decoder.is_connected:
            return True, heard
    return False, heard


async def _listen(port: SerialPort, listener: Listener, seconds: float) -> Found | None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while (left := until - loop.time()) > 0:
        received = await _within(port, left)
        if received is not None and (found := listener.hear(received.data)) is not None:
            return found
        if listener.heard >= ENOUGH_BYTES:
            return None
    return None


async def _within(port: SerialPort, seconds: float) -> Received | None:
    try:
        async with asyncio.timeout(seconds):
            return await port.read()
    except TimeoutError:
        return None
