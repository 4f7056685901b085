"""PN532 over a serial line: the vectors of its manual, damage, acknowledgements, leading zeros."""

import pytest

from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat, CardFrame, DropCause
from drivers.frames.pn532 import DRIVER, WAKE, Pn532Decoder, Pn532Twin, encode
from drivers.testing import SerialDriverContract
from tests.drivers.cards import MIFARE_4, MIFARE_7, decode

ACK = bytes.fromhex("0000FF00FF00")
ONE_4 = bytes.fromhex("0000FF0CF4D54B010100040804 66CF4DC28A00".replace(" ", ""))
ONE_7 = bytes.fromhex("0000FF0FF1D54B01010044000704A1B2C3D4E5804000")
NONE = bytes.fromhex("0000FF03FDD54B00E000")


class _Contract(SerialDriverContract):
    driver = DRIVER


def listing() -> Pn532Decoder:
    decoder = Pn532Decoder()
    _Contract()._connect(decoder)
    return decoder


def test_it_begins_with_waking_mode_and_retries_and_then_lists() -> None:
    decoder, twin = Pn532Decoder(), Pn532Twin()
    asked = []
    for _ in range(4):
        asked.append(decoder.ask())
        decoder.feed(twin.answer(asked[-1]))
    assert asked == [
        WAKE + bytes.fromhex("0000FF05FBD4140114010200"),
        bytes.fromhex("0000FF06FAD43205FF0101F400"),
        *[bytes.fromhex("0000FF04FCD44A0100E100")] * 2,
    ]


@pytest.mark.parametrize(("answer", "card"), [(ONE_4, MIFARE_4), (ONE_7, MIFARE_7)])
@pytest.mark.parametrize("before", [b"", ACK, ACK * 2, bytes(100), b"\x55\x55"])
def test_vectors(answer: bytes, card: bytes, before: bytes) -> None:
    frames, dropped = decode(listing(), [before + answer])
    assert frames == [CardFrame(card, CardFormat.ISO14443A)]
    assert dropped == ({DropCause.STRAY: 2} if before[:1] == b"\x55" else {})
    assert encode(card) == answer


def test_no_card_is_no_noise() -> None:
    decoder = listing()
    assert decode(decoder, [ACK + NONE]) == ([], {})
    assert decoder.ask()


@pytest.mark.parametrize("place", range(3, len(ONE_4)))
def test_a_damaged_byte_gives_no_card(place: int) -> None:
    bent = bytearray(ONE_4)
    bent[place] ^= 0x10
    assert decode(listing(), [bytes(bent) + bytes(300)])[0] == []


@pytest.mark.parametrize(
    "body",
    [
        "D54B0101000408", "D54B0201000408 0466CF4DC2", "D54B01010004080566CF4DC2AA", "D54B0101000408 0766CF4DC2",
        "D54D010100040804 66CF4DC2", "D54B", "D54B01",
    ],
)  # fmt: skip
def test_a_body_that_is_no_list_of_one_card_is_dropped(body: str) -> None:
    raw = bytes.fromhex(body.replace(" ", ""))
    frame = b"\0\0\xff" + bytes([len(raw), -len(raw) & 255]) + raw + bytes([-sum(raw) & 255, 0])
    frames, dropped = decode(listing(), [frame])
    assert frames == []
    assert set(dropped) == {DropCause.DAMAGED}


def test_a_card_that_tells_more_is_known_by_its_uid() -> None:
    raw = bytes.fromhex("D54B0101034420" + "0704A1B2C3D4E580" + "067577810280" + "02F0")
    frame = b"\0\0\xff" + bytes([len(raw), -len(raw) & 255]) + raw + bytes([-sum(raw) & 255, 0])
    assert decode(listing(), [frame])[0] == [CardFrame(MIFARE_7, CardFormat.ISO14443A)]


def test_phones_and_cut_numbers_are_no_badges() -> None:
    assert set(decode(listing(), [encode(b"\x08\x12\x34\x56")])[1]) == {DropCause.PASSING}
    assert set(decode(listing(), [encode(b"\x88\x04\xa1\xb2")])[1]) == {DropCause.CUT_SHORT}


def test_it_has_no_light() -> None:
    assert not Pn532Decoder().signal(Signal.ACCEPTED)
    with pytest.raises(ValueError, match="4, 7 or 10"):
        encode(b"12345")
