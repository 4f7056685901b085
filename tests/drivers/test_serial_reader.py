"""The reader over a port: badges, presence, noise, states and re-opening; on pseudo terminals and on scripted ports."""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.badge_number import BadgeNumberForm
from drivers.badge_rule import rule_of
from drivers.catalogue import create_reader
from drivers.flood import BURST, READS_A_SECOND, FloodGate
from drivers.frames import line, rdm6300, wiegand_text
from drivers.frames.decoder import Decoder, DropCause
from drivers.numbered_reader import NumberedReader
from drivers.reader import (
    BadgeRead,
    BadgeReader,
    Noise,
    PortBusyError,
    PortError,
    PortForbiddenError,
    PortLostError,
    PortMissingError,
    PortUnusableError,
    ReaderEvent,
    ReaderState,
    ReaderStateChanged,
)
from drivers.rehearsal import VirtualReader
from drivers.serial_port import LARGEST_READ, Received, SerialPort, open_serial_port
from drivers.serial_reader import SerialReader
from tests.drivers.cards import EM_A, EM_B, open_descriptors

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MILLISECOND = 1_000_000
FRAME_A, FRAME_B = rdm6300.encode(EM_A), rdm6300.encode(EM_B)


class ScriptedPort:
    """A port that gives bytes at set times (milliseconds after noon); then it is lost, or silent for ever."""

    def __init__(self, *reads: tuple[int, bytes], then_lost: bool = True) -> None:
        self.reads = list(reads)
        self.then_lost = then_lost
        self.closed = False

    def write(self, data: bytes) -> None:
        raise AssertionError(data)

    async def read(self) -> Received:
        if self.reads:
            at_ms, data = self.reads.pop(0)
            return Received(data, NOON + timedelta(milliseconds=at_ms), (10_000 + at_ms) * MILLISECOND)
        if self.then_lost:
            raise PortLostError("port", "unplugged")
        await asyncio.Event().wait()
        raise AssertionError

    def close(self) -> None:
        self.closed = True


class Ports:
    """Opens what it was given, in order, and keeps what was asked of it."""

    def __init__(self, *openings: SerialPort | PortError) -> None:
        self.openings = list(openings)
        self.asked: list[tuple[str, int]] = []
        self.slept: list[float] = []

    def open(self, path: str, baud: int) -> SerialPort:
        self.asked.append((path, baud))
        opening = self.openings.pop(0)
        if isinstance(opening, PortError):
            raise opening
        return opening

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if not self.openings:
            await asyncio.Event().wait()


async def soon(_seconds: float) -> None:
    await asyncio.sleep(0.001)


def numbered(reader: SerialReader, form: BadgeNumberForm = BadgeNumberForm.DECIMAL) -> BadgeReader:
    return NumberedReader(reader, rule_of(form.value))


def reader_on(port: str) -> BadgeReader:
    return numbered(SerialReader(name="door", port=port, decoder=rdm6300.Rdm6300Decoder(), sleep=soon))


async def all_events(ports: Ports, *, decoder: Callable[[], Decoder] = rdm6300.Rdm6300Decoder) -> list[ReaderEvent]:
    """All events until the last opening was used up."""
    reader = numbered(
        SerialReader(name="door", port="port", decoder=decoder(), open_port=ports.open, sleep=ports.sleep)
    )
    seen: list[ReaderEvent] = []

    async def watch() -> None:
        async for event in reader.events():
            seen.append(event)  # noqa: PERF401, it never ends

    task = asyncio.create_task(watch())
    for _ in range(100):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return seen


def badges(events: list[ReaderEvent]) -> list[str]:
    return [event.badge_number for event in events if isinstance(event, BadgeRead)]


def states(events: list[ReaderEvent]) -> list[ReaderState]:
    return [event.state for event in events if isinstance(event, ReaderStateChanged)]


def noise(events: list[ReaderEvent]) -> list[tuple[int, str]]:
    return [(event.count, event.detail) for event in events if isinstance(event, Noise)]


# On scripted ports: what follows from the bytes, their times and the openings.


async def test_a_read_carries_the_time_of_its_last_byte() -> None:
    events = await all_events(Ports(ScriptedPort((0, FRAME_A[:5]), (40, FRAME_A[5:]))))
    assert BadgeRead("0013961168", "door", NOON + timedelta(milliseconds=40), 10_040 * MILLISECOND) in events
    assert "0013961168" not in repr(events)


