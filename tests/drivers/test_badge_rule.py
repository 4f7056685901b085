"""Rules of words: each word, their order, what is refused, tables; and what holds for every card."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.badge_number import BadgeNumberError, BadgeNumberForm, badge_number
from drivers.badge_rule import BYTE_WORDS, LONGEST_NUMBER, TEXT_WORDS, known_words, rule_of
from drivers.check_digit import CheckDigit, check_digit
from drivers.frames.decoder import CardFormat
from tests.drivers.cards import EM_A, EM_B, MIFARE_4, MIFARE_7

cards = st.binary(min_size=3, max_size=26)  # more have no room in the longest number


@pytest.mark.parametrize(
    ("rule", "card", "number"),
    [
        ("hex", EM_A, "0600D507D0"),
        ("decimal", EM_A, "0013961168"),
        ("wiegand26", EM_A, "21302000"),
        ("2h4h", EM_A, "213,02000"),
        ("4h4h", EM_A, "00213,02000"),
        ("6h8d", EM_A, "13961168"),
        ("number digits:12", EM_A, "025783764944"),
        ("decimal", EM_B, "0040856634"),
        ("2h4h", EM_B, "111,27706"),
        ("4h4h", EM_B, "00623,27706"),
        ("6h8d", EM_B, "07302202"),
        ("number digits:12", EM_B, "004335823930"),
        ("decimal", MIFARE_4, "1724861890"),
        ("reversed decimal", MIFARE_4, "3259879270"),
        ("reversed hex", MIFARE_4, "C24DCF66"),
        ("last:3 wiegand26", MIFARE_4, "20719906"),
        ("first:3 reversed wiegand26", MIFARE_4, "07753094"),
        ("first:3 wiegand26", MIFARE_4, "10253069"),
        ("number", MIFARE_7, "1303689068602752"),
        ("reversed number", MIFARE_7, "36281498998055172"),
        ("first:4 decimal unpadded", MIFARE_7, "77705923"),
        ("last:4 hex", MIFARE_7, "C3D4E580"),
        ("wiegand37", bytes.fromhex("00075BCD15"), "00123456789"),
        ("wiegand37-facility", bytes.fromhex("0006A807D0"), "00213002000"),
        ("wiegand34", bytes.fromhex("00D507D0"), "0021302000"),
        ("bits-reversed hex", bytes.fromhex("01800F"), "8001F0"),
        ("last:4", EM_A, "00D507D0"),
        ("decimal cut:3-10", EM_A, "13961168"),
        ("decimal prefix:B- suffix:x", EM_A, "B-0013961168x"),
        ("hex lower", EM_A, "0600d507d0"),
        ("decimal unpadded digits:12", EM_A, "000013961168"),
        ("decimal add:luhn", bytes.fromhex("00D507D0"), "00139611685"),
        ("decimal unpadded", bytes(5), "0"),
    ],
)
def test_vectors(rule: str, card: bytes, number: str) -> None:
    assert rule_of(rule).number_of(card) == number


@pytest.mark.parametrize(
    ("rule", "text", "number"),
    [
        ("hex", "0013961168", "0013961168"),
        ("decimal", "213,02000", "213,02000"),
        ("last:4 decimal", "7", "7"),
        ("hex cut:1-3", "213,02000", "213"),
        ("from-decimal:4 hex", "0013961168", "00D507D0"),
        ("from-decimal:4 reversed decimal", "1724861890", "3259879270"),
        ("from-hex decimal", "0600D507D0", "0013961168"),
        ("uncheck:ean digits:14", "4006381333931", "00400638133393"),
        ("check:luhn", "79927398713", "79927398713"),
    ],
)
def test_text_is_a_number_already_unless_it_is_taken_as_bytes(rule: str, text: str, number: str) -> None:
    assert rule_of(rule).number_of(text.encode(), CardFormat.TEXT) == number


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("", "empty rule"),
        ("   ", "empty rule"),
        ("octal", "no such word: 'octal'"),
        ("decimals", 'did you mean "decimal"'),
        ("hex decimal", "decimal is out of place"),
        ("hex last:4", "last is out of place"),
        ("prefix:x hex", "hex is out of place"),
        ("hex from-hex", "from-hex is out of place"),
        ("from-hex from-decimal:4", "from-decimal is out of place"),
        ("hex:4", "stands alone"),
        ("reversed:1", "stands alone"),
        ("last", "last needs a number from 1 to 32"),
        ("last:0", "last needs"),
        ("last:-1", "last needs"),
        ("first:99999999999", "first needs"),
        ("digits:65", "digits needs a number from 1 to 64"),
        ("cut:4", "two places"),
        ("cut:5-4", "two places"),
        ("cut:0-4", "two places"),
        ("check:mod97", "check:luhn or check:ean"),
        ("prefix:", "needs text"),
        ("prefix:\u00e9", "needs text"),
        ("table:/no/such.csv", "/no/such.csv cannot be read: No such file"),
    ],
)
def test_what_is_no_rule_is_refused_in_words(rule: str, refusal: str) -> None:
    with pytest.raises(BadgeNumberError, match=re.escape(refusal)):
        rule_of(rule)


@pytest.mark.parametrize(
    ("rule", "card", "format"),
    [
        ("last:6", EM_A, CardFormat.UNKNOWN),
        ("first:6", EM_A, CardFormat.UNKNOWN),
        ("last:2", EM_A, CardFormat.UNKNOWN),
        ("decimal cut:5-11", EM_A, CardFormat.UNKNOWN),
        ("check:luhn", b"79927398710", CardFormat.TEXT),
        ("check:luhn", b"x", CardFormat.TEXT),
        ("check:luhn", b"0", CardFormat.TEXT),
        ("2h4h add:ean", EM_A, CardFormat.UNKNOWN),
        ("from-decimal:4", b"4294967296", CardFormat.TEXT),
        ("from-decimal:4", b"12a", CardFormat.TEXT),
        ("from-hex", b"123", CardFormat.TEXT),
        ("hex prefix:" + "9" * 60, EM_A, CardFormat.UNKNOWN),
    ],
)
def test_a_card_that_does_not_fit_is_refused_without_its_number(rule: str, card: bytes, format: CardFormat) -> None:  # noqa: A002
    with pytest.raises(BadgeNumberError) as refusal:
        rule_of(rule).number_of(card, format)
    assert "0600" not in str(refusal.value)
    assert "79927398710" not in str(refusal.value)


def test_a_table_gives_other_numbers_and_leaves_strangers_as_they_are(tmp_path: Path) -> None:
    table = tmp_path / "badges.csv"
    table.write_text('\ufeff0013961168, B-17\n\n"0040856634",B-18\n', encoding="utf-8")
    rule = rule_of(f"decimal table:{table}")
    assert rule.number_of(EM_A) == "B-17"
    assert rule.number_of(EM_B) == "B-18"
    assert rule.number_of(MIFARE_4) == "1724861890"


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"1,2\n1,3\n", "line 2: this number was there before"),
        (b"1\n", "line 1: a line is two numbers"),
        (b"1,2,3\n", "line 1"),
        (b"1,\n", "line 1"),
        (b"\xff\xfe", "no CSV file in UTF-8"),
        (b"1,\x1b[2J\n", "line 1"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, content: bytes, refusal: str) -> None:
    table = tmp_path / "badges.csv"
    table.write_bytes(content)
    with pytest.raises(BadgeNumberError, match=refusal):
        rule_of(f"decimal table:{table}")


@given(cards, st.sampled_from(BadgeNumberForm))
def test_a_form_alone_is_that_form(card: bytes, form: BadgeNumberForm) -> None:
    assert badge_number(card, form) == rule_of(form.value).number_of(card)


@given(cards, st.sampled_from(["hex", "decimal", "number", "wiegand37"]))
def test_reversed_twice_is_as_before(card: bytes, form: str) -> None:
    assert rule_of(f"reversed reversed {form}").number_of(card) == rule_of(form).number_of(card)
    assert rule_of(f"bits-reversed bits-reversed {form}").number_of(card) == rule_of(form).number_of(card)


@given(cards)
def test_no_two_cards_of_one_length_share_a_whole_number(card: bytes) -> None:
    number = rule_of("number").number_of(card)
    assert rule_of(f"from-decimal:{len(card)} hex").number_of(number.encode(), CardFormat.TEXT) == card.hex().upper()


@given(st.text("0123456789", min_size=1, max_size=30), st.sampled_from(CheckDigit), st.data())
def test_a_check_digit_notices_any_one_wrong_digit(number: str, kind: CheckDigit, data: st.DataObject) -> None:
    whole = number + check_digit(number, kind)
    assert rule_of(f"uncheck:{kind.value}").number_of(whole.encode(), CardFormat.TEXT) == number
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != whole[place]]))
    with pytest.raises(BadgeNumberError):
        rule_of(f"check:{kind.value}").number_of((whole[:place] + wrong + whole[place + 1 :]).encode(), CardFormat.TEXT)


words = st.sampled_from([*known_words(), "x"]).flatmap(
    lambda name: st.sampled_from([name, f"{name}:4", f"{name}:luhn", f"{name}:1-3", f"{name}:x"])
)


@given(st.lists(words, max_size=5).map(" ".join), cards, st.sampled_from(CardFormat))
def test_any_rule_and_card_give_a_number_or_the_named_error(rule: str, card: bytes, format: CardFormat) -> None:  # noqa: A002
    try:
        number = rule_of(rule).number_of(card.hex().encode() if format is CardFormat.TEXT else card, format)
    except BadgeNumberError:
        return
    assert 1 <= len(number) <= LONGEST_NUMBER
    assert number.isascii()
    assert number.isprintable()


def test_every_word_is_described() -> None:
    described = {word.partition(":")[0] for word in (*BYTE_WORDS, *TEXT_WORDS)} | {
        form.value for form in BadgeNumberForm
    }
    assert described == set(known_words())
