"""The rules of the zones: which are taken, and what they say of every change."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
import tzdata
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.wall_time import MINUTES_A_DAY, wall_time_of
from terminal_app.timekeeping.zones import PACKAGE_FOLDER, release_of, search_path, zone_of

MINUTE = timedelta(minutes=1)
ALL_ZONES = sorted(available_timezones() - {"localtime"})
LONG = os.environ.get("CLOCKING_TERMINAL_LONG_TESTS") == "1"
"""All zones and all transitions; else a sample of them."""


def system(folder: Path, name: str, first_line: str | None) -> str:
    made = folder / name
    made.mkdir()
    if first_line is not None:
        (made / "tzdata.zi").write_text(first_line + "\n", encoding="ascii")
    return str(made)


def test_the_newer_rules_win_and_a_system_that_does_not_say_comes_last(tmp_path: Path) -> None:
    newer = system(tmp_path, "newer", "# version 2026g")
    older = system(tmp_path, "older", "# version 2025b")
    silent = system(tmp_path, "silent", None)
    found = search_path((silent, older, newer), Path("/package"), "2026b")
    assert found == [newer, "/package", silent, older]
    assert search_path((), Path("/package"), "2026b") == ["/package"]


def test_the_same_release_is_taken_from_the_package(tmp_path: Path) -> None:
    same = system(tmp_path, "same", "# version 2026b")
    assert search_path((same,), Path("/package"), "2026b") == ["/package", same]


@pytest.mark.parametrize(("line", "release"), [("# version 2025b", "2025b"), ("", None), ("garbage", None)])
def test_a_release_is_read_from_the_folder(tmp_path: Path, line: str, release: str | None) -> None:
    assert release_of(Path(system(tmp_path, "one", line))) == release


def test_the_package_knows_its_zones() -> None:
    assert (PACKAGE_FOLDER / "Europe" / "Brussels").is_file()
    assert tzdata.IANA_VERSION >= "2026a"


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../passwd", "/etc/passwd", "Europe", ""])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises((ValueError, OSError, LookupError)):
        zone_of(name)


def transitions(zone: ZoneInfo) -> list[datetime]:
    """The instants from 2020 to 2037 at which the offset changes, to the minute."""
    found = []
    day, end = datetime(2020, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
    step = timedelta(days=7)
    while day < end:
        if day.astimezone(zone).utcoffset() != (day + step).astimezone(zone).utcoffset():
            low, high = day, day + step
            while high - low > MINUTE:
                middle = low + (high - low) // 2
                is_before = middle.astimezone(zone).utcoffset() == day.astimezone(zone).utcoffset()
                low, high = (middle, high) if is_before else (low, middle)
            found.append(high)
        day += step
    return found


@pytest.mark.parametrize("name", ALL_ZONES if LONG else ["Europe/Brussels", "Africa/Casablanca", *ALL_ZONES[::60]])
def test_around_every_change_the_wall_time_is_the_instants_own(name: str) -> None:
    zone = zone_of(name)
    for change in transitions(zone):
        for minutes in range(-150, 151, 1 if LONG else 15):
            instant = change + minutes * MINUTE
            found, local = wall_time_of(instant, zone), instant.astimezone(zone)
            assert (found.date, found.minute) == (local.date(), local.hour * 60 + local.minute)
            assert 0 <= found.minute < MINUTES_A_DAY
            # Back from wall time, with the half of a repeated hour, is the same instant.
            back = datetime.combine(found.date, datetime.min.time(), zone).replace(
                hour=found.minute // 60, minute=found.minute % 60, fold=local.fold
            )
            assert back.astimezone(UTC) == instant - timedelta(seconds=local.second, microseconds=local.microsecond)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC)), st.sampled_from(ALL_ZONES))  # noqa: DTZ001
def test_seconds_are_cut_and_days_turn_at_midnight(instant: datetime, name: str) -> None:
    zone = zone_of(name)
    found = wall_time_of(instant, zone)
    same = wall_time_of(instant.replace(second=0, microsecond=0), zone)
    assert found == same
    assert found.date == instant.astimezone(zone).date()


def test_the_repeated_hour_has_one_wall_time_twice_and_two_instants() -> None:
    zone = zone_of("Europe/Brussels")
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert wall_time_of(first, zone) == wall_time_of(first + timedelta(hours=1), zone)


def test_the_hour_that_is_left_out_is_never_seen() -> None:
    zone = zone_of("Europe/Brussels")
    start = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    seen = {wall_time_of(start + number * MINUTE, zone).minute for number in range(120)}
    assert not seen & set(range(120, 180))


def test_a_night_over_midnight_has_two_days() -> None:
    zone = zone_of("Europe/Brussels")
    before, after = datetime(2026, 6, 30, 21, 59, 59, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert str(wall_time_of(before, zone)) == "2026-06-30 23:59"
    assert str(wall_time_of(after, zone)) == "2026-07-01 00:00"


def test_a_change_of_law_is_in_the_rules() -> None:
    # Kazakhstan gave up its second zone on 1 March 2024 (tzdata 2024a).
    zone = zone_of("Asia/Almaty")
    offsets = [datetime(2024, month, 15, tzinfo=UTC).astimezone(zone).utcoffset() for month in (2, 3)]
    assert offsets == [timedelta(hours=6), timedelta(hours=5)]