async def test_a_card_that_stays_is_one_read_and_another_card_is_read_at_once() -> None:
    held = [(at, FRAME_A) for at in range(0, 65 * 20, 65)]
    port = ScriptedPort(*held, (1300, FRAME_B), (1450, FRAME_A), (1450 + 600, FRAME_A))
    assert badges(await all_events(Ports(port))) == ["0013961168", "0040856634", "0013961168"]


async def test_a_card_at_the_edge_is_read_among_damaged_frames() -> None:
    damaged = FRAME_A.replace(b"D", b"E", 1)
    events = await all_events(Ports(ScriptedPort((0, damaged + FRAME_A + damaged + FRAME_A))))
    assert badges(events) == ["0013961168"]
    assert noise(events) == [(28, DropCause.DAMAGED.value)]


async def test_text_is_the_badge_number_as_it_is_whatever_the_form() -> None:
    events = await all_events(Ports(ScriptedPort((0, b"0600D507D0\r7\r\n"))), decoder=line.LineDecoder)
    assert badges(events) == ["0600D507D0", "7"]


@pytest.mark.parametrize(("gap_ms", "expected"), [(1000, ["00139"]), (1001, ["39"])])
async def test_half_a_line_is_given_up_after_a_second(gap_ms: int, expected: list[str]) -> None:
    port = ScriptedPort((0, b"001"), (gap_ms, b"39\r"))
    events = await all_events(Ports(port), decoder=line.LineDecoder)
    assert badges(events) == expected
    assert noise(events) == ([] if gap_ms == 1000 else [(3, DropCause.DAMAGED.value)])


async def test_noise_is_reported_at_once_then_summed_over_a_second_and_never_lost() -> None:
    port = ScriptedPort((0, b"abc"), (1, b"d"), (999, b"e"), (1000, b"f"), (1001, b"gh" + FRAME_A[:4]))
    events = await all_events(Ports(port))
    stray, damaged = DropCause.STRAY.value, DropCause.DAMAGED.value
    assert noise(events) == [(3, stray), (3, stray), (2, stray), (4, damaged)]


@pytest.mark.parametrize(
    ("raw", "likely"),
    [
        (bytes.fromhex("0080F8FFE0C6") * 20, "another speed than 9600 baud"),
        (b"0013961168\r\n" * 10, "another driver"),
    ],
)
async def test_bytes_that_never_make_a_frame_are_told_once_with_the_likely_cause(raw: bytes, likely: str) -> None:
    reads = [(at, raw[at : at + 10]) for at in range(0, len(raw), 10)]
    events = await all_events(Ports(ScriptedPort(*reads, then_lost=False)))
    assert states(events) == [ReaderState.READY, ReaderState.GARBLED]
    assert any(likely in event.detail for event in events if isinstance(event, ReaderStateChanged))


async def test_the_first_frame_makes_a_garbled_reader_ready_and_after_it_no_noise_garbles() -> None:
    noise_of_a_line = [(at, b"\x80" * 30) for at in range(4)]
    later = [(100 + at, b"\x80" * 30) for at in range(10)]
    events = await all_events(Ports(ScriptedPort(*noise_of_a_line, (50, FRAME_A), *later, then_lost=False)))
    assert states(events) == [ReaderState.READY, ReaderState.GARBLED, ReaderState.READY]
    assert badges(events) == ["0013961168"]


async def test_a_card_that_the_rule_cannot_write_is_noise_with_the_reason_and_no_badge() -> None:
    port = ScriptedPort((0, FRAME_A), then_lost=False)
    reader = NumberedReader(
        SerialReader(name="door", port="port", decoder=rdm6300.Rdm6300Decoder(), open_port=Ports(port).open),
        rule_of("last:7 hex"),
    )
    async with watched(reader) as events:
        assert await next_state(events) is ReaderState.READY
        event = await anext(events)
    assert event == Noise(
        "door", 5, "a card that the rule 'last:7 hex' cannot write: a card of 5 bytes, and the rule takes 7"
    )


async def test_the_port_is_opened_again_in_longer_and_longer_steps_and_said_missing_once() -> None:
    missing = [PortMissingError("port", "gone") for _ in range(6)]
    ports = Ports(*missing, ScriptedPort((0, FRAME_A)), PortMissingError("port", "gone"), ScriptedPort())
    events = await all_events(ports)
    assert states(events) == [
        ReaderState.MISSING,
        ReaderState.READY,
        ReaderState.MISSING,
        ReaderState.READY,
        ReaderState.MISSING,
    ]
    assert ports.slept == [0.5, 1, 2, 5, 5, 5, 0.5, 1, 2]


