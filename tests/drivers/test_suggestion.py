"""The rule that makes a printed number of a card: known cards, and every rule that is suggested is right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.badge_number import BadgeNumberForm
from drivers.badge_rule import rule_of
from drivers.frames.decoder import CardFormat
from drivers.suggestion import suggested_rules
from tests.drivers.cards import EM_A, EM_B, MIFARE_4, MIFARE_7


@pytest.mark.parametrize(
    ("card", "printed", "rule"),
    [
        (EM_A, "0600D507D0", "hex"),
        (EM_A, "0013961168", "decimal"),
        (EM_A, "21302000", "wiegand26"),
        (EM_A, "213,02000", "2h4h"),
        (EM_A, "00213,02000", "4h4h"),
        (EM_A, "025783764944", "number digits:12"),
        (EM_A, "13961168", "6h8d"),
        (EM_A, "0600d507d0", "hex lower"),
        (EM_A, "B0013961168", "decimal prefix:B"),
        (MIFARE_4, "3259879270", "reversed decimal"),
        (MIFARE_4, "C24DCF66", "reversed hex"),
        (MIFARE_7, "36281498998055172", "reversed number"),
        (MIFARE_7, "C3D4E580", "last:4 hex"),
        (MIFARE_7, "77705923", "first:4 number"),
        (bytes.fromhex("00D507D0"), "00139611685", "decimal add:luhn"),
    ],
)
def test_the_first_suggestion_is_the_usual_way(card: bytes, printed: str, rule: str) -> None:
    assert suggested_rules([((card, CardFormat.UNKNOWN), printed)])[0] == rule


def test_what_cannot_be_of_this_card_has_none() -> None:
    assert suggested_rules([((EM_A, CardFormat.EM4100), "123456789")]) == []
    assert suggested_rules([((b"\x01", CardFormat.UNKNOWN), "1")]) == []


def test_a_second_card_rules_out_what_fitted_by_chance() -> None:
    # The first byte of this card is 0, so all of it and its last 4 bytes are the same number.
    card, other = bytes.fromhex("0000D507D0"), EM_A
    one = suggested_rules([((card, CardFormat.EM4100), "0013961168")], most=100)
    both = suggested_rules(
        [((card, CardFormat.EM4100), "0013961168"), ((other, CardFormat.EM4100), "0025783764944"[-10:])], most=100
    )
    assert "decimal" in one
    assert "decimal" not in both


@pytest.mark.parametrize(
    ("text", "printed", "rule"),
    [
        ("0013961168", "0013961168", "hex"),
        ("0600D507D0", "0013961168", "from-hex decimal"),
        ("1724861890", "3259879270", "from-decimal:4 reversed decimal"),
        ("13961168", "0013961168", "digits:10"),
    ],
)
def test_text_of_a_reader(text: str, printed: str, rule: str) -> None:
    found = suggested_rules([((text.encode(), CardFormat.TEXT), printed)])
    assert found[0] == rule


@given(
    st.binary(min_size=4, max_size=10),
    st.sampled_from(["", "last:4 ", "first:4 ", "last:3 "]),
    st.sampled_from(["", "reversed "]),
    st.sampled_from(BadgeNumberForm),
)
def test_a_number_made_by_a_rule_is_found_again(card: bytes, part: str, turn: str, form: BadgeNumberForm) -> None:
    number = rule_of(f"{part}{turn}{form.value}").number_of(card)
    found = suggested_rules([((card, CardFormat.UNKNOWN), number)], most=1000)
    assert found
    assert all(rule_of(rule).number_of(card) == number for rule in found)


def test_numbers_of_two_cards() -> None:
    cards = [((EM_A, CardFormat.EM4100), "0013961168"), ((EM_B, CardFormat.EM4100), "0040856634")]
    assert suggested_rules(cards)[0] == "decimal"
