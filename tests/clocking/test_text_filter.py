"""Letters find names: the beginnings of words, whatever the accents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.text_filter import folded, matching

NAMES = ["Électricité", "Onderhoud lijn 2", "Montage-Straße", "Lakken"]
KEYS = [folded(name, code) for name, code in zip(NAMES, ("E10", None, "M7", ""), strict=True)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("", [0, 1, 2, 3]), ("e", [0]), ("ELEC", [0]), ("é", [0]), ("l", [1, 3]), ("li", [1]), ("on 2", [1]),
     ("2 on", [1]), ("strasse", [2]), ("m7", [2]), ("e1", [0]), ("ijn", []), ("  ", [0, 1, 2, 3])],
)  # fmt: skip
def test_the_beginnings_of_words_are_found(typed: str, found: list[int]) -> None:
    assert matching(KEYS, typed) == found


@given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=6), st.characters())
def test_a_letter_more_finds_nothing_more(names: list[str], typed: str, letter: str) -> None:
    keys = [folded(name) for name in names]
    assert set(matching(keys, typed + letter)) <= set(matching(keys, typed)) or letter.isspace() or not letter.isalnum()


@given(st.text(max_size=20))
def test_a_name_is_found_by_itself(name: str) -> None:
    assert matching([folded(name)], name) == [0]
