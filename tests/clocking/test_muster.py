"""The evacuation list: nobody who may be in is missing, and those who are in for sure are told so."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.muster import Certainty, Doubt, Sign, SignKind, Source, muster
from terminal_app.clocking.wall_time import WallTime

DAY = date(2026, 3, 11)
BEGIN = DAY - timedelta(days=2)
IN_OUT, REASON, ACTIVITY, DOOR = SignKind.IN_OUT, SignKind.REASON, SignKind.ACTIVITY, SignKind.DOOR


def sign(text: str, kind: SignKind = IN_OUT, days: int = 0, **more: object) -> Sign:
    """Of person 1, at hh:mm of DAY or so many days later; hours may pass 23."""
    hour, minute = map(int, text.split(":"))
    whole = Sign(1, kind, WallTime(DAY + timedelta(days=days), 60 * hour + minute))
    return replace(whole, **more)  # type: ignore[arg-type] # the test's own fields


def at(text: str, days: int = 0) -> WallTime:
    return sign(text, days=days).at


def verdict(signs: list[Sign], moment: WallTime) -> Certainty | None:
    found = muster(signs, moment, BEGIN)
    assert len(found) <= 1
    return found[0].certainty if found else None


days = st.integers(-2, 0)
signs = st.builds(
    lambda who, kind, day, minute, order, generated: Sign(
        who, kind, WallTime(DAY + timedelta(days=day), minute), Source.PROTIME, order, generated
    ),
    st.sampled_from([1, 2, "badge"]),
    st.sampled_from(SignKind),
    days,
    st.integers(-600, 2000),
    st.integers(0, 3),
    st.booleans(),
)
moments = st.builds(lambda minute: WallTime(DAY, minute), st.integers(0, 1439))


@given(st.sets(st.integers(0, 1439), max_size=12).map(sorted), st.integers(0, 1439))
def test_in_outs_of_a_day_alternate_from_the_first(minutes: list[int], now: int) -> None:
    before = [one for one in minutes if one <= now]
    found = verdict([Sign(1, IN_OUT, WallTime(DAY, one)) for one in minutes], WallTime(DAY, now))
    if len(before) % 2 == 0:
        assert found is None
    else:
        assert found is (Certainty.SURE if now - before[-1] <= 14 * 60 else Certainty.PERHAPS)


@given(st.lists(signs, max_size=12), moments)
def test_the_order_of_reading_is_nothing(found: list[Sign], moment: WallTime) -> None:
    unlike = list({(one.who, one.at.moment_in_minutes, one.order): one for one in found}.values())
    shuffled = sorted(unlike, key=lambda one: (one.order, one.at.minute))
    assert {(one.who, one.certainty) for one in muster(unlike, moment, BEGIN)} == {
        (one.who, one.certainty) for one in muster(shuffled, moment, BEGIN)
    }


@given(st.lists(signs, max_size=12), st.lists(signs, max_size=6), moments)
def test_what_was_deleted_never_happened(found: list[Sign], deleted: list[Sign], moment: WallTime) -> None:
    assert muster(found + [replace(one, is_deleted=True) for one in deleted], moment, BEGIN) == muster(
        found, moment, BEGIN
    )


@given(st.lists(signs, max_size=12), moments)
def test_what_comes_later_counts_not_yet(found: list[Sign], moment: WallTime) -> None:
    earlier = [one for one in found if one.at.moment_in_minutes <= moment.moment_in_minutes]
    assert muster(found, moment, BEGIN) == muster(earlier, moment, BEGIN)


@given(st.lists(signs, max_size=12), signs.filter(lambda one: one.kind is not IN_OUT or one.is_generated), moments)
def test_a_doubtful_sign_takes_nobody_off_the_list(found: list[Sign], more: Sign, moment: WallTime) -> None:
    before = {one.who for one in muster(found, moment, BEGIN)}
    assert before <= {one.who for one in muster([*found, more], moment, BEGIN)}


@given(st.lists(signs, max_size=12), moments)
def test_each_has_evidence_and_doubt_has_a_cause(found: list[Sign], moment: WallTime) -> None:
    for one in muster(found, moment, BEGIN):
        assert one.evidence in found
        assert one.evidence.who == one.who
        assert (one.certainty is Certainty.SURE) == (one.doubts == ())


@given(st.integers(18 * 60, 1439), st.integers(1, 11 * 60), st.booleans())
def test_a_night_shift_goes_over_midnight(start: int, length: int, is_moved: bool) -> None:
    coming = Sign(1, IN_OUT, WallTime(DAY - timedelta(days=1), start))
    end = start + length
    minute = (DAY - timedelta(days=1), end) if is_moved else (DAY - timedelta(days=1 - end // 1440), end % 1440)
    going = Sign(1, IN_OUT, WallTime(*minute))
    before, after = (WallTime(DAY - timedelta(days=1), end + step) for step in (-1, 1))
    assert verdict([coming, going], before) is Certainty.SURE
    assert verdict([coming, going], after) is None


@pytest.mark.parametrize(
    ("found", "moment", "expected"),
    [
        ([sign("8:00")], at("12:00"), Certainty.SURE),
        ([sign("8:00"), sign("12:00")], at("12:30"), None),
        # an out was forgotten yesterday
        ([sign("8:00", days=-1)], at("7:00"), Certainty.PERHAPS),
        ([sign("8:00", days=-1)], at("8:01"), None),
        ([sign("8:00", days=-1), sign("8:05")], at("9:00"), Certainty.SURE),
        ([sign("8:00", days=-1), sign("8:05"), sign("17:00")], at("18:00"), None),
        # twelve hours over midnight: either a long night or a forgotten out
        ([sign("20:00", days=-1), sign("8:00")], at("9:00"), Certainty.PERHAPS),
        # moved to the day before: surely an out
        ([sign("20:00", days=-1), sign("32:00", days=-1)], at("9:00"), None),
        # a reason may be an out
        ([sign("8:00"), sign("10:00", REASON)], at("11:00"), Certainty.PERHAPS),
        ([sign("8:00"), sign("10:00", REASON), sign("11:00")], at("12:00"), Certainty.PERHAPS),
        ([sign("10:00", REASON)], at("12:00"), Certainty.PERHAPS),
        # an activity and a door are no in/outs
        ([sign("8:00"), sign("10:00", ACTIVITY), sign("10:30", DOOR)], at("11:00"), Certainty.SURE),
        ([sign("8:00"), sign("12:00"), sign("12:20", DOOR)], at("12:30"), Certainty.PERHAPS),
        ([sign("7:55", DOOR), sign("8:00")], at("8:30"), Certainty.SURE),
        ([sign("7:55", DOOR), sign("8:00"), sign("12:00")], at("12:30"), None),
        ([sign("7:55", DOOR)], at("8:30"), Certainty.PERHAPS),
        ([sign("7:55", ACTIVITY, is_generated=True)], at("8:30"), None),
        ([sign("20:00", DOOR, days=-1)], at("10:01"), None),
        # Protime closed the day by itself
        ([sign("8:00"), sign("17:00", is_generated=True)], at("18:00"), Certainty.PERHAPS),
        # held to the reader twice
        ([sign("8:00"), sign("8:00", order=1)], at("9:00"), Certainty.PERHAPS),
    ],
)
def test_cases(found: list[Sign], moment: WallTime, expected: Certainty | None) -> None:
    assert verdict(found, moment) is expected


def test_the_doubt_says_why() -> None:
    (one,) = muster([sign("8:00"), sign("10:00", REASON)], at("11:00"), BEGIN)
    assert one.doubts == (Doubt.REASON,)
    assert one.evidence == sign("8:00")
