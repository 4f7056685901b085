"""A receipt is read back however it is typed, and a slip is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.audit.receipt import read_receipt, receipt_of

HASHES = st.binary(min_size=32, max_size=32)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_vectors() -> None:
    assert receipt_of(bytes(32)) == "0000-0000"
    # The first 35 bits are 0 4 1 0 6 1 0; the check is 4a^6 + 1a^5 + 6a^3 + 1a^2 in GF(32), a being 2.
    assert receipt_of(bytes.fromhex("0102030405")) == "0410-610S"


@given(HASHES)
def test_it_is_read_back_as_it_is_typed(own: bytes) -> None:
    code = receipt_of(own)
    assert len(code) == 9
    for typed in (
        code,
        code.lower(),
        code.replace("-", ""),
        f" {code[:2]} {code[2:]} ".replace("1", "l").replace("0", "O"),
    ):
        assert read_receipt(typed) == code


@given(HASHES, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(own: bytes, at: int, wrong: str) -> None:
    code = receipt_of(own).replace("-", "")
    if code[at] != wrong:
        assert read_receipt(code[:at] + wrong + code[at + 1 :]) is None


@given(HASHES, st.integers(0, 7), st.integers(0, 7))
def test_two_exchanged_characters_are_noticed(own: bytes, one: int, other: int) -> None:
    code = list(receipt_of(own).replace("-", ""))
    if code[one] != code[other]:
        code[one], code[other] = code[other], code[one]
        assert read_receipt("".join(code)) is None


@pytest.mark.parametrize("typed", ["", "123", "0000-000U", "0000-00000", "\u0660" * 8])
def test_what_is_no_code(typed: str) -> None:
    assert read_receipt(typed) is None
