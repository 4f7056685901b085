"""Keyboard readers: layouts, typing by hand, hostile keys; the reader on a pipe, and on the kernel's own device."""

import asyncio
import errno
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.catalogue import create_card_reader
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat, Decoded, DropCause, Dropped, TextFrame
from drivers.frames.keys import EVENT, KeyDecoder, KeyEvent, Layout, encode, events_in
from drivers.keyboard_reader import KeyboardReader, nodes_of
from drivers.keyboard_twin import DEVICE, VirtualKeyboard
from drivers.reader import ReaderState
from tests.drivers.events import card_of, noise_of, state_of, watched


def typed(*codes: int, seconds: float = 1.0, each: float = 0.002) -> list[KeyEvent]:
    """Keys pressed and let go."""
    return [KeyEvent(seconds + nth * each, 1, code, value) for nth, code in enumerate(codes) for value in (1, 0)]


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("text", ["0013961168", "0600D507D0", "0600d507d0", "zyaqwm", "AZQWYM"])
def test_what_a_reader_types_in_its_layout_is_read(layout: Layout, text: str) -> None:
    assert KeyDecoder(layout).feed(events_in(encode(text, layout))) == [TextFrame(text)]


def test_the_codes_of_the_kernel() -> None:
    us = KeyDecoder()
    assert us.feed(typed(11, 2, 3, 10, 28)) == [TextFrame("0129")]
    assert us.feed(typed(82, 79, 75, 71, 96, seconds=2)) == [TextFrame("0147")]
    assert us.feed(typed(30, 48, 46, 32, 18, 33, 15, seconds=3)) == [TextFrame("abcdef")]


def test_digits_of_an_azerty_reader_need_shift() -> None:
    events = [
        KeyEvent(1.0, 1, 42, 1), KeyEvent(1.001, 1, 2, 1), KeyEvent(1.001, 1, 2, 0), KeyEvent(1.002, 1, 42, 0),
        *typed(16, 28, seconds=1.003),
    ]  # fmt: skip
    assert KeyDecoder(Layout.FR).feed(events) == [TextFrame("1a")]
    assert KeyDecoder(Layout.US).feed(events) == [TextFrame("!q")]


def test_repeats_and_other_events_are_no_keys() -> None:
    events = [KeyEvent(1, 1, 2, 1), KeyEvent(1, 1, 2, 2), KeyEvent(1, 4, 4, 458782), KeyEvent(1, 0, 0, 0)]
    assert KeyDecoder().feed([*events, *typed(28, seconds=1.01)]) == [TextFrame("1")]


def test_an_end_without_keys_is_nothing() -> None:
    assert KeyDecoder().feed(typed(28, 28, 57, 28)) == []


@pytest.mark.parametrize("code", [29, 56, 125, 59, 111, 240])
def test_a_number_with_a_key_that_no_number_has_is_dropped_whole(code: int) -> None:
    decoder = KeyDecoder()
    assert decoder.feed(typed(2, 3, code, 4, 28)) == [Dropped(4, DropCause.DAMAGED)]
    assert decoder.feed(typed(5, 28, seconds=2)) == [TextFrame("4")]


def test_typing_by_hand_makes_no_number() -> None:
    decoder = KeyDecoder()
    assert decoder.feed(typed(2, 3, 4, 5, 28, each=0.15)) == [Dropped(4, DropCause.DAMAGED)]
    assert decoder.feed(typed(5, 28, seconds=9)) == [TextFrame("4")]


def test_ten_thousand_digits_leave_a_bounded_rest_and_the_next_is_read() -> None:
    decoder = KeyDecoder()
    decoder.feed(typed(*[2] * 10_000, each=0.0001))
    (dropped,) = decoder.feed(typed(28, seconds=2.0))
    assert isinstance(dropped, Dropped)
    assert decoder.feed(typed(2, 28, seconds=3)) == [TextFrame("1")]


def all_of(decoder: KeyDecoder, pieces: list[list[KeyEvent]]) -> tuple[list[Decoded], int]:
    seen = [one for piece in pieces for one in decoder.feed(piece)]
    frames: list[Decoded] = [one for one in seen if not isinstance(one, Dropped)]
    return frames, sum(one.count for one in seen if isinstance(one, Dropped))


@given(
    st.lists(st.builds(KeyEvent, st.floats(0, 1), st.sampled_from([0, 1, 4]), st.integers(0, 255), st.integers(0, 2))),
    st.sampled_from(Layout),
    st.randoms(use_true_random=False),
)
def test_any_events_give_the_same_in_any_slicing(events: list[KeyEvent], layout: Layout, chance: random.Random) -> None:
    pieces, at = [], 0
    while at < len(events):
        pieces.append(events[at : at + (size := chance.randrange(1, 5))])
        at += size
    whole = all_of(KeyDecoder(layout), [events])
    assert all_of(KeyDecoder(layout), pieces) == whole
    for frame in whole[0]:
        assert isinstance(frame, TextFrame)
        assert frame.text.isascii()
        assert frame.text.isprintable()


