"""Readers that have to be asked, on real pseudo terminals with the device's twin at the other end."""

import asyncio
from pathlib import Path

import pytest

from drivers.catalogue import create_card_reader
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat
from drivers.frames.twn4 import SIGNALS, Twn4Twin
from drivers.reader import ReaderState
from drivers.rehearsal import VirtualReader
from tests.drivers.cards import EM_A, MIFARE_4, MIFARE_7
from tests.drivers.events import card_of, state_of, watched


@pytest.mark.parametrize("driver", ["twn4", "pn532"])
async def test_a_card_is_found_once_while_it_lies_there_and_the_next_at_once(driver: str) -> None:
    with VirtualReader(driver) as virtual:
        async with watched(create_card_reader(driver, name="door", port=virtual.port)) as events:
            ready = await state_of(events)
            assert (ready.state, ready.detail) == (
                ReaderState.READY,
                f"{virtual.port} is open, and the reader answers",
            )
            virtual.hold(MIFARE_4)
            read = await card_of(events)
            assert (read.card, read.format, read.reader) == (MIFARE_4, CardFormat.ISO14443A, "door")
            virtual.hold(MIFARE_7)
            assert (await card_of(events)).card == MIFARE_7
            virtual.take()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5):
                    await anext(events)


async def test_a_reader_that_never_answers_is_silent_and_says_what_to_do() -> None:
    with VirtualReader("line") as virtual:  # something is there, and it does not speak this protocol
        async with watched(create_card_reader("twn4", name="door", port=virtual.port)) as events:
            silent = await state_of(events)
            assert silent.state is ReaderState.SILENT
            assert "PRS" in silent.detail


async def test_a_reader_that_comes_back_without_a_cable_being_pulled_is_ready_again() -> None:
    with VirtualReader("twn4") as virtual:
        twin, virtual.twin = virtual.twin, Deaf()
        assert isinstance(twin, Twn4Twin)
        async with watched(create_card_reader("twn4", name="door", port=virtual.port)) as events:
            assert (await state_of(events)).state is ReaderState.SILENT
            virtual.twin = twin
            assert (await state_of(events)).state is ReaderState.READY
            virtual.hold(EM_A)
            assert (await card_of(events)).card == EM_A


class Deaf:
    """A reader without power."""

    def lay(self, card: bytes | None) -> None:
        raise AssertionError(card)

    def answer(self, data: bytes) -> bytes:
        assert data
        return b""


async def test_an_unplugged_reader_is_missing_and_found_again(tmp_path: Path) -> None:
    with VirtualReader("pn532", link=tmp_path / "by-id") as virtual:
        async with watched(create_card_reader("pn532", name="door", port=virtual.port)) as events:
            assert (await state_of(events)).state is ReaderState.READY
            virtual.unplug()
            assert (await state_of(events)).state is ReaderState.MISSING
            virtual.replug()
            assert (await state_of(events)).state is ReaderState.READY
            virtual.hold(MIFARE_7)
            assert (await card_of(events)).card == MIFARE_7


async def test_a_signal_reaches_the_reader_while_the_card_lies_there_and_is_no_second_read() -> None:
    with VirtualReader("twn4") as virtual:
        reader = create_card_reader("twn4", name="door", port=virtual.port)
        assert not reader.signal(Signal.ACCEPTED), "it is not open"
        async with watched(reader) as events:
            await state_of(events)
            virtual.hold(MIFARE_4)
            await card_of(events)
            assert reader.signal(Signal.REFUSED)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2):
                    await anext(events)
        assert isinstance(virtual.twin, Twn4Twin)
        assert virtual.twin.heard[-len(SIGNALS[Signal.REFUSED]) :] == list(SIGNALS[Signal.REFUSED])


async def test_a_reader_that_only_talks_cannot_signal() -> None:
    with VirtualReader("rdm6300") as virtual:
        reader = create_card_reader("rdm6300", name="door", port=virtual.port)
        async with watched(reader) as events:
            await state_of(events)
            assert not reader.signal(Signal.ACCEPTED)
