"""OSDP against libosdp's own reader side, over a pseudo terminal: real frames, secure channel, light, buzzer, keys."""

import asyncio
from pathlib import Path

import pytest

from drivers.catalogue import create_card_reader
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat
from drivers.options import OptionError
from drivers.osdp_reader import DEFAULT_KEY, OsdpReader
from drivers.osdp_twin import VirtualOsdpReader
from drivers.reader import CardRead, CardReader, ReaderState
from drivers.serial_port import open_serial_port
from tests.drivers.cards import MIFARE_4, open_descriptors
from tests.drivers.events import card_of, keys_of, noise_of, state_of, watched

pytest.importorskip("osdp", reason="libosdp has no wheel for this machine: 64-bit x86 and ARM only")

KEY, OTHER_KEY = bytes(range(16)), bytes(range(1, 17))


def reader_on(port: str, *, key: bytes | None = None, address: int = 0) -> CardReader:
    return OsdpReader(name="door", port=port, key=key, address=address, sleep=soon, silent_seconds=2)


async def soon(_seconds: float) -> None:
    await asyncio.sleep(0.01)


async def test_cards_keys_and_signals_through_a_secure_channel() -> None:
    with VirtualOsdpReader(address=101, key=KEY) as virtual:
        reader = reader_on(virtual.port, key=KEY, address=101)
        assert not reader.signal(Signal.ACCEPTED), "it is not open"
        async with watched(reader) as events:
            ready = await state_of(events)
            assert (ready.state, "secure channel" in ready.detail) == (ReaderState.READY, True)
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
            ready = await state_of(events)
            assert ready.state is ReaderState.READY
            assert "WITHOUT encryption" in ready.detail
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


async def test_an_adapter_that_is_pulled_is_missing_and_its_port_is_given_back() -> None:
    open_before = open_descriptors()
    with VirtualOsdpReader(key=KEY) as virtual:
        async with watched(reader_on(virtual.port, key=KEY)) as events:
            assert (await state_of(events)).state is ReaderState.READY
            virtual.unplug()
            assert (await state_of(events)).state is ReaderState.MISSING
    assert open_descriptors() == open_before


async def test_the_port_is_free_after_closing_and_busy_before() -> None:
    with VirtualOsdpReader() as virtual:
        async with watched(reader_on(virtual.port)) as events:
            await state_of(events)
            async with watched(reader_on(virtual.port)) as others:
                assert (await state_of(others)).state is ReaderState.BUSY
        open_serial_port(virtual.port).close()


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
