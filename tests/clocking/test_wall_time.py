"""From an instant to a wall time: every zone, both changes of the clocks, compared with plain offset arithmetic."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from terminal_app.clocking.wall_time import MINUTES_A_DAY, WallTime, wall_time_of

BRUSSELS = ZoneInfo("Europe/Brussels")
NAIVE = st.datetimes(datetime(1995, 1, 1), datetime(2060, 1, 1))  # noqa: DTZ001 # hypothesis takes naive bounds
INSTANTS = NAIVE.map(lambda naive: naive.replace(tzinfo=UTC))
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
SECOND = timedelta(seconds=1)
# In 2026: 29 March 01:00 UTC and 25 October 01:00 UTC.
FORWARD = datetime(2026, 3, 29, 1, tzinfo=UTC)
BACK = datetime(2026, 10, 25, 1, tzinfo=UTC)


def by_offset(instant: datetime, offset: timedelta) -> WallTime:
    """The wall time by counting minutes from 1970, with no calendar library but the ordinal of a day."""
    seconds = (instant - datetime(1970, 1, 1, tzinfo=UTC) + offset) // SECOND
    days, second_of_day = divmod(seconds, 86400)
    return WallTime(date.fromordinal(date(1970, 1, 1).toordinal() + days), second_of_day // 60)


def offset_of(instant: datetime, zone: ZoneInfo) -> timedelta:
    offset = instant.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


@given(INSTANTS, ZONES)
def test_it_is_utc_plus_the_offset_with_the_seconds_cut(instant: datetime, zone: ZoneInfo) -> None:
    assert wall_time_of(instant, zone) == by_offset(instant, offset_of(instant, zone))


@given(st.integers(-3 * 3600, 3 * 3600), st.sampled_from([FORWARD, BACK]))
def test_around_both_changes_brussels_is_one_or_two_hours_ahead(seconds: int, change: datetime) -> None:
    instant = change + seconds * SECOND
    is_summer = (instant >= change) == (change == FORWARD)
    assert wall_time_of(instant, BRUSSELS) == by_offset(instant, timedelta(hours=2 if is_summer else 1))


@given(INSTANTS, ZONES)
def test_the_minute_lies_within_the_day(instant: datetime, zone: ZoneInfo) -> None:
    assert 0 <= wall_time_of(instant, zone).minute < MINUTES_A_DAY


@given(INSTANTS, ZONES, st.integers(-14 * 3600, 14 * 3600))
def test_the_zone_in_which_an_instant_is_written_does_not_matter(instant: datetime, zone: ZoneInfo, ahead: int) -> None:
    elsewhere = instant.astimezone(timezone(ahead * SECOND))
    assert wall_time_of(elsewhere, zone) == wall_time_of(instant, zone)


@given(INSTANTS, ZONES, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_later_is_never_earlier_on_the_wall_unless_the_clocks_went_back(
    instant: datetime, zone: ZoneInfo, elapsed: timedelta
) -> None:
    assume(offset_of(instant, zone) <= offset_of(instant + elapsed, zone))
    assert wall_time_of(instant, zone) <= wall_time_of(instant + elapsed, zone)


@given(st.integers(0, 3599), st.integers(0, 3599))
def test_within_either_pass_of_the_repeated_hour_the_order_stays(one: int, other: int) -> None:
    assume(one <= other)
    for begin in (BACK - timedelta(hours=1), BACK):
        first, second = (wall_time_of(begin + seconds * SECOND, BRUSSELS) for seconds in (one, other))
        assert first <= second
        assert 120 <= first.minute < 180


@given(st.integers(0, 3599))
def test_both_passes_of_the_repeated_hour_read_the_same(seconds: int) -> None:
    instant = BACK + seconds * SECOND
    assert wall_time_of(instant, BRUSSELS) == wall_time_of(instant - timedelta(hours=1), BRUSSELS)


@given(st.integers(-48 * 60, 48 * 60))
def test_nobody_clocks_in_the_hour_that_does_not_exist(minutes: int) -> None:
    wall = wall_time_of(FORWARD + timedelta(minutes=minutes), BRUSSELS)
    assert wall.date != date(2026, 3, 29) or not 120 <= wall.minute < 180


@given(NAIVE, ZONES)
def test_a_naive_instant_is_refused(instant: datetime, zone: ZoneInfo) -> None:
    with pytest.raises(ValueError, match="time zone"):
        wall_time_of(instant, zone)


class NoOffset(tzinfo):
    """A zone that does not know its offset: Python counts such a datetime as naive."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None

    def dst(self, _: datetime | None) -> timedelta | None:
        return None

    def tzname(self, _: datetime | None) -> str | None:
        return None


def test_an_instant_whose_zone_has_no_offset_is_naive_too() -> None:
    with pytest.raises(ValueError, match="time zone"):
        wall_time_of(datetime(2026, 7, 1, tzinfo=NoOffset()), BRUSSELS)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(-1440, 2880), st.integers(-1, 1))
def test_one_moment_written_on_a_neighbouring_day_is_the_same_moment(day: date, minute: int, days: int) -> None:
    moved = WallTime(day + timedelta(days=days), minute - days * MINUTES_A_DAY)
    assert moved.moment_in_minutes == WallTime(day, minute).moment_in_minutes


@pytest.mark.parametrize(
    ("minute", "text"), [(0, "2026-07-01 00:00"), (487, "2026-07-01 08:07"), (1439, "2026-07-01 23:59")]
)
def test_it_reads_as_a_date_and_a_clock(minute: int, text: str) -> None:
    assert str(WallTime(date(2026, 7, 1), minute)) == text
