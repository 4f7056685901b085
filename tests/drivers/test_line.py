"""One badge number a line: ends, blanks, hostile bytes, limits, any slicing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames.decoder import DropCause, TextFrame
from drivers.frames.line import LONGEST_LINE, LineDecoder, encode
from tests.drivers.cards import decode, sliced

texts = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=LONGEST_LINE)
ends = st.sampled_from([b"\r", b"\n", b"\r\n", b"\n\r", b"\r\n\r\n"])
cuts = st.lists(st.integers(min_value=0, max_value=10_000), max_size=30)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
@pytest.mark.parametrize("text", ["0013961168", "0600D507D0", "7", "213,02000", "]C1 A b", "x" * LONGEST_LINE])
def test_a_line_is_a_badge_number_as_it_is(text: str, end: bytes) -> None:
    assert decode(LineDecoder(), [text.encode() + end]) == ([TextFrame(text)], {})


def test_blanks_around_are_no_part_of_it() -> None:
    assert decode(LineDecoder(), [b"  0013 961168  \r"]) == ([TextFrame("0013 961168")], {})


@pytest.mark.parametrize("raw", [b"\r", b"\n\n\n", b"\r\n\r\n", b"   \r\n"])
def test_an_empty_line_is_nothing(raw: bytes) -> None:
    assert decode(LineDecoder(), [raw]) == ([], {})


@pytest.mark.parametrize(
    "hostile", [b"\x00", b"\x02", b"\x1b[2J", b"\x7f", b"\x80", b"\xff", b"\t", "é".encode(), "٣".encode()]
)
@pytest.mark.parametrize("place", [0, 4, 10])
def test_a_line_with_a_hostile_byte_is_dropped_whole(hostile: bytes, place: int) -> None:
    number = b"0013961168"
    line = number[:place] + hostile + number[place:]
    assert decode(LineDecoder(), [line + b"\r" + b"7\r"]) == ([TextFrame("7")], {DropCause.DAMAGED: len(line)})


def test_a_line_without_end_is_dropped_up_to_its_end() -> None:
    frames, dropped = decode(LineDecoder(), [b"1" * 10_000, b"2", b"3\r", b"4\r"])
    assert (frames, dropped) == ([TextFrame("4")], {DropCause.DAMAGED: 10_002})


def test_a_reset_keeps_a_half_line_from_joining_the_next() -> None:
    decoder = LineDecoder()
    decoder.feed(b"00139")
    assert decoder.reset() == 5
    assert decode(decoder, [b"7\r"]) == ([TextFrame("7")], {})
    decoder.feed(b"1" * 100)
    assert decoder.reset() == 0
    assert decode(decoder, [b"8\r"]) == ([TextFrame("8")], {})


@given(st.lists(st.tuples(texts, ends)), cuts)
def test_lines_come_out_whole_however_they_are_sliced(lines: list[tuple[str, bytes]], cuts: list[int]) -> None:
    raw = b"".join(text.encode() + end for text, end in lines)
    assert decode(LineDecoder(), sliced(raw, cuts)) == ([TextFrame(text) for text, _ in lines], {})


@given(
    st.lists(st.one_of(st.binary(max_size=20), texts.map(str.encode), st.just(b"9" * (LONGEST_LINE + 1)), ends)).map(
        b"".join
    ),
    cuts,
)
def test_any_bytes_give_the_same_lines_and_counts_in_any_slicing(raw: bytes, cuts: list[int]) -> None:
    frames, dropped = decode(LineDecoder(), [raw])
    assert decode(LineDecoder(), sliced(raw, cuts)) == (frames, dropped)
    for frame in frames:
        assert isinstance(frame, TextFrame)
        assert frame.text.isascii()
        assert frame.text.isprintable()
        assert frame.text == frame.text.strip()
        assert 1 <= len(frame.text) <= LONGEST_LINE


def test_a_megabyte_of_noise_leaves_a_bounded_rest_and_the_next_line_is_read() -> None:
    decoder = LineDecoder()
    raw = random.Random(64).randbytes(1_000_000)
    decode(decoder, sliced(raw, list(range(0, len(raw), 4096))))
    assert decoder.reset() <= LONGEST_LINE
    assert decode(decoder, [b"0013961168\r\n"]) == ([TextFrame("0013961168")], {})


@given(texts)
def test_what_is_encoded_is_decoded(text: str) -> None:
    assert decode(LineDecoder(), [encode(text)]) == ([TextFrame(text)], {})


@pytest.mark.parametrize("text", ["", " ", " 7", "7 ", "7\r8", "é", "x" * (LONGEST_LINE + 1)])
def test_only_what_would_be_read_back_can_be_sent(text: str) -> None:
    with pytest.raises(ValueError, match="a line is 1 to 64 printable"):
        encode(text)


def test_a_number_is_no_part_of_a_repr() -> None:
    assert "7" not in repr(TextFrame("7"))
