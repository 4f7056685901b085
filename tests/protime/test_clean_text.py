import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from terminal_app.clocking.clean_text import clean_text

any_text = st.text(st.characters(codec=None), max_size=400)


@given(any_text)
@example("\x1b]0;title\x07")
@example("\ud800\u202e\ue000\U000e0001")
@example("é" * 300)
def test_nothing_harmful_is_left(text: str) -> None:
    cleaned = clean_text(text)
    assert len(cleaned) <= 200
    assert {unicodedata.category(one) for one in cleaned}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn"})
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert clean_text(cleaned) == cleaned
    cleaned.encode()


@given(st.text(st.characters(categories=["L", "Nd", "P", "S"]), max_size=50))
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert clean_text(text) == unicodedata.normalize("NFC", text)


def test_what_becomes_of_an_escape_sequence() -> None:
    assert clean_text("a\x1b[31mb\n") == "a\ufffd[31mb\ufffd"
    assert clean_text("Zoe\u0308") == "Zoë"
    assert clean_text("abcdef", longest=3) == "abc"
