"""When a second read is the same read."""

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.repeats import SAME_READ_SECONDS, is_same_read

NANOSECONDS = st.integers(0, 10**18)
WITHIN = int(SAME_READ_SECONDS * 1_000_000_000)


@given(st.text(), NANOSECONDS, st.integers(0, WITHIN - 1))
def test_one_badge_within_the_time_is_one_read(badge: str, earlier: int, elapsed: int) -> None:
    assert is_same_read(badge, earlier + elapsed, badge, earlier)


@given(st.text(), NANOSECONDS, st.integers(WITHIN, 10**15))
def test_later_it_is_a_second_read(badge: str, earlier: int, elapsed: int) -> None:
    assert not is_same_read(badge, earlier + elapsed, badge, earlier)


@given(st.text(), NANOSECONDS, st.integers(1, 10**15))
def test_a_clock_of_before_a_start_proves_nothing(badge: str, now: int, ahead: int) -> None:
    assert not is_same_read(badge, now, badge, now + ahead)


@given(st.text(), st.none() | st.text(), NANOSECONDS, st.integers(0, WITHIN))
def test_another_badge_is_never_the_same_read(badge: str, other: str | None, earlier: int, elapsed: int) -> None:
    if badge != other:
        assert not is_same_read(badge, earlier + elapsed, other, earlier)
