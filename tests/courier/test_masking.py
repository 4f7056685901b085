from hypothesis import given
from hypothesis import strategies as st

from terminal_app.courier.masking import masked


@given(st.text(min_size=5, max_size=20))
def test_two_characters_are_left(badge_number: str) -> None:
    assert masked(badge_number) == "*" + badge_number[-2:]


@given(st.text(max_size=4))
def test_a_short_one_tells_nothing(badge_number: str) -> None:
    assert masked(badge_number) == "*"
