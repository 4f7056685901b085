"""OSDP against libosdp's own reader side, over a pseudo terminal: real frames, secure channel, light, buzzer, keys."""

import asyncio
from pathlib import Path

import pytest

from drivers.catalogue import create_card_reader
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat
from drivers.options import OptionError
from drivers.osdp_line import RETRY_SECONDS
from drivers.osdp_reader import DEFAULT_KEY, OsdpReader
from drivers.osdp_twin import VirtualOsdpLine, VirtualOsdpReader
from drivers.reader import CardRead, CardReader, PortBusyError, ReaderState
from drivers.serial_port import open_serial_port
from tests.drivers.cards import MIFARE_4, open_descriptors
from tests.drivers.events import card_of, keys_of, noise_of, ready_of, state_of, watched

pytest.importorskip("osdp", reason="libosdp has no wheel for this machine: 64-bit x86 and ARM only")

KEY, OTHER_KEY = bytes(range(16)), bytes(range(1, 17))
OTHER_CARD = bytes.fromhex("04A1B2C3D4E580")


def reader_on(port: str, *, key: bytes | None = None, address: int = 0) -> CardReader:
    return OsdpReader(name="door", port=port, key=key, address=address, sleep=soon, silent_seconds=2)


async def soon(_seconds: float) -> None:
    await asyncio.sleep(0.01)


async def test_cards_keys_and_signals_through_a_secure_channel() -> None:
    with VirtualOsdpReader(address=101, key=KEY) as virtual:
        reader = reader_on(virtual.port, key=KEY, address=101)
        assert not reader.signal(Signal.ACCEPTED), "it is not open"
        async with watched(reader) as events:
            assert "secure channel" in (await ready_of(events)).detail
            virtual.hold(bytes.fromhex("D507D0"), 24)
            read = await card_of(events)
            assert read == CardRead(
                bytes.fromhex("D507D0"), CardFormat.WIEGAND, 24, "door", read.instant, read.monotonic_ns
            )
            virtual.hold(MIFARE_4)
            read = await card_of(events)
            assert (read.card, read.format, read.bits) == (MIFARE_4, CardFormat.UNKNOWN, None)
            virtual.press("1234#*")
            assert await keys_of(events) == "1234#*"
            assert reader.signal(Signal.ACCEPTED)
            assert reader.signal(Signal.REFUSED)
            while len(virtual.heard) < 4:
                await asyncio.sleep(0.01)
    leds = [one["on_color"] for one in virtual.heard if one["command"] == 2]
    tones = [one["rep_count"] for one in virtual.heard if one["command"] == 3]
    assert (leds, tones) == ([2, 1], [1, 3])


async def test_without_a_key_it_works_and_says_that_nothing_is_encrypted() -> None:
    with VirtualOsdpReader() as virtual:
        async with watched(reader_on(virtual.port)) as events:
            assert "WITHOUT encryption" in (await ready_of(events)).detail
            virtual.hold(bytes.fromhex("00075BCD15"), 35)
            assert (await card_of(events)).bits == 35


@pytest.mark.parametrize("key", [OTHER_KEY, None])
async def test_a_reader_that_does_not_prove_the_key_is_not_believed(key: bytes | None) -> None:
    with VirtualOsdpReader(key=key) as virtual:
        async with watched(reader_on(virtual.port, key=KEY)) as events:
            untrusted = await state_of(events)
            assert untrusted.state is ReaderState.UNTRUSTED
            assert "does not prove the key" in untrusted.detail
            virtual.hold(bytes.fromhex("D507D0"), 24)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1):
                    await card_of(events)


async def test_nobody_on_the_line_is_silence() -> None:
    with VirtualOsdpReader(address=5) as virtual:
        async with watched(reader_on(virtual.port, address=6)) as events:
            silent = await state_of(events)
            assert silent.state is ReaderState.SILENT
            assert "address (6)" in silent.detail


async def test_a_reader_with_a_key_that_is_off_is_silent_and_no_attack_though_others_answer_on_its_line() -> None:
    with VirtualOsdpLine() as line, VirtualOsdpReader(address=5, key=KEY, line=line):
        off = OsdpReader(name="off", port=line.port, key=OTHER_KEY, address=6, sleep=soon)
        async with watched(reader_on(line.port, key=KEY, address=5)) as events, watched(off) as others:
            await ready_of(events)
            assert (await state_of(others)).state is ReaderState.SILENT


async def test_a_reader_whose_power_fails_is_back_soon_and_its_next_card_is_read() -> None:
    with VirtualOsdpReader(key=KEY) as virtual:
        async with watched(reader_on(virtual.port, key=KEY)) as events:
            await ready_of(events)
            virtual.power_off()
            assert (await state_of(events)).state is ReaderState.SILENT
            await asyncio.sleep(RETRY_SECONDS)  # now the library waits longer and longer by itself
            virtual.power_on()
            await ready_of(events)
            virtual.hold(MIFARE_4)
            assert (await card_of(events)).card == MIFARE_4


async def test_an_adapter_that_is_pulled_is_missing_and_its_port_is_given_back() -> None:
    open_before = open_descriptors()
    with VirtualOsdpReader(key=KEY) as virtual:
        async with watched(reader_on(virtual.port, key=KEY)) as events:
            await ready_of(events)
            virtual.unplug()
            assert (await state_of(events)).state is ReaderState.MISSING
    assert open_descriptors() == open_before