@given(st.text("0123456789ABCDEFabcdef", min_size=1, max_size=64), st.sampled_from(Layout))
def test_what_is_typed_is_read(text: str, layout: Layout) -> None:
    assert KeyDecoder(layout).feed(events_in(encode(text, layout))) == [TextFrame(text)]


def test_what_has_no_key_cannot_be_typed() -> None:
    with pytest.raises(ValueError, match="no key"):
        encode("\u00e9")


# The reader, on a pipe with the kernel's own structures.


def grab_nothing(descriptor: int) -> None:
    os.fstat(descriptor)


async def soon(_seconds: float) -> None:
    await asyncio.sleep(0.01)


def keyboard(path: Path, grab: Callable[[int], None] = grab_nothing) -> KeyboardReader:
    return KeyboardReader(name="door", port=str(path), grab=grab, sleep=soon)


async def test_numbers_come_from_the_device_once_while_the_card_stays(tmp_path: Path) -> None:
    os.mkfifo(path := tmp_path / "usb-reader-event-kbd")
    async with watched(keyboard(path)) as events:
        ready = asyncio.ensure_future(state_of(events))
        await asyncio.sleep(0)
        with path.open("wb", buffering=0) as device:
            assert (await ready).state is ReaderState.READY
            raw = encode("0013961168")
            device.write(raw[: EVENT.size * 3])
            device.write(raw[EVENT.size * 3 :] + encode("0013961168", seconds=2) + encode("7", seconds=3))
            read = await card_of(events)
            assert (read.card, read.format) == (b"0013961168", CardFormat.TEXT)
            assert (await card_of(events)).card == b"7"
            device.write(encode("8")[: EVENT.size * 4] + encode("9", seconds=9))
            assert (await card_of(events)).card == b"9"
            assert (await noise_of(events)).count == 1
        assert (await state_of(events)).state is ReaderState.MISSING, "unplugged"


@pytest.mark.parametrize(
    ("number", "state", "words"),
    [
        (errno.EBUSY, ReaderState.BUSY, "grabbed by"),
        (errno.ENOTTY, ReaderState.UNUSABLE, "not an input device"),
        (errno.ENODEV, ReaderState.MISSING, "no reader is there"),
        (errno.EACCES, ReaderState.FORBIDDEN, "group input"),
    ],
)
async def test_what_keeps_it_from_reading_is_said(tmp_path: Path, number: int, state: ReaderState, words: str) -> None:
    (path := tmp_path / "device").touch()

    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    async with watched(keyboard(path, refuse)) as events:
        said = await state_of(events)
        assert (said.state, words in said.detail) == (state, True)


async def test_without_a_device_it_is_missing_and_a_file_is_none(tmp_path: Path) -> None:
    async with watched(create_card_reader("wedge", name="door", port=str(tmp_path / "none"))) as events:
        assert (await state_of(events)).state is ReaderState.MISSING
    (tmp_path / "file").touch()
    reader = create_card_reader("wedge", name="door", port=str(tmp_path / "file"), options="layout:be")
    assert not reader.signal(Signal.ACCEPTED)
    async with watched(reader) as events:
        assert (await state_of(events)).state is ReaderState.UNUSABLE


def test_all_devices_of_one_reader_are_grabbed_and_no_other_reader_s(tmp_path: Path) -> None:
    for nth, name in enumerate(
        ("usb-A_Reader-event-kbd", "usb-A_Reader-if01-event-kbd", "usb-A_Reader-mouse", "usb-B-event-kbd")
    ):
        (tmp_path / f"event{nth}").touch()
        (tmp_path / name).symlink_to(tmp_path / f"event{nth}")
    assert nodes_of(str(tmp_path / "usb-A_Reader-event-kbd")) == [
        str(tmp_path / "usb-A_Reader-event-kbd"),
        str(tmp_path / "usb-A_Reader-if01-event-kbd"),
    ]
    assert nodes_of("/dev/input/event3") == ["/dev/input/event3"]


@pytest.mark.skipif(
    not os.access(DEVICE, os.W_OK), reason="this kernel has no /dev/uinput, or this user may not write to it"
)
async def test_the_kernel_s_own_device_is_grabbed_read_and_given_back() -> None:
    with VirtualKeyboard() as virtual:
        async with watched(create_card_reader("wedge", name="door", port=virtual.port)) as events:
            assert (await state_of(events)).state is ReaderState.READY
            async with watched(create_card_reader("wedge", name="two", port=virtual.port)) as others:
                assert (await state_of(others)).state is ReaderState.BUSY
            virtual.type("0013961168")
            assert (await card_of(events)).card == b"0013961168"
            virtual.unplug()
            assert (await state_of(events)).state is ReaderState.MISSING
