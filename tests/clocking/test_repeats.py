"""When a second read is the same read."""

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.repeats import SAME_READ_SECONDS, LatestReads

NANOSECONDS = st.integers(0, 10**18)
WITHIN = int(SAME_READ_SECONDS * 1_000_000_000)


@given(st.text(), NANOSECONDS, st.lists(st.integers(0, WITHIN - 1)))
def test_one_badge_again_and_again_within_the_time_is_one_read(badge: str, now: int, pauses: list[int]) -> None:
    reads = LatestReads()
    assert not reads.repeats(badge, now)
    for pause in pauses:
        now += pause
        assert reads.repeats(badge, now)


@given(st.text(), NANOSECONDS, st.integers(WITHIN, 10**15))
def test_later_it_is_a_second_read(badge: str, earlier: int, elapsed: int) -> None:
    reads = LatestReads()
    reads.repeats(badge, earlier)
    assert not reads.repeats(badge, earlier + elapsed)


@given(st.text(), NANOSECONDS, st.integers(1, 10**15))
def test_a_clock_of_before_a_start_proves_nothing(badge: str, now: int, ahead: int) -> None:
    reads = LatestReads()
    reads.repeats(badge, now + ahead)
    assert not reads.repeats(badge, now)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, WITHIN)), max_size=40))
def test_each_badge_is_judged_by_its_own_reads(steps: list[tuple[str, int]]) -> None:
    reads, now, latest = LatestReads(), 0, dict[str, int]()
    for badge, pause in steps:
        now += pause
        expected = badge in latest and now - latest[badge] < WITHIN
        assert reads.repeats(badge, now) is expected
        latest[badge] = now


@given(st.text(), st.text(), NANOSECONDS)
def test_what_is_forgotten_is_new(badge: str, other: str, now: int) -> None:
    reads = LatestReads()
    reads.repeats(badge, now)
    reads.forget(other)
    assert reads.repeats(badge, now) is (badge != other)