async def test_the_port_is_free_after_closing_and_busy_before() -> None:
    with VirtualOsdpReader() as virtual:
        async with watched(reader_on(virtual.port)) as events:
            await state_of(events)
            with pytest.raises(PortBusyError, match="taken by"):
                open_serial_port(virtual.port)
        open_serial_port(virtual.port).close()


async def test_two_readers_on_one_line_share_its_port_and_each_has_its_own_cards_and_signals() -> None:
    open_before = open_descriptors()
    with (
        VirtualOsdpLine() as line,
        VirtualOsdpReader(address=1, key=KEY, line=line) as inside,
        VirtualOsdpReader(address=2, key=OTHER_KEY, line=line) as outside,
        VirtualOsdpReader(address=3, line=line),
    ):
        ways_in = OsdpReader(name="in", port=line.port, key=KEY, address=1, sleep=soon)
        ways_out = OsdpReader(name="out", port=line.port, key=OTHER_KEY, address=2, sleep=soon)
        async with watched(ways_in) as events:
            await ready_of(events)
            async with watched(ways_out) as others:
                assert (await state_of(others)).state is ReaderState.READY
                inside.hold(MIFARE_4)
                outside.hold(OTHER_CARD)
                assert [(read.reader, read.card) for read in (await card_of(events), await card_of(others))] == [
                    ("in", MIFARE_4),
                    ("out", OTHER_CARD),
                ]
                assert ways_out.signal(Signal.REFUSED)
                while len(outside.heard) < 2:
                    await asyncio.sleep(0.01)
                assert not inside.heard
            inside.hold(OTHER_CARD)
            assert (await card_of(events)).card == OTHER_CARD, "the one that stays is not lost with the other"
        open_serial_port(line.port).close()
    assert open_descriptors() == open_before


async def test_a_reader_that_is_off_does_not_keep_the_other_one_from_reading() -> None:
    with VirtualOsdpLine() as line, VirtualOsdpReader(address=1, line=line) as virtual:
        absent = OsdpReader(name="off", port=line.port, address=2, silent_seconds=1)
        async with watched(reader_on(line.port, address=1)) as events, watched(absent) as others:
            await ready_of(events)
            silent = await state_of(others)
            assert (silent.state, "address (2)" in silent.detail) == (ReaderState.SILENT, True)
            virtual.hold(MIFARE_4)
            assert (await card_of(events)).card == MIFARE_4


async def test_the_adapter_of_two_readers_that_is_pulled_is_missing_at_both() -> None:
    open_before = open_descriptors()
    with (
        VirtualOsdpLine() as line,
        VirtualOsdpReader(address=1, line=line) as one,
        VirtualOsdpReader(address=2, line=line) as two,
    ):
        async with (
            watched(reader_on(line.port, address=1)) as events,
            watched(reader_on(line.port, address=2)) as others,
        ):
            assert [(await state_of(each)).state for each in (events, others)] == [ReaderState.READY] * 2
            for virtual in (one, two):
                virtual.power_off()
            line.unplug()
            assert [(await state_of(each)).state for each in (events, others)] == [ReaderState.MISSING] * 2
    assert open_descriptors() == open_before


@pytest.mark.parametrize(
    ("other", "why"), [({"address": 1}, "OSDP address 1"), ({"address": 2, "baud": 38400}, "open at 9600 baud")]
)
async def test_a_second_reader_of_the_same_address_or_another_speed_is_busy(other: dict[str, int], why: str) -> None:
    with VirtualOsdpReader(address=1) as virtual:
        async with watched(reader_on(virtual.port, address=1)) as events:
            await state_of(events)
            wrong = OsdpReader(name="wrong", port=virtual.port, address=other["address"], baud=other.get("baud", 9600))
            async with watched(wrong) as others:
                busy = await state_of(others)
                assert (busy.state, why in busy.detail) == (ReaderState.BUSY, True)
            virtual.hold(MIFARE_4)
            assert (await card_of(events)).card == MIFARE_4


async def test_wrong_parity_is_no_card() -> None:
    with VirtualOsdpReader() as virtual:
        async with watched(reader_on(virtual.port)) as events:
            await state_of(events)
            wrong = {"event": 1, "reader_no": 0, "direction": 0, "format": 1, "length": 26, "data": b"\xea\x83\xe8\xc0"}
            virtual.say(wrong)
            assert "wrong parity in 26 bits" in (await noise_of(events)).detail


def test_the_key_is_in_a_file_of_its_own_and_never_the_default_one(tmp_path: Path) -> None:
    key = tmp_path / "key"
    for content, refusal in (
        (DEFAULT_KEY.hex(), "default key"),
        ("00", "32 hex digits"),
        ("zz" * 16, "32 hex digits"),
        (None, "cannot be read"),
    ):
        if content is None:
            key.unlink()
        else:
            key.write_text(content, encoding="ascii")
        with pytest.raises(OptionError, match=refusal) as error:
            create_card_reader("osdp", name="door", port="/dev/none", options=f"key-file:{key}")
        assert "3031" not in str(error.value)
    key.write_text(KEY.hex() + "\n", encoding="ascii")
    assert create_card_reader("osdp", name="door", port="/dev/none", options=f"address:3 key-file:{key}").name == "door"
    with pytest.raises(OptionError, match="from 0 to 126"):
        create_card_reader("osdp", name="door", port="/dev/none", options="address:127")
