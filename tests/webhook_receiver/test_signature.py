"""Signatures of deliveries: known vectors, every form, and nothing else passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.webhook_receiver.signature import Encoding, Hash, SignatureRule

rules = st.builds(SignatureRule, st.just("X"), st.sampled_from(Hash), st.sampled_from(Encoding))
# RFC 4231, test case 2
KEY, BODY = "Jefe", b"what do ya want for nothing?"
SHA256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_a_vector() -> None:
    assert SignatureRule().signature(BODY, KEY) == SHA256


@pytest.mark.parametrize("given", [SHA256, SHA256.upper(), f"sha256={SHA256}", f" {SHA256} "])
def test_ways_to_write_it(given: str) -> None:
    assert SignatureRule().is_signed(BODY, given, ["other", KEY])


@given(rules, st.binary(max_size=50), st.text(max_size=20).filter(str.isprintable))
def test_what_was_signed_is_signed(rule: SignatureRule, body: bytes, key: str) -> None:
    assert rule.is_signed(body, rule.signature(body, key), [key])


@given(rules, st.binary(max_size=50), st.text(max_size=90))
def test_anything_else_is_not(rule: SignatureRule, body: bytes, given: str) -> None:
    assert not rule.is_signed(body, given, ["a key"])
    assert not rule.is_signed(body, rule.signature(body, "a key"), ["another key"])
    assert not rule.is_signed(body, rule.signature(body + b"x", "a key"), ["a key"])
    assert not rule.is_signed(body, "", [])
