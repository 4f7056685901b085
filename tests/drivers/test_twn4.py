"""TWN4 Simple Protocol: the maker's vectors, answers that must fail, CRC, signals, a reader with other firmware."""

import pytest

from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat, CardFrame, DropCause
from drivers.frames.twn4 import DRIVER, SEARCH, SIGNALS, Twn4Decoder, Twn4Twin, crc16, encode, line_of
from drivers.testing import SerialDriverContract
from tests.drivers.cards import EM_A, MIFARE_4, MIFARE_7, decode


class _Contract(SerialDriverContract):
    driver = DRIVER


def searching() -> Twn4Decoder:
    decoder = Twn4Decoder()
    _Contract()._connect(decoder)
    return decoder


def test_it_begins_with_version_tag_types_and_lights_and_then_searches() -> None:
    decoder, twin = Twn4Decoder(), Twn4Twin()
    asked = []
    for _ in range(5):
        asked.append(decoder.ask())
        decoder.feed(twin.answer(asked[-1]))
    assert asked == [b"0004FF\r", b"0502FFFFFFFFFFFFFFFF\r", b"041007\r", b"050010\r", b"050010\r"]


@pytest.mark.parametrize(
    ("answer", "frame"),
    [
        (b"000180200466CF4DC2\r", CardFrame(MIFARE_4, CardFormat.ISO14443A)),
        (b"\n000180200466cf4dc2\r", CardFrame(MIFARE_4, CardFormat.ISO14443A)),
        (b"0001803807" + MIFARE_7.hex().encode() + b"\r", CardFrame(MIFARE_7, CardFormat.ISO14443A)),
        (b"0001402805" + EM_A.hex().encode() + b"\r", CardFrame(EM_A, CardFormat.EM4100)),
        (b"0001491A04EA83E840\r", CardFrame(bytes.fromhex("EA83E840"), CardFormat.UNKNOWN, 26)),
    ],
)
def test_vectors(answer: bytes, frame: CardFrame) -> None:
    assert decode(searching(), [answer]) == ([frame], {})
    assert encode(MIFARE_4) == b"000180200466CF4DC2\r"


def test_no_card_is_no_noise() -> None:
    decoder = searching()
    assert decode(decoder, [b"0000\r"]) == ([], {})
    assert decoder.ask() == b"050010\r", "it asks again"


@pytest.mark.parametrize(
    "answer",
    [
        b"00018020" + b"0366CF4DC2\r",
        b"0001802104" + b"66CF4DC2\r",
        b"000180200466CF4DC\r",
        b"000180200466CF4D\r",
        b"000180200466CF4DC2C2\r",
        b"000280200466CF4DC2\r",
        b"010180200466CF4DC2\r",
        b"66CF4DC2\r",
        b"00\r",
        b"0001\r",
        b"00014028\r",
        b"0001400000\r",
        b"01\r",
        b"\r",
        b"hello\r",
        b"000180" + b"8811" + b"00" * 17 + b"\r",
    ],
)
def test_what_is_no_answer_to_a_search_is_dropped_and_asked_again(answer: bytes) -> None:
    decoder = searching()
    assert decode(decoder, [answer]) == ([], {DropCause.DAMAGED: len(answer)})
    asked = [decoder.ask() for _ in range(20)]
    assert any(asked)


def test_numbers_that_can_be_no_badge_are_told_apart() -> None:
    assert decode(searching(), [encode(b"\x08\x12\x34\x56")])[1] == {DropCause.PASSING: 19}
    assert decode(searching(), [encode(b"\x88\x04\xa1\xb2")])[1] == {DropCause.CUT_SHORT: 19}


def test_a_reader_that_talks_by_itself_is_noise_and_stays_unconnected() -> None:
    decoder = Twn4Decoder()
    for _ in range(30):
        decoder.ask()
        assert decode(decoder, [b"66CF4DC2\r"])[0] == []
    assert not decoder.is_connected
    assert decoder.missed >= 3
    assert "twn4-ascii" in decoder.advice


def test_crc() -> None:
    assert crc16(b"123456789") == bytes.fromhex("916F")
    assert line_of(bytes.fromhex("0005"), crc=True) == b"000515A7\r"
    assert line_of(SEARCH, crc=True) == b"0500100F10\r"
    decoder = Twn4Decoder(crc=True)
    for answer in (b"000131", b"00", b"00"):
        decoder.ask()
        decode(decoder, [line_of(bytes.fromhex(answer.decode()), crc=True)])
    assert decoder.ask() == b"0500100F10\r"
    assert decode(decoder, [b"000180200466CF4DC3E960\r"]) == ([], {DropCause.DAMAGED: 23})
    assert decode(decoder, [b"000180200466CF4DC2E960\r"]) == ([CardFrame(MIFARE_4, CardFormat.ISO14443A)], {})


@pytest.mark.parametrize("signal", Signal)
def test_a_signal_is_sent_between_searches(signal: Signal) -> None:
    decoder, twin = searching(), Twn4Twin()
    decoder.feed(line_of(b"\0\0"))
    assert decoder.signal(signal)
    asked = []
    for _ in range(2 * len(SIGNALS[signal]) + 1):
        asked.append(decoder.ask())
        decoder.feed(twin.answer(asked[-1]))
    assert [one for one in asked if one != b"050010\r"] == [line_of(one) for one in SIGNALS[signal]]
    assert asked[1::2] == [b"050010\r"] * len(SIGNALS[signal])


def test_signals_that_nobody_hears_do_not_pile_up() -> None:
    decoder, twin = searching(), Twn4Twin()
    for _ in range(1000):
        decoder.signal(Signal.ACCEPTED)
    decoder.feed(line_of(b"\0\0"))
    for _ in range(100):
        decoder.feed(twin.answer(decoder.ask()))
    assert len(twin.heard) == 8
