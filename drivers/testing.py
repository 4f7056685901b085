"""The contract of a serial driver as tests, for whoever writes one; needs pytest and nothing else.

    from drivers.testing import SerialDriverContract

    class TestMine(SerialDriverContract):
        driver = MINE

One for readers on no serial port is `CardReaderContract`, which needs a device, or a virtual one.

Each test uses `driver.encode` and `driver.cards`. `checked = True` says that the protocol proves its frames by a
checksum: then no single wrong byte may give another card.
"""

import asyncio
import random
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager, aclosing, suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Protocol

from drivers.driver import SerialDriver
from drivers.feedback import Signal
from drivers.frames.decoder import CardFrame, Decoder, Dropped, Frame, TextFrame
from drivers.frames.polled import Polled
from drivers.reader import CardEvent, CardRead, CardReader, ReaderState, ReaderStateChanged

MEGABYTE = 1_000_000
MOST_KEPT = 1024
"""Bytes that a decoder may keep of a frame under way."""


class SerialDriverContract:
    """Subclass it in your tests with your driver."""

    driver: ClassVar[SerialDriver]
    checked: ClassVar[bool] = False
    noise: ClassVar[bytes] = b"\r"
    """Bytes that may come between two frames on your reader's line, and after which a frame is read."""

    def test_a_frame_gives_its_card(self) -> None:
        """One frame, whole."""
        for card in self._cards():
            assert self._read([self.driver.encode(card)]) == [self._frame(card)]

    def test_byte_by_byte_gives_the_same(self) -> None:
        """However slow the line is."""
        for card in self._cards():
            frame = self.driver.encode(card)
            assert self._read([frame[at : at + 1] for at in range(len(frame))]) == [self._frame(card)]

    def test_frames_that_came_together_are_told_apart(self) -> None:
        """Merged by a buffer, and cut anywhere by another."""
        if self._is_polled():
            return  # a reader that is asked sends one answer a question
        cards = list(self._cards()) * 3
        stream = b"".join(map(self.driver.encode, cards))
        chance = random.Random(1)  # noqa: S311 # the same pieces each time
        for _ in range(50):
            assert self._read(_pieces(stream, chance)) == [self._frame(card) for card in cards]

    def test_noise_between_frames_costs_no_card(self) -> None:
        """And is counted, never raised."""
        for card in self._cards():
            stream = self.noise + self.driver.encode(card) + self.noise
            assert self._frame(card) in self._read([stream])

    def test_any_bytes_give_the_same_in_any_slicing(self) -> None:
        """Random bytes, halves of frames, bent frames: the same frames and the same sums of dropped bytes."""
        chance = random.Random(2)  # noqa: S311
        for _ in range(200):
            stream = self._bad_stream(chance)
            assert self._all(_pieces(stream, chance)) == self._all([stream])

    def test_a_reset_forgets_half_a_frame(self) -> None:
        """So that it cannot join the first one after the cable was plugged in again."""
        for card in self._cards():
            frame = self.driver.encode(card)
            decoder = self._asked()
            decoder.feed(frame[: len(frame) // 2])
            decoder.reset()
            self._connect(decoder)
            assert _frames(decoder, [frame]) == [self._frame(card)]
            assert decoder.reset() <= MOST_KEPT

    def test_a_megabyte_of_noise_fills_no_memory(self) -> None:
        """And the next card after a moment of silence is read."""
        decoder = self._asked()
        decoder.feed(random.Random(3).randbytes(MEGABYTE))  # noqa: S311
        decoder.feed(b"\x00" * MEGABYTE)
        assert decoder.reset() <= MOST_KEPT
        self._connect(decoder)
        card = self.driver.cards[0]
        assert _frames(decoder, [self.driver.encode(card)]) == [self._frame(card)]

    def test_a_wrong_byte_gives_no_other_card(self) -> None:
        """Only where the protocol has a checksum."""
        if not self.checked:
            return
        for card in self._cards():
            frame = self.driver.encode(card)
            for place in range(len(frame)):
                for byte in range(256):
                    bent = frame[:place] + bytes([byte]) + frame[place + 1 :]
                    assert set(self._read([bent])) <= {self._frame(card)}, (place, byte)

    def test_no_card_is_in_a_repr(self) -> None:
        """Cards are personal data: logs and tracebacks show reprs."""
        for card in self._cards():
            shown = repr(self._frame(card)).lower()
            assert card.hex() not in shown

    def test_a_question_is_asked_until_it_is_answered(self) -> None:
        """Where the reader has to be asked."""
        decoder = self.driver.decoder({})
        if not isinstance(decoder, Polled):
            return
        assert self.driver.twin is not None, "demo and tests need a twin"
        assert decoder.ask()
        assert not decoder.ask(), "one question at a time"
        asked = [decoder.ask() for _ in range(40)]
        assert any(asked), "an answer that was lost is asked for again"
        assert decoder.missed
        assert not decoder.is_connected
        twin = self.driver.twin()
        for card in self._cards():
            twin.lay(card)
            found = [
                one for _ in range(60) if (question := decoder.ask()) for one in decoder.feed(twin.answer(question))
            ]
            assert self._frame(card) in found
            assert decoder.is_connected

    def _cards(self) -> Sequence[bytes]:
        assert self.driver.cards, "the driver names cards to try it with"
        return self.driver.cards

    def _frame(self, card: bytes) -> Frame:
        """What a card has to give: itself, or text that the driver made of it."""
        frames = self._read([self.driver.encode(card)])
        assert len(frames) == 1
        frame = frames[0]
        assert isinstance(frame, TextFrame) or (isinstance(frame, CardFrame) and frame.card == card)
        return frame

    def _is_polled(self) -> bool:
        return isinstance(self.driver.decoder({}), Polled)

    def _asked(self) -> Decoder:
        """A decoder that has asked, where it has to, for the card that comes next."""
        decoder = self.driver.decoder({})
        self._connect(decoder)
        return decoder

    def _connect(self, decoder: Decoder) -> None:
        """Goes through the questions that begin a connection, up to the first one for a card, which is left open."""
        if not isinstance(decoder, Polled):
            return
        assert self.driver.twin is not None, "demo and tests need a twin"
        twin = self.driver.twin()
        for _ in range(100):
            question = decoder.ask()
            if question and decoder.is_connected:
                return
            decoder.feed(twin.answer(question))
        raise AssertionError("it never comes to ask for a card")

    def _read(self, pieces: Iterable[bytes]) -> list[Frame]:
        return _frames(self._asked(), pieces)

    def _all(self, pieces: Iterable[bytes]) -> tuple[list[Frame], dict[object, int], int]:
        decoder = self._asked()
        frames: list[Frame] = []
        dropped: dict[object, int] = {}
        for piece in pieces:
            for decoded in decoder.feed(piece):
                if isinstance(decoded, Dropped):
                    assert decoded.count > 0
                    dropped[decoded.cause] = dropped.get(decoded.cause, 0) + decoded.count
                else:
                    frames.append(decoded)
        return frames, dropped, decoder.reset()

    def _bad_stream(self, chance: random.Random) -> bytes:
        parts = []
        for _ in range(chance.randrange(1, 8)):
            frame = self.driver.encode(chance.choice(self._cards()))
            at = chance.randrange(len(frame))
            parts.append(
                chance.choice(
                    (
                        frame,
                        frame[at:],
                        frame[:at],
                        frame[:at] + chance.randbytes(1) + frame[at + 1 :],
                        chance.randbytes(chance.randrange(30)),
                        frame[:1] * chance.randrange(100),
                    )
                )
            )
        return b"".join(parts)


class Plugged(Protocol):
    """A device, or a virtual one, that is plugged in."""

    @property
    def port(self) -> str:
        """What to open."""
        ...

    def hold(self, card: bytes) -> None:
        """Lays a card down in the place of the one before."""
        ...

    def unplug(self) -> None:
        """Takes it away from who has it open; a second time does nothing."""
        ...


class CardReaderContract:
    """Subclass it in your tests with your reader; each test waits `patience` seconds at most."""

    cards: ClassVar[Sequence[bytes]]
    """Two or more, as `CardRead.card` has to give them."""
    patience: ClassVar[float] = 20.0

    def plugged(self) -> AbstractContextManager[Plugged]:
        """Your device, plugged in while the context lasts."""
        raise NotImplementedError

    def reader(self, port: str) -> CardReader:
        """Your reader."""
        raise NotImplementedError

    def test_the_first_event_is_the_state_and_a_card_comes_once_while_it_lies_there(self) -> None:
        """And another card at once."""

        async def look(events: AsyncGenerator[CardEvent, None], device: Plugged) -> None:
            assert isinstance(await anext(events), ReaderStateChanged)
            for card in self.cards:
                device.hold(card)
                assert (await _next_card(events)).card == card
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    raise AssertionError(f"again: {await _next_card(events)}")

        self._watch(look)

    def test_a_read_says_where_and_when_and_hides_the_card(self) -> None:
        """The instant is aware UTC, and not of later."""

        async def look(events: AsyncGenerator[CardEvent, None], device: Plugged) -> None:
            await anext(events)
            device.hold(self.cards[0])
            read = await _next_card(events)
            assert read.reader == self._name
            assert read.instant.utcoffset() == timedelta(0)
            assert read.instant <= datetime.now(UTC)
            assert read.monotonic_ns <= time.monotonic_ns()
            assert read.card.hex() not in repr(read).lower()

        self._watch(look)

    def test_a_device_that_goes_is_a_state_and_no_exception(self) -> None:
        """The person at the screen reads what to do."""

        async def look(events: AsyncGenerator[CardEvent, None], device: Plugged) -> None:
            await anext(events)
            device.unplug()
            async for event in events:
                if isinstance(event, ReaderStateChanged):
                    assert event.state is not ReaderState.READY
                    assert event.detail
                    return

        self._watch(look)

    def test_a_port_that_is_not_there_is_a_state_and_no_exception(self) -> None:
        """From the first moment on."""

        async def look() -> None:
            async with asyncio.timeout(self.patience), aclosing(self.reader("/no/such/port").events()) as events:
                event = await anext(events)
                assert isinstance(event, ReaderStateChanged)
                assert event.state is not ReaderState.READY

        asyncio.run(look())

    def test_the_port_is_free_after_closing_and_the_reader_can_be_watched_again(self) -> None:
        """No descriptor and no thread is left."""
        threads = threading.active_count()
        with self.plugged() as device:
            reader = self.reader(device.port)
            beside = threading.active_count() - threads
            for _ in range(2):
                asyncio.run(self._first_state(reader))
            assert threading.active_count() - threads == beside

    def test_a_signal_never_raises(self) -> None:
        """Before it is open, too."""
        with self.plugged() as device:
            reader = self.reader(device.port)
            for signal in Signal:
                assert reader.signal(signal) in {True, False}

    _name: str = ""

    async def _first_state(self, reader: CardReader) -> None:
        async with asyncio.timeout(self.patience), aclosing(reader.events()) as events:
            event = await anext(events)
            assert isinstance(event, ReaderStateChanged)
            assert event.state is ReaderState.READY, event.detail

    def _watch(self, look: Callable[[AsyncGenerator[CardEvent, None], Plugged], Awaitable[None]]) -> None:
        async def watch() -> None:
            with self.plugged() as device:
                reader = self.reader(device.port)
                self._name = reader.name
                async with asyncio.timeout(self.patience), aclosing(reader.events()) as events:
                    await look(events, device)

        asyncio.run(watch())


async def _next_card(events: AsyncGenerator[CardEvent, None]) -> CardRead:
    async for event in events:
        if isinstance(event, CardRead):
            return event
    raise AssertionError("the events ended")


def _pieces(stream: bytes, chance: random.Random) -> list[bytes]:
    pieces, at = [], 0
    while at < len(stream):
        size = chance.randrange(1, 20)
        pieces.append(stream[at : at + size])
        at += size
    return pieces


def _frames(decoder: Decoder, pieces: Iterable[bytes]) -> list[Frame]:
    return [one for piece in pieces for one in decoder.feed(piece) if not isinstance(one, Dropped)]