async def test_a_port_that_opens_and_fails_without_a_byte_is_not_tried_faster_and_faster() -> None:
    ports = Ports(*(ScriptedPort() for _ in range(5)))
    await all_events(ports)
    assert ports.slept == [0.5, 1, 2, 5, 5]


async def test_each_state_is_reported_once_with_its_cause() -> None:
    ports = Ports(
        PortMissingError("port", "a"),
        PortBusyError("port", "b"),
        PortBusyError("port", "b"),
        PortForbiddenError("port", "c"),
        PortUnusableError("port", "d"),
        PortUnusableError("port", "d"),
        PortMissingError("port", "e"),
        ScriptedPort(then_lost=False),
    )
    assert await all_events(ports) == [
        ReaderStateChanged("door", ReaderState.MISSING, "port: a"),
        ReaderStateChanged("door", ReaderState.BUSY, "port: b"),
        ReaderStateChanged("door", ReaderState.FORBIDDEN, "port: c"),
        ReaderStateChanged("door", ReaderState.UNUSABLE, "port: d"),
        ReaderStateChanged("door", ReaderState.MISSING, "port: e"),
        ReaderStateChanged("door", ReaderState.READY, "port is open"),
    ]


async def test_the_old_port_is_closed_before_it_is_opened_again() -> None:
    first = ScriptedPort((0, FRAME_A[:7]))
    closed_at_opening: list[bool] = []
    ports = Ports(first, ScriptedPort((100, FRAME_A[7:])))

    def open_port(path: str, baud: int) -> SerialPort:
        closed_at_opening.append(first.closed)
        return ports.open(path, baud)

    decoder = rdm6300.Rdm6300Decoder()
    reader = numbered(SerialReader(name="door", port="port", decoder=decoder, open_port=open_port, sleep=ports.sleep))
    async with aclosing(reader.events()) as events:
        seen = [await anext(events) for _ in range(6)]
    assert closed_at_opening == [False, True]
    assert badges(seen) == [], "two halves of two openings are no badge"
    assert noise(seen) == [(7, DropCause.DAMAGED.value), (7, DropCause.STRAY.value)]


async def test_half_a_frame_of_a_former_iteration_is_no_part_of_the_next() -> None:
    ports = Ports(ScriptedPort((0, b"?" + FRAME_A[:7])), ScriptedPort((100, FRAME_A[7:] + FRAME_B), then_lost=False))
    reader = numbered(SerialReader(name="door", port="port", decoder=rdm6300.Rdm6300Decoder(), open_port=ports.open))
    async with watched(reader) as events:
        assert [type(await anext(events)) for _ in range(2)] == [ReaderStateChanged, Noise]
    async with watched(reader) as events:
        assert await next_state(events) is ReaderState.READY
        assert await next_badge(events) == "0040856634"


async def test_a_silent_reader_is_left_alone() -> None:
    ports = Ports(ScriptedPort(then_lost=False))
    assert states(await all_events(ports)) == [ReaderState.READY]
    assert ports.asked == [("port", 9600)]
    assert ports.slept == []


async def test_a_fault_of_our_own_ends_the_events_and_closes_the_port() -> None:
    class Faulty:
        def feed(self, _data: bytes) -> list[object]:
            raise ZeroDivisionError

        def reset(self) -> int:
            return 0

    port = ScriptedPort((0, b"x"))
    reader = SerialReader(
        name="door",
        port="port",
        decoder=Faulty(),  # type: ignore[arg-type]
        open_port=Ports(port).open,
    )
    with pytest.raises(ZeroDivisionError):
        async for _ in reader.events():
            pass
    assert port.closed


# On pseudo terminals: what only a real port shows.


@asynccontextmanager
async def watched(reader: BadgeReader) -> AsyncIterator[AsyncGenerator[ReaderEvent, None]]:
    async with asyncio.timeout(60), aclosing(reader.events()) as events:
        yield events


async def next_state(events: AsyncGenerator[ReaderEvent, None]) -> ReaderState:
    async for event in events:
        if isinstance(event, ReaderStateChanged):
            return event.state
    raise AssertionError


async def next_badge(events: AsyncGenerator[ReaderEvent, None]) -> str:
    async for event in events:
        if isinstance(event, BadgeRead):
            return event.badge_number
    raise AssertionError


