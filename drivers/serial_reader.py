"""A talking reader on a serial port: opens it, opens it again when it went away, reports each badge once."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import closing

from drivers.badge_number import BadgeNumberForm, badge_number
from drivers.frames.decoder import CardFrame, Decoder, DropCause, Dropped, TextFrame
from drivers.presence import Presence
from drivers.reader import (
    BadgeRead,
    Noise,
    PortError,
    ReaderEvent,
    ReaderState,
    ReaderStateChanged,
)
from drivers.serial_port import DEFAULT_BAUD, OpenSerialPort, Received, open_serial_port

RETRY_SECONDS = (0.5, 1.0, 2.0, 5.0)
"""Pauses before opening again; the last one repeats."""

LONGEST_GAP_NS = 1_000_000_000
"""A frame that stands still this long is given up, so that its half cannot join the next badge's."""

NOISE_INTERVAL_NS = 1_000_000_000
"""Noise is reported at once, then summed over this time."""


class SerialReader:
    """The `BadgeReader` of one serial port.

    A frame of text is the badge number as it is; a frame of card bytes is written in the form `badge_number`.
    """

    def __init__(
        self,
        *,
        name: str,
        port: str,
        decoder: Decoder,
        badge_number: BadgeNumberForm,
        baud: int = DEFAULT_BAUD,
        open_port: OpenSerialPort = open_serial_port,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._name = name
        self._path = port
        self._decoder = decoder
        self._form = badge_number
        self._baud = baud
        self._open_port = open_port
        self._sleep = sleep
        self._presence = Presence()
        self._state: ReaderState | None = None
        self._noise: Counter[DropCause] = Counter()
        self._last_bytes_ns = 0
        self._noise_due_ns = 0

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._name

    async def events(self) -> AsyncGenerator[ReaderEvent, None]:
        """Reports what happens at the reader; see `BadgeReader`."""
        self._state = None
        failures = 0
        while True:
            try:
                with closing(self._open_port(self._path, self._baud)) as port:
                    self._decoder.reset()
                    self._state = ReaderState.READY
                    yield ReaderStateChanged(self._name, ReaderState.READY, f"{self._path} is open")
                    while True:
                        received = await port.read()
                        failures = 0
                        for event in self._events_of(received):
                            yield event
            except PortError as error:
                for event in self._events_of_loss(error):
                    yield event
            await self._sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    def _events_of(self, received: Received) -> Iterator[ReaderEvent]:
        now_ns = received.monotonic_ns
        if now_ns - self._last_bytes_ns > LONGEST_GAP_NS:
            self._noise[DropCause.DAMAGED] += self._decoder.reset()
        self._last_bytes_ns = now_ns
        for decoded in self._decoder.feed(received.data):
            if isinstance(decoded, Dropped):
                self._noise[decoded.cause] += decoded.count
            elif self._presence.arrives(decoded, now_ns):
                yield BadgeRead(self._number(decoded), self._name, received.instant, now_ns)
        if now_ns >= self._noise_due_ns and self._noise.total():
            self._noise_due_ns = now_ns + NOISE_INTERVAL_NS
            yield from self._noise_so_far()

    def _events_of_loss(self, error: PortError) -> Iterator[ReaderEvent]:
        self._noise[DropCause.DAMAGED] += self._decoder.reset()
        yield from self._noise_so_far()
        if error.state is not self._state:
            self._state = error.state
            yield ReaderStateChanged(self._name, error.state, str(error))

    def _number(self, frame: CardFrame | TextFrame) -> str:
        return frame.text if isinstance(frame, TextFrame) else badge_number(frame.card, self._form)

    def _noise_so_far(self) -> Iterator[Noise]:
        noise, self._noise = self._noise, Counter()
        for cause, count in noise.items():
            if count:
                yield Noise(self._name, count, cause.value)
