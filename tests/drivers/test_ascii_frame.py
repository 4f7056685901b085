"""Frames of ASCII with settable framing: makers' vectors, each check, what must fail, wrong settings, any slicing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.driver import SerialDriver
from drivers.frames import ascii_frame
from drivers.frames.ascii_frame import AsciiDecoder, AsciiFormat, Charset, Check, encode, format_of
from drivers.frames.decoder import CardFrame, DropCause, Frame, TextFrame
from drivers.options import OptionError, options_of
from tests.drivers.cards import EM_A, MIFARE_4, decode, sliced


def with_options(text: str) -> AsciiDecoder:
    return AsciiDecoder(format_of(options_of(text, ascii_frame.OPTIONS)))


@pytest.mark.parametrize(
    ("driver", "frame", "card"),
    [
        (ascii_frame.STID, "02 36 36 43 46 34 44 43 32 30 34 0D 0A 03", MIFARE_4),
        (ascii_frame.CODATEX, "02 52 31 44 33 37 46 41 34 42 30 32 04", bytes.fromhex("1D37FA4B02")),
        (ascii_frame.ROGER, "02 30 36 30 30 44 35 30 37 44 30 0D 0A 03", EM_A),
        (ascii_frame.TWN3_CHECKED, b":112233445501\r\n".hex(), bytes.fromhex("1122334455")),
        (ascii_frame.TWN4_ASCII, b"66CF4DC2\r".hex(), MIFARE_4),
        (ascii_frame.PROMAG, b"\x020600D507D0\r".hex(), EM_A),
    ],
)
def test_makers_vectors(driver: SerialDriver, frame: str, card: bytes) -> None:
    raw = bytes.fromhex(frame)
    assert decode(driver.decoder({}), [raw]) == ([CardFrame(card)], {})
    assert driver.encode(card) == raw
    assert decode(driver.decoder({}), [raw.lower()])[0] in ([CardFrame(card)], [])


@pytest.mark.parametrize(
    ("options", "raw", "frame"),
    [
        ("start:02 end:03 charset:hex check:xor", b"\x020600D507D004\x03", CardFrame(EM_A)),
        ("end:0D0A", b"0013961168\r\n", TextFrame("0013961168")),
        ("prefix:4005 end:0D0A", b"40050101221\r\n", TextFrame("0101221")),
        ("start:02 end:0D0A03 check:lrc charset:dec", b"\x0200139611680A\r\n\x03", TextFrame("0013961168")),
        ("start:02 end:03 check:sum charset:dec", b"\x0200139611680E\x03"[:-3] + b"04\x03", TextFrame("0013961168")),
        ("end:none length:8 charset:hex", b"66CF4DC2", CardFrame(MIFARE_4)),
        ("start:02 end:none length:10", b"\x02213,02000 ", TextFrame("213,02000")),
        ("start:0102 end:0304", b"\x01\x027\x03\x04", TextFrame("7")),
        ("start:02 end:0D0A03 length:8 check:lrc-byte charset:hex", b"\x0266CF4DC2\x04\r\n\x03", CardFrame(MIFARE_4)),
    ],
)
def test_options_describe_a_frame(options: str, raw: bytes, frame: Frame) -> None:
    if "sum" in options:
        raw = b"\x02" + b"0013961168" + b"%02X" % (sum(b"0013961168") & 0xFF) + b"\x03"
    if "lrc charset" in options:
        raw = b"\x020013961168" + ascii_frame.check_of(Check.LRC, b"0013961168") + b"\r\n\x03"
    assert decode(with_options(options), [raw]) == ([frame], {})
    assert decode(with_options(options), [raw[at : at + 1] for at in range(len(raw))]) == ([frame], {})


def test_a_check_byte_may_look_like_a_start_or_an_end() -> None:
    for data in (b"00000200", b"00000300", b"02030000"):
        form = AsciiFormat(start=b"\x02", end=b"\x03", length=8, check=Check.LRC_BYTE)
        assert decode(AsciiDecoder(form), [encode(form, data) * 2]) == ([TextFrame(data.decode())] * 2, {})


@pytest.mark.parametrize(
    ("driver", "raw"),
    [
        pytest.param(ascii_frame.STID, b"\x0266CF4DC205\r\n\x03", id="wrong LRC"),
        pytest.param(ascii_frame.STID, b"\x0266CF4DC204\r\x03", id="no LF"),
        pytest.param(ascii_frame.STID, b"\x0266CF4DC04\r\n\x03", id="odd length"),
        pytest.param(ascii_frame.ROGER, b"\x021234#\r\n\x03", id="a PIN"),
        pytest.param(ascii_frame.ROGER, b"\x020600D507\r\n\x03", id="too short"),
        pytest.param(ascii_frame.CODATEX, b"\x02X1D37FA4B02\x04", id="wrong prefix"),
        pytest.param(ascii_frame.TWN3_CHECKED, b":112233445502\r\n", id="wrong sum"),
        pytest.param(ascii_frame.TWN4_ASCII, b"66CF4DG2\r", id="no hex"),
        pytest.param(ascii_frame.TWN4_ASCII, b"66CF4D\r", id="too short"),
        pytest.param(ascii_frame.TWN4_ASCII, b"66CF4DC2" * 3 + b"\r", id="too long"),
    ],
)
def test_what_is_no_frame_is_dropped(driver: SerialDriver, raw: bytes) -> None:
    decoder = driver.decoder({})
    frames, dropped = decode(decoder, [raw])
    assert frames == []
    assert sum(dropped.values()) + decoder.reset() >= len(raw) - 3, "line ends are not counted"
    decoder = driver.decoder({})
    assert decode(decoder, [raw, driver.encode(EM_A)])[0] == [CardFrame(EM_A)], "the next one is read"


def test_half_a_frame_does_not_join_the_next() -> None:
    whole = ascii_frame.STID.encode(MIFARE_4)
    assert decode(ascii_frame.STID.decoder({}), [whole[:7] + whole]) == ([CardFrame(MIFARE_4)], {DropCause.DAMAGED: 7})


def test_a_line_that_is_too_long_is_dropped_up_to_its_end() -> None:
    decoder = with_options("end:0D0A longest:10")
    assert decode(decoder, [b"1" * 1000, b"2", b"3\r", b"\n4\r\n"]) == ([TextFrame("4")], {DropCause.DAMAGED: 1004})


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ("end:none", "needs end or length"),
        ("check:lrc-byte", "needs length"),
        ("check:xor", "needs charset:hex"),
        ("check:crc", "must be one of none, xor, twos, lrc, sum, lrc-byte"),
        ("charset:hex length:7", "even length"),
        ("end:30", "end may not begin with a character of the data"),
        ("start:3A end:0D", "start may not begin with a character of the data"),
        ("end:0", "bytes in hex"),
        ("length:0", "from 1 to 64"),
        ("length:x", "from 1 to 64"),
        ("length:\u0663", "from 1 to 64"),
        ("length:99999999999999999999", "from 1 to 64"),
        ("prefix:\u00e9", "must be ASCII"),
        ("lenght:3", 'did you mean "length"'),
        ("end:0D end:0A", "there twice"),
    ],
)
def test_wrong_options_are_refused_in_words(options: str, refusal: str) -> None:
    with pytest.raises(OptionError, match=refusal):
        with_options(options)


formats = st.builds(
    AsciiFormat,
    start=st.sampled_from([b"", b"\x02", b"\x01\x02"]),
    prefix=st.sampled_from([b"", b"R", b"4005"]),
    end=st.sampled_from([b"\r", b"\r\n", b"\x03", b"\r\n\x03"]),
    charset=st.just(Charset.HEX),
    check=st.sampled_from([one for one in Check if one is not Check.LRC_BYTE]),
    longest=st.just(20),
)
cuts = st.lists(st.integers(min_value=0, max_value=10_000), max_size=30)


@given(formats, st.lists(st.binary(min_size=1, max_size=10), max_size=5), cuts)
def test_frames_of_any_format_come_out_whole_however_they_are_sliced(
    form: AsciiFormat, cards: list[bytes], cuts: list[int]
) -> None:
    raw = b"".join(encode(form, card.hex().encode()) for card in cards)
    assert decode(AsciiDecoder(form), sliced(raw, cuts)) == ([CardFrame(card) for card in cards], {})


@given(
    formats
    | st.builds(
        AsciiFormat, start=st.sampled_from([b"", b"\x02"]), end=st.sampled_from([b"", b"\r\n"]), length=st.just(6)
    ),
    st.lists(
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from([b"\x02", b"\x01", b"\r\n", b"\x03", b"\r", b"123456", b"4005", b"R"]),
            st.just(b"9" * 70),
        ),
        max_size=12,
    ).map(b"".join),
    cuts,
)
def test_any_bytes_give_the_same_frames_and_counts_in_any_slicing(
    form: AsciiFormat, raw: bytes, cuts: list[int]
) -> None:
    assert decode(AsciiDecoder(form), sliced(raw, cuts)) == decode(AsciiDecoder(form), [raw])


@pytest.mark.parametrize("data", [b"", b"0600D507D", b"XY", b"00" * 40])
def test_only_what_would_be_read_back_can_be_sent(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        encode(AsciiFormat(charset=Charset.HEX), data)