async def test_a_badge_goes_from_the_line_to_the_event() -> None:
    with VirtualReader("rdm6300") as virtual:
        reader = create_reader("rdm6300", name="door", port=virtual.port, badge_number=BadgeNumberForm.WIEGAND26)
        async with asyncio.timeout(60), aclosing(reader.events()) as events:
            assert await next_state(events) is ReaderState.READY
            virtual.hold(EM_A, repeats=20)
            virtual.hold(EM_B)
            read = await anext(events)
            assert isinstance(read, BadgeRead)
            assert (read.badge_number, read.reader) == ("21302000", "door")
            assert await next_badge(events) == "11127706"


async def test_a_reader_that_comes_later_goes_and_comes_back(tmp_path: Path) -> None:
    virtual = VirtualReader("rdm6300", link=tmp_path / "by-id")
    async with watched(reader_on(virtual.port)) as events:
        assert await next_state(events) is ReaderState.MISSING
        for card, number in (EM_A, "0013961168"), (EM_B, "0040856634"):
            virtual.replug()
            assert await next_state(events) is ReaderState.READY
            virtual.write(rdm6300.encode(card)[9:] + rdm6300.encode(card) + rdm6300.encode(card)[:9])
            assert await next_badge(events) == number
            virtual.unplug()
            assert await next_state(events) is ReaderState.MISSING


async def test_another_model_on_the_same_path_is_noise(tmp_path: Path) -> None:
    link = tmp_path / "by-id"
    with VirtualReader("rdm6300", link=link):
        reader = reader_on(str(link))
        events = reader.events()
        assert await next_state(events) is ReaderState.READY
    async with asyncio.timeout(60), aclosing(events):
        assert await next_state(events) is ReaderState.MISSING
        with VirtualReader("line", link=link) as other:
            assert await next_state(events) is ReaderState.READY
            other.hold(EM_A)
            assert await anext(events) == Noise("door", 12, DropCause.STRAY.value)


async def test_a_taken_port_is_busy_until_the_other_closes() -> None:
    with VirtualReader("rdm6300") as virtual:
        other = open_serial_port(virtual.port)
        async with watched(reader_on(virtual.port)) as events:
            assert await next_state(events) is ReaderState.BUSY
            other.close()
            assert await next_state(events) is ReaderState.READY


async def test_the_port_is_free_after_closing_and_after_cancelling() -> None:
    with VirtualReader("rdm6300") as virtual:
        reader = reader_on(virtual.port)
        open_before = open_descriptors()
        async with watched(reader) as events:
            assert await next_state(events) is ReaderState.READY
        open_serial_port(virtual.port).close()

        ready = asyncio.Event()

        async def watch() -> None:
            async for _ in reader.events():
                ready.set()

        task = asyncio.create_task(watch())
        async with asyncio.timeout(60):
            await ready.wait()
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        open_serial_port(virtual.port).close()
        assert open_descriptors() == open_before


async def test_a_flood_of_reads_is_read_whole_and_lets_through_what_people_can_make() -> None:
    cards = [number.to_bytes(5, "big") for number in range(1, 3001)]
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def send(virtual: VirtualReader) -> None:
        raw = b"".join(map(rdm6300.encode, cards))
        while raw:
            raw = raw[virtual.write(raw[: 50 * 14]) :]
            await asyncio.sleep(0)
        virtual.unplug()

    with VirtualReader("rdm6300") as virtual:
        async with watched(reader_on(virtual.port)) as events, asyncio.TaskGroup() as tasks:
            assert await next_state(events) is ReaderState.READY
            other = tasks.create_task(take_turns())
            began = time.monotonic()
            tasks.create_task(send(virtual))
            seen: list[ReaderEvent] = []
            async for event in events:
                if isinstance(event, ReaderStateChanged):
                    break
                seen.append(event)
            seconds = time.monotonic() - began
            other.cancel()
    read = [int(number) for number in badges(seen)]
    assert read[:BURST] == list(range(1, BURST + 1))
    assert read == sorted(read)
    assert len(read) <= BURST + READS_A_SECOND * seconds + 1
    assert any("more reads than people can make" in detail for _, detail in noise(seen))
    assert turns > 50


