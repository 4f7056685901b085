"""Badge readers, a line for each driver: what a frame costs its decoder, and the way from the port to the card.

The way is measured from the last byte's write at the other end of a pseudo terminal (or of a pipe, for keyboards),
beside the same way with nothing but `os.read` in the event loop. Readers that are asked: from the answer. OSDP has its
polls in it, which are the line's own time.
"""

import asyncio
import itertools
import os
import tempfile
import time
import tty
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

from benchmarks.figures import Outcome, Skipped, figure
from drivers.catalogue import create_card_reader
from drivers.driver import SerialDriver, Twin
from drivers.frames.keys import encode as encode_keys
from drivers.frames.polled import Polled
from drivers.keyboard_reader import KeyboardReader
from drivers.names import BUILT_IN, driver_of
from drivers.reader import CardEvent, CardRead, CardReader, ReaderStateChanged
from drivers.rehearsal import VirtualReader

_FRAMES = 2_000
_READS = 150
_MOST_MICROSECONDS = 50
_MOST_MILLISECONDS = 2


def measure() -> list[Outcome]:
    """All drivers."""
    outcomes: list[Outcome] = []
    for name in BUILT_IN:
        driver = driver_of(name)
        if isinstance(driver, SerialDriver):
            costs = _decoder_costs(driver)
            outcomes.append(figure(f"decoder {name}, a frame", costs, unit="us", most_median=_MOST_MICROSECONDS))
    floor = asyncio.run(_floor())
    outcomes.append(figure("port to event loop, nothing else", floor))
    middle = sorted(floor)[len(floor) // 2]
    for name in BUILT_IN:
        driver = driver_of(name)
        if isinstance(driver, SerialDriver):
            times = asyncio.run(_asked(name, driver) if driver.twin else _talking(name, driver))
            outcomes.append(figure(f"port to card, {name}", times, floor=middle, most_median=_MOST_MILLISECONDS))
            if not driver.twin:
                outcomes.append(figure(f"  at once, {name}", [asyncio.run(_rate(name, driver))], unit="reads/s"))
    outcomes.append(figure("port to card, wedge", asyncio.run(_wedge()), floor=middle, most_median=_MOST_MILLISECONDS))
    outcomes.append(_osdp())
    outcomes.append(Skipped("port to card, pcsc", "pcscd looks for cards each 400 ms: its own time is all there is"))
    return outcomes


def _decoder_costs(driver: SerialDriver) -> list[float]:
    """Microseconds a frame, in pieces of 8 bytes, as a slow line gives them."""
    frames = [driver.encode(card) for card in itertools.islice(itertools.cycle(driver.cards), _FRAMES)]
    decoder = driver.decoder({})
    twin = driver.twin() if driver.twin else None
    if isinstance(decoder, Polled) and twin is not None:
        while not decoder.is_connected:
            decoder.feed(twin.answer(decoder.ask()))
    costs = []
    for frame in frames:
        if isinstance(decoder, Polled):
            decoder.ask()
        pieces = [frame[at : at + 8] for at in range(0, len(frame), 8)]
        start = time.perf_counter_ns()
        found = [one for piece in pieces for one in decoder.feed(piece)]
        costs.append((time.perf_counter_ns() - start) / 1e3)
        assert found
    return costs


async def _floor() -> list[float]:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(theirs, False)
    loop = asyncio.get_running_loop()
    read: asyncio.Queue[int] = asyncio.Queue()

    def on_readable() -> None:
        os.read(theirs, 4096)
        read.put_nowait(time.perf_counter_ns())

    loop.add_reader(theirs, on_readable)
    times = []
    for _ in range(_READS):
        start = time.perf_counter_ns()
        os.write(ours, b"0600D507D0\r\n")
        times.append((await read.get() - start) / 1e6)
    loop.remove_reader(theirs)
    os.close(ours)
    os.close(theirs)
    return times


async def _talking(name: str, driver: SerialDriver) -> list[float]:
    with VirtualReader(name) as virtual:
        return await _times(create_card_reader(name, name="bench", port=virtual.port), virtual.write, _frames(driver))


async def _rate(name: str, driver: SerialDriver) -> float:
    """Reads a second where the line is never idle."""
    frames = _frames(driver)
    with VirtualReader(name) as virtual:
        async with aclosing(create_card_reader(name, name="bench", port=virtual.port).events()) as events:
            await _until_ready(events)
            start = time.perf_counter_ns()
            virtual.write(b"".join(frames))
            for _ in frames:
                await _card(events)
    return len(frames) / (time.perf_counter_ns() - start) * 1e9


def _frames(driver: SerialDriver) -> list[bytes]:
    """Of cards in turns, so that none of them is still there."""
    length = len(driver.cards[0])
    return [driver.encode((number + 1).to_bytes(length, "big")) for number in range(_READS)]


class _Noting:
    """A twin that notes when it answered."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin
        self.answered_ns = 0

    def lay(self, card: bytes | None) -> None:
        self._twin.lay(card)

    def answer(self, data: bytes) -> bytes:
        answer = self._twin.answer(data)
        self.answered_ns = time.perf_counter_ns()
        return answer


async def _asked(name: str, driver: SerialDriver) -> list[float]:
    with VirtualReader(name) as virtual:
        assert virtual.twin is not None
        twin = virtual.twin = _Noting(virtual.twin)
        reader = create_card_reader(name, name="bench", port=virtual.port)
        times = []
        async with aclosing(reader.events()) as events:
            await _until_ready(events)
            length = len(driver.cards[0])
            for number in range(_READS // 5):  # each waits for the next question
                twin.lay(b"\x11" * (length - 1) + bytes([number + 1]))
                await _card(events)
                times.append((time.perf_counter_ns() - twin.answered_ns) / 1e6)
        return times


async def _wedge() -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(path := Path(folder, "keys"))
        descriptor = os.open(path, os.O_RDWR)
        reader = KeyboardReader(name="bench", port=str(path), grab=lambda _: None)
        typed = [encode_keys(f"{number:010d}", seconds=number + 1) for number in range(_READS)]
        try:
            return await _times(reader, lambda raw: os.write(descriptor, raw), typed)
        finally:
            os.close(descriptor)


async def _times(reader: CardReader, write: Callable[[bytes], int], frames: list[bytes]) -> list[float]:
    times = []
    async with aclosing(reader.events()) as events:
        await _until_ready(events)
        for frame in frames:
            start = time.perf_counter_ns()
            write(frame)
            await _card(events)
            times.append((time.perf_counter_ns() - start) / 1e6)
    return times


async def _until_ready(events: AsyncGenerator[CardEvent, None]) -> None:
    async for event in events:
        if isinstance(event, ReaderStateChanged) and event.state.value == "ready":
            return


async def _card(events: AsyncGenerator[CardEvent, None]) -> CardRead:
    async for event in events:
        if isinstance(event, CardRead):
            return event
    raise AssertionError


def _osdp() -> Outcome:
    what = "event at the reader to card, osdp (polls of 50 ms are in it)"
    try:
        from drivers.osdp_twin import VirtualOsdpReader

        with VirtualOsdpReader() as virtual:
            return figure(what, asyncio.run(_osdp_times(virtual.port, virtual.hold)))
    except ImportError:
        return Skipped(what, "libosdp is not installed")


async def _osdp_times(port: str, hold: Callable[[bytes], None]) -> list[float]:
    reader = create_card_reader("osdp", name="bench", port=port)
    times = []
    async with aclosing(reader.events()) as events:
        await _until_ready(events)
        for number in range(_READS // 5):
            start = time.perf_counter_ns()
            hold(b"\x11\x11\x11" + bytes([number]))
            await _card(events)
            times.append((time.perf_counter_ns() - start) / 1e6)
    return times
