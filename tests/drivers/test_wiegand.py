"""Wiegand bits: vectors, parity, and converters that send them as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames.decoder import CardFormat, CardFrame, DropCause, KeysFrame
from drivers.frames.wiegand_text import DRIVER, Layout, WiegandTextDecoder
from drivers.options import OptionError, options_of
from drivers.wiegand import FORMATS, WiegandError, data_of, from_left_aligned, left_aligned, with_parity
from tests.drivers.cards import decode

VECTORS = [
    (26, "3AA0FA1", "D507D0", "facility 213, card 2000"),
    (34, "201AA0FA1", "00D507D0", "facility 213, card 2000"),
    (37, "100EB79A2B", "00075BCD15", "H10302, card 123456789"),
    (37, "100D500FA1", "0006A807D0", "H10304, facility 213, card 2000"),
]
W26 = CardFrame(bytes.fromhex("D507D0"), CardFormat.WIEGAND, 24)


@pytest.mark.parametrize(("bits", "raw", "data", "what"), VECTORS)
def test_vectors(bits: int, raw: str, data: str, what: str) -> None:
    assert data_of(int(raw, 16), bits) == bytes.fromhex(data), what
    assert with_parity(int(data, 16), FORMATS[bits]) == int(raw, 16)


def test_left_alignment() -> None:
    assert left_aligned(0x3AA0FA1, 26) == bytes.fromhex("EA83E840")
    assert from_left_aligned(bytes.fromhex("EA83E840"), 26) == 0x3AA0FA1
    for raw, bits in (("EA83E841", 26), ("EA83E8", 26), ("EA83E84000", 26)):
        with pytest.raises(WiegandError):
            from_left_aligned(bytes.fromhex(raw), bits)


@pytest.mark.parametrize("bits", FORMATS)
@given(data=st.integers(min_value=0))
def test_one_wrong_bit_is_noticed_wherever_it_is(bits: int, data: int) -> None:
    form = FORMATS[bits]
    raw = with_parity(data % (1 << form.data_bits), form)
    assert int.from_bytes(data_of(raw, bits), "big") == data % (1 << form.data_bits)
    for place in range(bits):
        if bits == 37 and place == 18:
            continue  # in both halves, so that both parities change: it is noticed all the same
        with pytest.raises(WiegandError):
            data_of(raw ^ 1 << place, bits)


@given(st.integers(min_value=0, max_value=(1 << 35) - 1))
def test_the_middle_bit_of_37_changes_both_parities(data: int) -> None:
    raw = with_parity(data, FORMATS[37])
    with pytest.raises(WiegandError):
        data_of(raw ^ 1 << 18, 37)


@pytest.mark.parametrize("bits", [0, 4, 25, 32, 35, 38, 200])
def test_other_lengths_are_refused(bits: int) -> None:
    with pytest.raises(WiegandError, match="known are 26, 34, 37"):
        data_of(0, bits)


@pytest.mark.parametrize(
    ("decoder", "line", "frame"),
    [
        (WiegandTextDecoder(Layout.COUNTED), b"1AEA83E840\r", W26),
        (
            WiegandTextDecoder(Layout.COUNTED),
            b"1A808001C0\r",
            CardFrame(bytes.fromhex("010003"), CardFormat.WIEGAND, 24),
        ),
        (WiegandTextDecoder(Layout.BITS), b"11101010100000111110100001\r\n", W26),
        (WiegandTextDecoder(Layout.HEX), b"3AA0FA1\r", W26),
        (
            WiegandTextDecoder(Layout.HEX, length=34),
            b"201AA0FA1\n",
            CardFrame(bytes.fromhex("00D507D0"), CardFormat.WIEGAND, 32),
        ),
        (
            WiegandTextDecoder(Layout.BITS, any_length=True),
            b"1" * 35 + b"\r",
            CardFrame(b"\x07" + b"\xff" * 4, CardFormat.WIEGAND, 35),
        ),
        (WiegandTextDecoder(Layout.BITS), b"0101\r", KeysFrame("5")),
        (WiegandTextDecoder(Layout.BITS), b"11100001\r", KeysFrame("1")),
        (WiegandTextDecoder(Layout.BITS), b"1010\r", KeysFrame("*")),
        (WiegandTextDecoder(Layout.COUNTED), b"084B\r", KeysFrame("#")),
    ],
)
def test_converters(decoder: WiegandTextDecoder, line: bytes, frame: CardFrame) -> None:
    assert decode(decoder, [line]) == ([frame], {})


@pytest.mark.parametrize(
    ("decoder", "line"),
    [
        pytest.param(WiegandTextDecoder(Layout.COUNTED), b"1AEA83E8C0", id="wrong parity"),
        pytest.param(WiegandTextDecoder(Layout.COUNTED), b"1AEA83E841", id="filler that is not zero"),
        pytest.param(WiegandTextDecoder(Layout.COUNTED), b"1AEA83E8", id="too few bits"),
        pytest.param(WiegandTextDecoder(Layout.COUNTED), b"FFEA83E840", id="far too many bits"),
        pytest.param(WiegandTextDecoder(Layout.COUNTED), b"00EA83E840", id="none"),
        pytest.param(WiegandTextDecoder(Layout.BITS), b"1110101010000011111010000", id="25 bits"),
        pytest.param(WiegandTextDecoder(Layout.BITS), b"11101010100000111110100002", id="no bit"),
        pytest.param(WiegandTextDecoder(Layout.HEX), b"7AA0FA1", id="more than 26 bits"),
        pytest.param(WiegandTextDecoder(Layout.HEX), b"03AA0FA1", id="a digit too many"),
        pytest.param(WiegandTextDecoder(Layout.BITS), b"1111", id="no key"),
        pytest.param(WiegandTextDecoder(Layout.BITS), b"11100010", id="a key with a wrong complement"),
        pytest.param(
            WiegandTextDecoder(Layout.BITS, any_length=True), b"11101010100000111110100000", id="26 bits, wrong"
        ),
    ],
)
def test_what_is_no_card_is_dropped(decoder: WiegandTextDecoder, line: bytes) -> None:
    assert decode(decoder, [line + b"\r"]) == ([], {DropCause.DAMAGED: len(line)})


def test_options() -> None:
    decoder = DRIVER.decoder(options_of("layout:hex length:34", DRIVER.options))
    assert decode(decoder, [b"201AA0FA1\r"])[0] == [CardFrame(bytes.fromhex("00D507D0"), CardFormat.WIEGAND, 32)]
    with pytest.raises(OptionError, match="length must be one of 26, 34, 37"):
        DRIVER.decoder({"length": "35"})
    with pytest.raises(ValueError, match="3 or 4 bytes"):
        DRIVER.encode(b"12345")
