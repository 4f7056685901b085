"""When a second read is the same read."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.repeats import SAME_READ_SECONDS, LatestReads, is_within

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


@given(st.text(), NANOSECONDS, st.integers(1, 20))
def test_repeats_in_a_row_are_counted(badge: str, now: int, repeats: int) -> None:
    reads = LatestReads()
    assert reads.in_a_row(badge) == 0
    for count in range(repeats):
        reads.repeats(badge, now + count)
        assert reads.in_a_row(badge) == count
    reads.repeats(badge, now + repeats + WITHIN)
    assert reads.in_a_row(badge) == 0


@given(st.integers(-200, 200), st.integers(-200, 200), st.booleans())
def test_both_clocks_have_to_say_that_it_is_soon_after(wall: int, boot: int, same_boot: bool) -> None:
    start = Moment(datetime(2026, 7, 1, tzinfo=UTC), 0, 10**12, "one")
    then = Moment(start.instant + timedelta(seconds=wall), 0, 10**12 + boot * 10**9, "one" if same_boot else "two")
    assert is_within(60, start, then) is (0 <= wall < 60 and (not same_boot or 0 <= boot < 60))
    assert not is_within(0, start, then)
