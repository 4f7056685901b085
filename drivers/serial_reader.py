"""A reader on a serial port: opened, opened again when it went away, asked where it has to be; each card once."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from drivers.feedback import Signal
from drivers.frames.decoder import (
    CardFormat,
    Decoded,
    Decoder,
    DropCause,
    Dropped,
    EndedBySilence,
    Frame,
    KeysFrame,
    TextFrame,
)
from drivers.frames.polled import TICK_SECONDS, Polled
from drivers.presence import RELEASE_NS, Presence
from drivers.reader import (
    CardEvent,
    CardRead,
    KeysPressed,
    Noise,
    PortError,
    ReaderState,
    ReaderStateChanged,
    TellBytes,
)
from drivers.retrying import RETRY_SECONDS
from drivers.serial_port import DEFAULT_BAUD, OpenSerialPort, Received, SerialPort, open_serial_port

if TYPE_CHECKING:
    from drivers.line_bytes import LineBytes

LONGEST_GAP_NS = 1_000_000_000
"""A frame that stands still this long is given up, so that its half cannot join the next badge's."""

NOISE_INTERVAL_NS = 1_000_000_000
"""Noise is reported at once, then summed over this time."""

POLLED_RELEASE_NS = 2 * RELEASE_NS
"""A reader that is asked may be held up by its own beep."""

GARBLED_BYTES = 64
"""So many bytes without one frame are no disturbance any more: four badges or so."""

MOST_MISSED = 3
"""Questions without an answer, and a reader that has to answer is silent."""

_OF_THE_LINE = frozenset({DropCause.STRAY, DropCause.DAMAGED})
_PLAUSIBLE = frozenset({*b"\r\n\x02\x03\x04", *range(0x20, 0x7F)})
"""What readers that speak ASCII send; at a wrong speed most bytes are others."""


