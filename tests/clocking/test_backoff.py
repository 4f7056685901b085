from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.backoff import FIRST_BOUND_SECONDS, backoff_seconds

failures = st.integers(0, 10**9)
longest = st.floats(1, 3600)


@given(failures, longest, st.floats(0, 1))
def test_it_lies_between_nothing_and_the_longest(count: int, longest_seconds: float, drawn: float) -> None:
    assert 0 <= backoff_seconds(count, longest_seconds, lambda: drawn) <= longest_seconds


@given(failures, longest, st.floats(0, 1))
def test_it_never_shrinks_while_it_goes_on_failing(count: int, longest_seconds: float, drawn: float) -> None:
    first, second = (backoff_seconds(one, longest_seconds, lambda: drawn) for one in (count, count + 1))
    assert first <= second


def test_the_bound_doubles_up_to_the_longest() -> None:
    assert [backoff_seconds(count, 5, lambda: 1.0) for count in (1, 2, 3, 4, 100)] == [FIRST_BOUND_SECONDS, 2, 4, 5, 5]


def test_the_jitter_is_full() -> None:
    assert backoff_seconds(3, 60, lambda: 0.0) == 0
    assert backoff_seconds(3, 60, lambda: 0.5) == 2
