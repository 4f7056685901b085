"""The 14-byte RDM6300 and 16-byte ID-12 frames: vectors, frames that must fail, any slicing, noise, damage."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.frames.decoder import CardFormat, CardFrame, DropCause
from drivers.frames.rdm6300 import Rdm6300Decoder, encode, encode_id12
from tests.drivers.cards import DATA_SHEET, EM_A, EM_B, decode, sliced

Encode = Callable[[bytes], bytes]

cards = st.binary(min_size=5, max_size=5)
encoders = st.sampled_from([encode, encode_id12])
cuts = st.lists(st.integers(min_value=0, max_value=10_000), max_size=30)
# Bytes that cannot begin a frame: what a line gives between two frames.
noise = st.binary(max_size=40).map(lambda raw: raw.replace(b"\x02", b""))


def em4100(card: bytes) -> CardFrame:
    return CardFrame(card, CardFormat.EM4100)


def cards_in(raw: bytes) -> list[bytes]:
    frames, _ = decode(Rdm6300Decoder(), [raw])
    return [frame.card for frame in frames if isinstance(frame, CardFrame)]


@pytest.mark.parametrize(
    ("frame", "card"),
    [
        ("02 30 36 30 30 44 35 30 37 44 30 30 34 03", EM_A),
        ("02 30 31 30 32 36 46 36 43 33 41 33 41 03", EM_B),
        ("02 30 36 30 30 44 35 30 37 44 30 30 34 0D 0A 03", EM_A),
        ("02 30 31 30 32 36 46 36 43 33 41 33 41 0D 0A 03", EM_B),
        ("02 30 43 30 30 30 36 32 31 41 35 38 45 0D 0A 03", DATA_SHEET),
    ],
)
def test_vectors(frame: str, card: bytes) -> None:
    raw = bytes.fromhex(frame)
    assert decode(Rdm6300Decoder(), [raw]) == ([em4100(card)], {})
    assert raw == (encode_id12 if b"\r" in raw else encode)(card)
    assert cards_in(raw.lower()) == [card], "clones write the digits in lower case"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\x020600D507D005\x03", id="wrong checksum"),
        pytest.param(b"\x020600D507D005\r\n\x03", id="wrong checksum, ID-12"),
        pytest.param(b"\x020C000621A56E\r\n\x03", id="the misprint of the data sheet"),
        pytest.param(b"\x02060GD507D004\x03", id="no hex digit"),
        pytest.param(b"\x020600D507D004\r\x03", id="15 bytes, no LF"),
        pytest.param(b"\x020600D507D004\n\x03", id="15 bytes, no CR"),
        pytest.param(b"\x02600D507D004\r\n\x03", id="15 bytes, a digit lost"),
        pytest.param(b"\x02600D507D004\x03", id="13 bytes, a digit lost"),
        pytest.param(b"\x0200600D507D004\x03", id="15 bytes, a digit too many"),
        pytest.param(b"\x020600D507D0\r\n\x03", id="no checksum"),
        pytest.param(b"\x021234#\r\n\x03", id="a PIN"),
        pytest.param(b"\x02\x03", id="empty"),
        pytest.param(b"0600D507D004\x03", id="no start"),
        pytest.param(b"\x02 600D507D004\x03", id="a blank for a digit"),
        pytest.param(b"\x02\xd9\xa0600D507D04\x03", id="a digit of another script"),
    ],
)
def test_what_is_no_frame_is_dropped_and_counted_to_the_byte(raw: bytes) -> None:
    frames, dropped = decode(Rdm6300Decoder(), [raw])
    assert frames == []
    assert sum(dropped.values()) == len(raw)


def test_without_its_end_a_frame_is_none() -> None:
    decoder = Rdm6300Decoder()
    assert decode(decoder, [encode_id12(EM_A)[:-1]]) == ([], {})
    assert decode(decoder, [encode(EM_B)]) == ([em4100(EM_B)], {DropCause.DAMAGED: 15})


def test_the_start_byte_always_begins_anew() -> None:
    half = encode(EM_A)[:9]
    assert decode(Rdm6300Decoder(), [half + encode(EM_B)]) == ([em4100(EM_B)], {DropCause.DAMAGED: 9})


def test_a_frame_that_never_ends_is_dropped_and_its_rest_with_it() -> None:
    decoder = Rdm6300Decoder()
    endless = b"\x02" + b"0" * 10_000
    assert decode(decoder, [endless]) == ([], {DropCause.DAMAGED: 16, DropCause.STRAY: 9_985})
    assert decoder.reset() == 0
    assert decode(decoder, sliced(endless, list(range(10_000)))) == (
        [],
        {DropCause.DAMAGED: 16, DropCause.STRAY: 9_985},
    )


def test_a_reset_keeps_a_half_frame_from_joining_the_next() -> None:
    whole = encode(EM_A)
    decoder = Rdm6300Decoder()
    decoder.feed(whole[:9])
    assert decoder.reset() == 9
    assert decoder.reset() == 0
    assert decode(decoder, [whole[9:]]) == ([], {DropCause.STRAY: 5})


@given(st.lists(st.tuples(noise, encoders, cards)), noise, cuts)
def test_frames_between_noise_come_out_whole_however_they_are_sliced(
    line: list[tuple[bytes, Encode, bytes]], rest: bytes, cuts: list[int]
) -> None:
    raw = b"".join(before + encoder(card) for before, encoder, card in line) + rest
    frames, dropped = decode(Rdm6300Decoder(), sliced(raw, cuts))
    assert frames == [em4100(card) for _, _, card in line]
    stray = sum(len(before) for before, _, _ in line) + len(rest)
    assert dropped == ({DropCause.STRAY: stray} if stray else {})


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from([b"\x02", b"\x03", b"\r\n", b"0600D507D004", b"\x02" + b"0" * 15]),
            cards.map(encode),
            cards.map(encode_id12),
            cards.map(lambda card: encode(card)[3:]),
            cards.map(lambda card: encode_id12(card)[:-4]),
        )
    ).map(b"".join),
    cuts,
)
def test_any_bytes_give_the_same_frames_and_counts_in_any_slicing(raw: bytes, cuts: list[int]) -> None:
    assert decode(Rdm6300Decoder(), sliced(raw, cuts)) == decode(Rdm6300Decoder(), [raw])


@pytest.mark.parametrize("encoder", [encode, encode_id12])
@pytest.mark.parametrize("card", [EM_A, EM_B, DATA_SHEET])
def test_no_single_wrong_byte_at_any_place_yields_another_badge(card: bytes, encoder: Encode) -> None:
    frame = encoder(card)
    for place in range(len(frame)):
        for byte in range(256):
            damaged = frame[:place] + bytes([byte]) + frame[place + 1 :]
            assert set(cards_in(damaged + frame)) <= {card}, (place, byte)


@given(cards, encoders, st.data())
def test_a_corrupted_byte_never_yields_another_badge(card: bytes, encoder: Encode, data: st.DataObject) -> None:
    frame = bytearray(encoder(card))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] = data.draw(st.integers(0, 255))
    # A repeat follows, as the RDM6300 sends it.
    assert set(cards_in(bytes(frame) + encoder(card))) <= {card}


@given(cards, encoders, st.data())
def test_a_lost_or_doubled_byte_never_yields_another_badge(card: bytes, encoder: Encode, data: st.DataObject) -> None:
    frame = encoder(card)
    place = data.draw(st.integers(0, len(frame) - 1))
    times = data.draw(st.sampled_from([0, 2]))
    damaged = frame[:place] + frame[place : place + 1] * times + frame[place + 1 :]
    assert set(cards_in(damaged + encoder(card))) <= {card}


def test_a_megabyte_of_noise_leaves_a_bounded_rest_and_the_next_card_is_read() -> None:
    decoder = Rdm6300Decoder()
    raw = random.Random(6300).randbytes(1_000_000)
    frames, dropped = decode(decoder, sliced(raw, list(range(0, len(raw), 4096))))
    kept = decoder.reset()
    assert kept <= 15
    assert frames == []
    assert sum(dropped.values()) + kept == len(raw)
    assert decode(decoder, [encode(EM_A)]) == ([em4100(EM_A)], {})


@pytest.mark.parametrize("card", [b"", EM_A[:4], EM_A + b"\x00"])
@pytest.mark.parametrize("encoder", [encode, encode_id12])
def test_only_cards_of_five_bytes_can_be_sent(card: bytes, encoder: Encode) -> None:
    with pytest.raises(ValueError, match="cards of 5 bytes"):
        encoder(card)


def test_a_card_is_no_part_of_a_repr() -> None:
    assert "07" not in repr(CardFrame(EM_A))