@given(st.lists(st.integers(0, 50), min_size=1, max_size=2000))
def test_no_second_has_more_reads_than_the_rate_and_the_burst_allow(gaps_ms: list[int]) -> None:
    gate, now_ns, passed = FloodGate(), 0, []
    for gap in gaps_ms:
        now_ns += gap * MILLISECOND
        if gate.lets_through(now_ns):
            passed.append(now_ns)
    for first, last in ((passed[0], passed[-1]), (passed[len(passed) // 2], passed[-1])):
        between = [one for one in passed if first <= one <= last]
        assert len(between) <= BURST + READS_A_SECOND * (last - first) / 1e9 + 1


@given(st.lists(st.integers(10, 5_000), max_size=500))
def test_whoever_badges_at_most_a_hundred_times_a_second_always_passes(gaps_ms: list[int]) -> None:
    gate, now_ns = FloodGate(), 0
    for gap in gaps_ms:
        now_ns += gap * MILLISECOND
        assert gate.lets_through(now_ns)


async def test_two_readers_of_one_kind_are_told_apart_by_their_position(tmp_path: Path) -> None:
    doors = {name: VirtualReader("rdm6300", link=tmp_path / name) for name in ("usb-0:1.1", "usb-0:1.2")}
    with doors["usb-0:1.1"] as one, doors["usb-0:1.2"] as two:
        first, second = reader_on(one.port), reader_on(two.port)
        async with watched(first) as of_one, watched(second) as of_two:
            assert await next_state(of_one) is ReaderState.READY
            assert await next_state(of_two) is ReaderState.READY
            two.hold(EM_B)
            one.hold(EM_A)
            assert await next_badge(of_one) == "0013961168"
            assert await next_badge(of_two) == "0040856634"


async def test_a_flood_of_noise_leaves_the_loop_its_turns_and_the_next_badge_is_read() -> None:
    flood = random.Random(2).randbytes(1_000_000)
    turns = 0

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def send(virtual: VirtualReader) -> None:
        sent = 0
        while sent < len(flood):
            sent += virtual.write(flood[sent:])
            await asyncio.sleep(0)
        virtual.hold(EM_A)

    virtual = VirtualReader("rdm6300")
    with virtual:
        async with watched(reader_on(virtual.port)) as events, asyncio.TaskGroup() as tasks:
            assert await next_state(events) is ReaderState.READY
            other = tasks.create_task(take_turns())
            tasks.create_task(send(virtual))
            seen: list[ReaderEvent] = []
            async for event in events:
                seen.append(event)
                if isinstance(event, BadgeRead):
                    virtual.unplug()
                elif isinstance(event, ReaderStateChanged) and event.state is ReaderState.MISSING:
                    break
            other.cancel()
    assert badges(seen) == ["0013961168"]
    assert sum(count for count, _ in noise(seen)) == len(flood)
    assert turns >= len(flood) // LARGEST_READ


async def overheard(*reads: tuple[int, bytes], decoder: Decoder) -> list[object]:
    """What a listener is told, with the events that the reader gives."""
    ports = Ports(ScriptedPort(*reads))
    reader = SerialReader(name="door", port="port", decoder=decoder, open_port=ports.open, sleep=ports.sleep)
    told: list[object] = []
    NumberedReader(reader, rule_of("hex")).overhear(told.append)
    async with aclosing(reader.events()) as events:
        async for event in events:
            told.append(type(event).__name__)
            if isinstance(event, ReaderStateChanged) and event.state is ReaderState.MISSING:
                break
    return told


async def test_who_listens_is_told_a_frame_as_it_came_and_before_its_badge() -> None:
    told = await overheard((0, FRAME_A[:5]), (3, FRAME_A[5:]), (9, FRAME_A), decoder=rdm6300.Rdm6300Decoder())
    assert told == ["ReaderStateChanged", FRAME_A, "CardRead", FRAME_A, "ReaderStateChanged"]


async def test_half_a_frame_is_told_when_it_is_given_up() -> None:
    told = await overheard((0, FRAME_A[:5]), (1500, FRAME_B), decoder=rdm6300.Rdm6300Decoder())
    assert [one for one in told if isinstance(one, bytes)] == [FRAME_A[:5], FRAME_B]


async def test_keys_are_never_told_however_they_are_cut() -> None:
    decoder = wiegand_text.WiegandTextDecoder(wiegand_text.Layout.BITS)
    told = await overheard((0, b"01"), (2, b"01"), (4, b"\r"), decoder=decoder)
    assert told == ["ReaderStateChanged", "KeysPressed", "ReaderStateChanged"]


async def test_nobody_listens_any_more() -> None:
    told: list[bytes] = []
    reader = SerialReader(name="door", port="port", decoder=rdm6300.Rdm6300Decoder())
    reader.overhear(told.append)
    reader.overhear(None)
    list(reader._events_of(Received(FRAME_A, NOON, 0)))
    assert told == []