class SerialReader:
    """The `CardReader` of one serial port."""

    def __init__(
        self,
        *,
        name: str,
        port: str,
        decoder: Decoder,
        baud: int = DEFAULT_BAUD,
        open_port: OpenSerialPort = open_serial_port,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._name = name
        self._path = port
        self._decoder = decoder
        self._polled = decoder if isinstance(decoder, Polled) else None
        self._by_silence = decoder if isinstance(decoder, EndedBySilence) else None
        self._unended: Received | None = None  # the last bytes of a frame that only a pause will end
        self._baud = baud
        self._open_port = open_port
        self._sleep = sleep
        self._presence = Presence(RELEASE_NS if self._polled is None else POLLED_RELEASE_NS)
        self._state: ReaderState | None = None
        self._noise: Counter[DropCause] = Counter()
        self._last_bytes_ns = 0
        self._noise_due_ns = 0
        self._has_framed = False  # since the port was opened; after that the speed is right
        self._unframed = 0  # bytes dropped until then
        self._implausible = 0  # bytes of those that no reader of ASCII sends
        self._ask_due = 0.0
        self._overheard: LineBytes | None = None

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._name

    def signal(self, signal: Signal) -> bool:
        """With the next questions; False where the reader only talks."""
        return self._polled is not None and self._state is ReaderState.READY and self._polled.signal(signal)

    def overhear(self, tell: TellBytes | None) -> None:
        """Tell the bytes of the line; see `Overheard`. Of a reader that is asked: its last answer."""
        from drivers.line_bytes import LineBytes  # noqa: PLC0415 # seldom

        self._overheard = None if tell is None else LineBytes(tell)

    async def events(self) -> AsyncGenerator[CardEvent, None]:
        """Reports what happens at the reader; see `CardReader`."""
        self._state = None
        failures = 0
        while True:
            try:
                with closing(self._open_port(self._path, self._baud)) as port:
                    self._decoder.reset()
                    self._unended = None
                    self._has_framed, self._unframed, self._implausible = False, 0, 0
                    self._ask_due = 0.0
                    if self._polled is None:
                        for event in self._into(ReaderState.READY, f"{self._path} is open"):
                            yield event
                    while True:
                        received = await self._next(port)
                        if received is not None:
                            failures = 0
                        for event in self._events_of(received) if received else self._events_of_silence():
                            yield event
                        for event in self._events_of_asking():
                            yield event
            except PortError as error:
                for event in self._events_of_loss(error):
                    yield event
            await self._sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1

    async def _next(self, port: SerialPort) -> Received | None:
        """What comes in next; None where nothing did until it is time to ask again, or until a pause ended a frame."""
        if self._polled is None:
            if self._by_silence is None or self._unended is None:
                return await port.read()
            try:
                async with asyncio.timeout(self._by_silence.silence_seconds):
                    return await port.read()
            except TimeoutError:
                return None
        now = asyncio.get_running_loop().time()
        if now >= self._ask_due:
            self._ask_due = now + TICK_SECONDS
            if question := self._polled.ask():
                if self._overheard is not None:
                    self._overheard.forget()
                port.write(question)
        try:
            async with asyncio.timeout_at(self._ask_due):
                return await port.read()
        except TimeoutError:
            return None

    def _events_of(self, received: Received) -> Iterator[CardEvent]:
        now_ns = received.monotonic_ns
        if self._by_silence is not None:
            # The timer alone would join two badges, where the event loop was held up for longer than the pause.
            if now_ns - self._last_bytes_ns >= self._by_silence.silence_seconds * 1e9:
                yield from self._events_of_silence()
            self._unended = received
        elif self._polled is None and now_ns - self._last_bytes_ns > LONGEST_GAP_NS:
            self._noise[DropCause.DAMAGED] += self._decoder.reset()
            if self._overheard is not None:
                self._overheard.give_up()
        self._last_bytes_ns = now_ns
        if not self._has_framed:
            self._implausible += sum(byte not in _PLAUSIBLE for byte in received.data)
        yield from self._events_of_decoded(received.data, self._decoder.feed(received.data), received)

    def _events_of_silence(self) -> Iterator[CardEvent]:
        """A pause: what it ended was read when its last byte came."""
        ended, self._unended = self._unended, None
        if self._by_silence is not None and ended is not None:
            yield from self._events_of_decoded(b"", self._by_silence.fall_silent(), ended)

    def _events_of_decoded(self, data: bytes, found: list[Decoded], received: Received) -> Iterator[CardEvent]:
        """`data` came in and completed this, with what came before it: at the last, in `received`."""
        if self._overheard is not None:
            self._overheard.came(data, found)
        for decoded in found:
            if isinstance(decoded, Dropped):
                self._noise[decoded.cause] += decoded.count
                yield from self._events_of_dropped(decoded)
            else:
                yield from self._events_of_frame(decoded, received)
        if received.monotonic_ns >= self._noise_due_ns and self._noise.total():
            self._noise_due_ns = received.monotonic_ns + NOISE_INTERVAL_NS
            yield from self._noise_so_far()

    def _events_of_frame(self, frame: Frame, received: Received) -> Iterator[CardEvent]:
        self._has_framed = True
        if self._state is ReaderState.GARBLED:
            yield from self._into(ReaderState.READY, f"{self._path} sends frames again")
        if isinstance(frame, KeysFrame):
            yield KeysPressed(frame.keys, self._name, received.instant)
        elif self._presence.arrives(frame, received.monotonic_ns):
            yield _card_read(frame, self._name, received)

    def _events_of_dropped(self, dropped: Dropped) -> Iterator[CardEvent]:
        if self._polled is not None or self._has_framed or dropped.cause not in _OF_THE_LINE:
            return
        self._unframed += dropped.count
        if self._unframed >= GARBLED_BYTES:
            likely = (
                f"another speed than {self._baud} baud" if self._implausible * 4 > self._unframed else "another driver"
            )
            yield from self._into(
                ReaderState.GARBLED,
                f"{self._path}: bytes come in, and none of them are a frame; most likely the reader has {likely}:"
                " `reader probe` finds out",
            )

    def _events_of_asking(self) -> Iterator[CardEvent]:
        if self._polled is None:
            return
        if self._polled.missed >= MOST_MISSED:
            advice = self._polled.advice
            yield from self._into(ReaderState.SILENT, f"{self._path} is open, and no reader answers; {advice}")
        elif self._polled.is_connected:
            yield from self._into(ReaderState.READY, f"{self._path} is open, and the reader answers")

    def _events_of_loss(self, error: PortError) -> Iterator[CardEvent]:
        self._noise[DropCause.DAMAGED] += self._decoder.reset()
        yield from self._noise_so_far()
        yield from self._into(error.state, str(error))

    def _into(self, state: ReaderState, detail: str) -> Iterator[CardEvent]:
        if state is not self._state:
            self._state = state
            yield ReaderStateChanged(self._name, state, detail)

    def _noise_so_far(self) -> Iterator[Noise]:
        noise, self._noise = self._noise, Counter()
        for cause, count in noise.items():
            if count:
                yield Noise(self._name, count, cause.value)


def _card_read(frame: Frame, reader: str, received: Received) -> CardRead:
    if isinstance(frame, TextFrame):
        card, form, bits = frame.text.encode("ascii"), CardFormat.TEXT, None
    else:
        assert not isinstance(frame, KeysFrame)  # noqa: S101 # told apart before
        card, form, bits = frame.card, frame.format, frame.bits
    return CardRead(card, form, bits, reader, received.instant, received.monotonic_ns)
