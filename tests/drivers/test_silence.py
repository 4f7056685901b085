"""Frames that a pause ends: what is one, what is none, and on a port whose reads have times."""

import asyncio
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.catalogue import create_card_reader
from drivers.frames import ascii_frame
from drivers.frames.ascii_frame import decoder_of, format_of
from drivers.frames.decoder import CardFrame, Decoded, Decoder, DropCause, Dropped, EndedBySilence, Frame, TextFrame
from drivers.options import OptionError, options_of
from drivers.reader import CardRead
from drivers.rehearsal import VirtualReader
from tests.drivers.cards import MIFARE_4, sliced
from tests.drivers.test_serial_reader import Ports, ScriptedPort, all_events, badges, noise

BARE = "end:none silence:100 charset:dec"
STARTED = "start:02 end:none silence:100 charset:dec"


def decoder(options: str) -> Decoder:
    return decoder_of(format_of(options_of(options, ascii_frame.OPTIONS)))


def burst(options: str, *pieces: bytes) -> list[Decoded]:
    made = decoder(options)
    assert isinstance(made, EndedBySilence)
    found = [one for piece in pieces for one in made.feed(piece)]
    assert all(isinstance(one, Dropped) for one in found), "no frame before the pause"
    return found + made.fall_silent()


@pytest.mark.parametrize(
    ("options", "raw", "frame"),
    [
        (BARE, b"0013961168", TextFrame("0013961168")),
        ("end:none silence:50 charset:hex", b"66CF4DC2", CardFrame(MIFARE_4)),
        ("start:02 end:none silence:50 charset:hex check:lrc", b"\x0266CF4DC204", CardFrame(MIFARE_4)),
        ("start:02 end:none silence:50 check:lrc-byte", b"\x0200000200\x02", TextFrame("00000200")),
        ("prefix:C end:none silence:900", b"C1234", TextFrame("1234")),
    ],
)
def test_a_pause_ends_a_frame(options: str, raw: bytes, frame: Frame) -> None:
    assert burst(options, raw) == [frame]
    assert burst(options, *(raw[at : at + 1] for at in range(len(raw)))) == [frame]


@pytest.mark.parametrize(
    ("options", "raw", "found"),
    [
        pytest.param(BARE, b"12x4", [Dropped(4, DropCause.DAMAGED)], id="no digit"),
        pytest.param(BARE, b"1" * 70, [Dropped(6, DropCause.DAMAGED), Dropped(64, DropCause.DAMAGED)], id="too long"),
        pytest.param(STARTED, b"1234", [Dropped(4, DropCause.DAMAGED)], id="no start"),
        pytest.param(STARTED, b"\x02", [Dropped(1, DropCause.DAMAGED)], id="only a start"),
        pytest.param(STARTED, b"\xff\x00\x0212", [TextFrame("12"), Dropped(2, DropCause.STRAY)], id="noise before"),
        pytest.param(
            STARTED, b"\x0212\x0234", [TextFrame("34"), Dropped(3, DropCause.STRAY)], id="half a frame before"
        ),
        pytest.param(STARTED, b"\x0212\x00", [Dropped(4, DropCause.DAMAGED)], id="noise after"),
        pytest.param(BARE, b"", [], id="nothing"),
    ],
)
def test_what_is_no_frame_is_dropped_and_the_next_is_read(options: str, raw: bytes, found: list[Decoded]) -> None:
    assert burst(options, raw) == found
    made = decoder(options)
    assert isinstance(made, EndedBySilence)
    made.feed(raw)
    made.fall_silent()
    made.feed(b"\x0277" if options == STARTED else b"77")
    assert made.fall_silent() == [TextFrame("77")]


@given(
    st.sampled_from([BARE, STARTED]),
    st.lists(st.binary(max_size=40) | st.sampled_from([b"\x02", b"12", b"9" * 70]), max_size=8).map(b"".join),
    st.lists(st.integers(min_value=0, max_value=10_000), max_size=20),
)
def test_any_bytes_give_the_same_in_any_slicing(options: str, raw: bytes, cuts: list[int]) -> None:
    def sums(found: list[Decoded]) -> tuple[list[Frame], int]:
        frames: list[Frame] = [one for one in found if not isinstance(one, Dropped)]
        return frames, sum(one.count for one in found if isinstance(one, Dropped))

    whole, pieces = burst(options, raw), burst(options, *sliced(raw, cuts))
    assert sums(pieces) == sums(whole)


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ("silence:100", "needs end:none"),
        ("end:none length:4 silence:100", "no length"),
        ("end:none silence:49", "from 50 to 900"),
        ("end:none silence:901", "from 50 to 900"),
    ],
)
def test_wrong_options_are_refused_in_words(options: str, refusal: str) -> None:
    with pytest.raises(OptionError, match=refusal):
        decoder(options)


async def test_two_bursts_are_two_badges_even_where_the_event_loop_slept_through_the_pause() -> None:
    port = ScriptedPort((0, b"00"), (40, b"12"), (140, b"34"), (1500, b"5x"), (1700, b"56"), (1900, b"7"))
    events = await all_events(Ports(port), decoder=lambda: decoder(BARE))
    assert badges(events) == ["0012", "34", "56"]
    assert noise(events) == [(2, DropCause.DAMAGED.value), (1, DropCause.DAMAGED.value)]


async def test_half_a_frame_before_the_cable_was_pulled_joins_nothing() -> None:
    ports = Ports(ScriptedPort((0, b"12")), ScriptedPort((20, b"34"), (500, b"5")))
    assert badges(await all_events(ports, decoder=lambda: decoder(BARE))) == ["34"]


async def test_on_a_real_port_the_pause_gives_the_badge_with_the_instant_of_its_last_byte() -> None:
    with VirtualReader("ascii") as virtual:
        reader = create_card_reader("ascii", name="door", port=virtual.port, options=BARE)
        async with asyncio.timeout(20), aclosing(reader.events()) as events:
            await anext(events)
            for number in (b"0013961168", b"0040856634"):
                for at in range(0, len(number), 4):
                    virtual.write(number[at : at + 4])
                read = await anext(events)
                assert isinstance(read, CardRead)
                assert read.card == number
