"""What becomes of a clocking whose minute may be wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.anchors import Anchor, AnchorSource, Estimate, true_time
from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.doubtful_time import (
    Correct,
    Evidence,
    Settle,
    TimeRules,
    TimeSettled,
    Verdict,
    Wait,
    in_seconds,
    is_another_minute,
    judge,
    waits_for_time,
)
from terminal_app.clocking.elapsed import elapsed
from terminal_app.clocking.time_quality import TimeQuality, TimeState

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
RULES = TimeRules(wait=HOUR, sends_doubtful=False, largest_error=30 * SECOND)
UNTRUSTED = TimeQuality(TimeState.UNTRUSTED, None)
QUALITIES = st.builds(
    TimeQuality, st.sampled_from(TimeState), st.none() | st.timedeltas(timedelta(0), timedelta(days=9))
)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ANCHORS = st.builds(
    Anchor,
    st.sampled_from(["now", "then"]),
    st.integers(0, 10**18),
    INSTANTS,
    st.timedeltas(timedelta(0), HOUR),
    st.sampled_from(AnchorSource),
)
MOMENTS = st.builds(Moment, INSTANTS, st.just(1), st.integers(0, 10**18), st.sampled_from(["now", "then"]))
EVIDENCE = st.builds(
    Evidence, MOMENTS, QUALITIES, st.lists(ANCHORS, max_size=3), st.none() | ANCHORS, st.none() | ANCHORS
)


def at(seconds: float, boot: str = "now", *, said: datetime = NOW) -> Moment:
    return Moment(said, 1, int(seconds * 1e9), boot)


def anchor(seconds: float, instant: datetime = NOW, *, boot: str = "now", server: bool = False) -> Anchor:
    source = AnchorSource.SERVER if server else AnchorSource.KERNEL
    return Anchor(boot, int(seconds * 1e9), instant, SECOND / 2 if server else SECOND / 20, source)


def verdict(evidence: Evidence, *, waited: timedelta = timedelta(0), rules: TimeRules = RULES) -> Verdict:
    return judge(evidence, at(1000), waited=waited, rules=rules)


def test_what_was_read_before_the_first_sync_is_corrected_by_it() -> None:
    said = datetime(1970, 1, 1, 0, 1, tzinfo=UTC)
    found = verdict(Evidence(at(60, said=said), UNTRUSTED, [anchor(660)]))
    assert found == Correct(Estimate(NOW - 600 * SECOND, SECOND / 20 + SECOND * 0.06, AnchorSource.KERNEL))


def test_a_jumped_clock_is_corrected_by_the_anchor_before_it() -> None:
    jumped = TimeQuality(TimeState.JUMPED, timedelta(days=3650))
    found = verdict(Evidence(at(660, said=NOW + timedelta(days=3650)), jumped, [anchor(60)]))
    assert isinstance(found, Correct)
    assert found.estimate.instant == NOW + 600 * SECOND


def test_a_server_sets_no_clock_right_that_it_agrees_with() -> None:
    agreed = verdict(Evidence(at(60, said=NOW + 0.4 * SECOND), UNTRUSTED, [anchor(60, server=True)]))
    assert agreed == Settle(TimeSettled.BOUNDED, "its time is right to 0.9 s")
    other = verdict(Evidence(at(60, said=NOW + 0.6 * SECOND), UNTRUSTED, [anchor(60, server=True)]))
    assert isinstance(other, Correct)


@pytest.mark.parametrize(("off", "is_corrected"), [(0.01, False), (3, True)])
def test_a_minute_that_was_shown_as_good_moves_only_when_it_is_surely_wrong(off: float, is_corrected: bool) -> None:
    drifting = TimeQuality(TimeState.DRIFTING, 5 * SECOND)
    found = verdict(Evidence(at(60, said=NOW + off * SECOND), drifting, [anchor(60)]))
    assert isinstance(found, Correct) is is_corrected
    assert is_corrected or found == Wait()


@given(EVIDENCE, st.timedeltas(timedelta(0), HOUR - timedelta(microseconds=1)), st.booleans())
def test_before_the_wait_is_over_nobody_gives_up(evidence: Evidence, waited: timedelta, sends: bool) -> None:
    found = judge(evidence, at(1000), waited=waited, rules=RULES._replace(sends_doubtful=sends))
    assert not isinstance(found, Settle) or found.how is TimeSettled.BOUNDED


@given(EVIDENCE, st.timedeltas(HOUR, timedelta(days=30)), st.booleans())
def test_after_it_nothing_waits_for_ever(evidence: Evidence, waited: timedelta, sends: bool) -> None:
    found = judge(evidence, at(1000), waited=waited, rules=RULES._replace(sends_doubtful=sends))
    if waits_for_time(evidence.quality, None):
        assert not isinstance(found, Wait)
    if isinstance(found, Settle) and found.how is TimeSettled.ACCEPTED:
        assert sends


@given(EVIDENCE, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_what_is_corrected_is_what_the_anchors_say(evidence: Evidence, waited: timedelta) -> None:
    found = judge(evidence, at(1000), waited=waited, rules=RULES)
    if isinstance(found, Correct):
        assert found.estimate == true_time(evidence.moment.boottime_ns, evidence.anchors)


def test_one_of_a_former_boot_is_near_enough_between_two_known_times() -> None:
    evidence = Evidence(
        at(5, "then"),
        UNTRUSTED,
        [],
        before=anchor(9, NOW - 10 * SECOND, boot="first"),
        after=anchor(9, NOW + 20 * SECOND, boot="now"),
    )
    assert verdict(evidence) == Settle(TimeSettled.BOUNDED, "its time is right to 20 s")
    far = evidence._replace(after=anchor(9, NOW + 31 * SECOND))
    assert verdict(far) == Wait()
    assert verdict(evidence._replace(moment=at(5, "now"))) == Wait()  # of this boot: it may still be known


@pytest.mark.parametrize("sends", [False, True])
@pytest.mark.parametrize(
    ("evidence", "because"),
    [
        (Evidence(at(5, said=datetime(1970, 1, 1, tzinfo=UTC)), UNTRUSTED, []), "before this program"),
        (Evidence(at(5), UNTRUSTED, [], before=anchor(1, NOW + HOUR, boot="first")), "that had passed"),
        (Evidence(at(5, "then"), UNTRUSTED, [], after=anchor(1, NOW - HOUR)), "that had not come"),
    ],
)
def test_what_is_surely_wrong_is_never_sent(evidence: Evidence, because: str, sends: bool) -> None:
    found = verdict(evidence, waited=HOUR, rules=RULES._replace(sends_doubtful=sends))
    assert isinstance(found, Settle)
    assert found.how is TimeSettled.ASKED
    assert because in found.because


@pytest.mark.parametrize(("sends", "how"), [(False, TimeSettled.ASKED), (True, TimeSettled.ACCEPTED)])
def test_after_the_wait_the_setting_decides(sends: bool, how: TimeSettled) -> None:
    found = verdict(Evidence(at(5), UNTRUSTED, []), waited=HOUR, rules=RULES._replace(sends_doubtful=sends))
    assert isinstance(found, Settle)
    assert found.how is how


@given(st.none() | QUALITIES, st.none() | st.sampled_from(TimeSettled))
def test_only_a_doubt_that_has_not_ended_is_waited_for(quality: TimeQuality | None, how: TimeSettled | None) -> None:
    assert waits_for_time(quality, how) == (
        how is None and quality is not None and quality.state in (TimeState.UNTRUSTED, TimeState.JUMPED)
    )


@given(st.integers(-7200, 7200), st.integers(0, 120))
def test_another_minute_is_told_only_when_it_is_sure(seconds: int, error: int) -> None:
    true = Estimate(NOW + seconds * SECOND, error * SECOND, AnchorSource.KERNEL)
    possible = range(seconds - error, seconds + error + 1)
    assert is_another_minute(NOW + 59 * SECOND, true) == (not any(0 <= one < 60 for one in possible))


def test_an_error_is_rounded_up() -> None:
    assert [in_seconds(timedelta(milliseconds=one)) for one in (0, 1, 100, 1234)] == ["0 s", "0.1 s", "0.1 s", "1.3 s"]


@given(INSTANTS, INSTANTS, st.integers(0, 10**18), st.integers(0, 10**18), st.booleans())
def test_within_a_boot_no_wall_clock_counts(one: datetime, other: datetime, a: int, b: int, is_same: bool) -> None:
    earlier, later = Moment(one, 1, a, "boot"), Moment(other, 1, b, "boot" if is_same else "later")
    found = elapsed(earlier, later)
    expected = timedelta(microseconds=(b - a) // 1000) if is_same else other - one
    assert found == max(expected, timedelta(0))
