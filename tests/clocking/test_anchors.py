"""From the boot-time clock to the true time: never further off than is said."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from terminal_app.clocking.anchors import DRIFT_PPM, LARGEST_CONFLICT, Anchor, AnchorSource, true_time

START = datetime(2026, 7, 1, 6, tzinfo=UTC)
DAY_US = 86_400_000_000
MICROSECOND = timedelta(microseconds=1)
READINGS = st.integers(0, 30 * DAY_US)
DRIFTS = st.integers(-DRIFT_PPM, DRIFT_PPM)
ERRORS_US = st.integers(0, 2_000_000)
SOURCES = st.sampled_from(AnchorSource)


def true_at(boottime_us: int, drift_ppm: int) -> datetime:
    """The boot-time clock of this world runs fast by so many microseconds a second."""
    return START + timedelta(microseconds=boottime_us - boottime_us * drift_ppm // 1_000_000)


@st.composite
def anchors(draw: st.DrawFn, drift_ppm: int, source: AnchorSource) -> Anchor:
    """One that tells the truth, give or take what it says."""
    reading, error = draw(READINGS), draw(ERRORS_US)
    off = draw(st.integers(-error, error))
    instant = true_at(reading, drift_ppm) + timedelta(microseconds=off)
    return Anchor("boot", reading * 1000, instant, timedelta(microseconds=error), source)


@given(st.data(), DRIFTS, READINGS, SOURCES)
def test_the_truth_lies_within_the_bound(data: st.DataObject, drift_ppm: int, at: int, source: AnchorSource) -> None:
    some = data.draw(st.lists(anchors(drift_ppm, source), min_size=1, max_size=5))
    found = true_time(at * 1000, some)
    assert found is not None
    assert abs(found.instant - true_at(at, drift_ppm)) <= found.error + 2 * MICROSECOND


@given(st.data(), DRIFTS, READINGS)
def test_one_more_anchor_at_the_reading_itself_decides(data: st.DataObject, drift_ppm: int, at: int) -> None:
    exact = Anchor("boot", at * 1000, true_at(at, drift_ppm), timedelta(0), AnchorSource.KERNEL)
    others = data.draw(st.lists(anchors(drift_ppm, AnchorSource.KERNEL), max_size=4))
    assume(all(one.boottime_ns != exact.boottime_ns for one in others))
    found = true_time(at * 1000, [*others, exact])
    assert found is not None
    assert (found.instant, found.error) == (exact.instant, timedelta(0))


def test_between_two_exact_ones_a_steady_drift_leaves_no_error() -> None:
    day = [Anchor("b", us * 1000, true_at(us, 50), timedelta(0), AnchorSource.KERNEL) for us in (0, DAY_US)]
    found = true_time(DAY_US // 2 * 1000, day)
    assert found is not None
    assert abs(found.instant - true_at(DAY_US // 2, 50)) <= MICROSECOND


def test_a_day_before_the_first_sync_the_drift_is_all_that_is_wrong() -> None:
    anchor = Anchor("b", DAY_US * 1000, true_at(DAY_US, 50), timedelta(milliseconds=50), AnchorSource.KERNEL)
    found = true_time(0, [anchor])
    assert found is not None
    assert abs(found.instant - true_at(0, 50)) <= timedelta(seconds=4.4)
    assert found.error == timedelta(milliseconds=50) + timedelta(seconds=8.64)


def test_without_an_anchor_nothing_is_known() -> None:
    assert true_time(1, []) is None


@given(st.integers(0, 600), st.booleans())
def test_two_kinds_that_contradict_each_other_say_nothing(seconds: int, is_ahead: bool) -> None:
    apart = timedelta(seconds=seconds if is_ahead else -seconds)
    kernel = Anchor("b", 10**9, START, timedelta(seconds=1), AnchorSource.KERNEL)
    server = Anchor("b", 10**9, START + apart, timedelta(seconds=1), AnchorSource.SERVER)
    found = true_time(10**9, [kernel, server])
    assert (found is None) == (abs(apart) > LARGEST_CONFLICT + timedelta(seconds=2))


@given(st.integers(-(2**63), 2**63), st.integers(-(2**63), 2**63))
def test_any_reading_of_a_damaged_file_is_borne(one: int, other: int) -> None:
    anchor = Anchor("b", one, datetime(9998, 12, 31, tzinfo=UTC), timedelta(0), AnchorSource.KERNEL)
    true_time(other, [anchor])
