"""Card bytes to badge number text: the known vectors, and what holds for every card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.badge_number import BadgeNumberForm, CardLengthError, badge_number
from drivers.errors import ReaderError
from tests.drivers.cards import EM_A, EM_B, MIFARE_4, MIFARE_7

cards = st.binary(min_size=4, max_size=32)


@pytest.mark.parametrize(
    ("card", "form", "number"),
    [
        (EM_A, BadgeNumberForm.HEX, "0600D507D0"),
        (EM_A, BadgeNumberForm.DECIMAL, "0013961168"),
        (EM_A, BadgeNumberForm.WIEGAND26, "21302000"),
        (EM_B, BadgeNumberForm.HEX, "01026F6C3A"),
        (EM_B, BadgeNumberForm.DECIMAL, "0040856634"),
        (EM_B, BadgeNumberForm.WIEGAND26, "11127706"),
        (MIFARE_4, BadgeNumberForm.HEX, "66CF4DC2"),
        (MIFARE_4, BadgeNumberForm.DECIMAL, "1724861890"),
        (MIFARE_4, BadgeNumberForm.WIEGAND26, "20719906"),
        (MIFARE_7, BadgeNumberForm.HEX, "04A1B2C3D4E580"),
        (MIFARE_7, BadgeNumberForm.DECIMAL, "3285509504"),
        (MIFARE_7, BadgeNumberForm.WIEGAND26, "21258752"),
        (bytes(5), BadgeNumberForm.HEX, "0000000000"),
        (bytes(5), BadgeNumberForm.DECIMAL, "0000000000"),
        (bytes(5), BadgeNumberForm.WIEGAND26, "00000000"),
        (b"\xff" * 5, BadgeNumberForm.HEX, "FFFFFFFFFF"),
        (b"\xff" * 5, BadgeNumberForm.DECIMAL, "4294967295"),
        (b"\xff" * 5, BadgeNumberForm.WIEGAND26, "25565535"),
    ],
)
def test_vectors(card: bytes, form: BadgeNumberForm, number: str) -> None:
    assert badge_number(card, form) == number


@pytest.mark.parametrize("length", [0, 1, 2, 33, 4096])
@pytest.mark.parametrize("form", BadgeNumberForm)
def test_a_card_of_another_length_is_refused_without_its_bytes(length: int, form: BadgeNumberForm) -> None:
    with pytest.raises(CardLengthError, match=rf"^card data of {length} bytes") as refusal:
        badge_number(b"\xab" * length, form)
    assert isinstance(refusal.value, ReaderError)
    assert "ab" not in str(refusal.value).lower().split()


@given(cards)
def test_hex_keeps_every_bit(card: bytes) -> None:
    number = badge_number(card, BadgeNumberForm.HEX)
    assert bytes.fromhex(number) == card
    assert number == number.upper()


@given(cards)
def test_decimal_is_the_last_32_bits_in_ten_digits(card: bytes) -> None:
    number = badge_number(card, BadgeNumberForm.DECIMAL)
    assert len(number) == 10
    assert number.isdecimal()
    assert int(number).to_bytes(4, "big") == card[-4:]


@given(cards)
def test_wiegand26_follows_from_decimal(card: bytes) -> None:
    number = badge_number(card, BadgeNumberForm.WIEGAND26)
    decimal = int(badge_number(card, BadgeNumberForm.DECIMAL))
    assert (int(number[:3]), int(number[3:])) == ((decimal >> 16) & 0xFF, decimal & 0xFFFF)
    assert len(number) == 8
