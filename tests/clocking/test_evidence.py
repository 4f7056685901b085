"""The terminal's own in/outs joined with what Protime shows: each passage counts once, as Protime has it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.counters import DayClocking
from terminal_app.clocking.direction import Direction, Doubt
from terminal_app.clocking.evidence import instant_of, joined
from terminal_app.clocking.proposal import EarlierInOut, propose
from terminal_app.clocking.wall_time import WallTime, wall_time_of

ZONE = ZoneInfo("Europe/Brussels")
DAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 15, tzinfo=UTC)
"""17:00."""
MINUTES = st.lists(st.integers(0, 16 * 60), unique=True, max_size=8).map(sorted)


def own(minute: int, protime_id: int | None = None) -> EarlierInOut:
    instant = instant_of(WallTime(DAY, minute), ZONE)
    return EarlierInOut(instant, NOW - instant, DAY, protime_id)


def synced(
    protime_id: int, minute: int, *, was: int | None = None, kind: str = "InOut", deleted: bool = False, day: date = DAY
) -> DayClocking:
    original = None if was is None else WallTime(DAY, was)
    return DayClocking(protime_id, 1, WallTime(day, minute), original, kind, None, (), False, deleted)


def minutes_of(found: list[EarlierInOut]) -> list[int]:
    return [wall_time_of(one.instant, ZONE).minute for one in found]


@given(MINUTES)
def test_without_anything_from_protime_it_stays_as_it_is(minutes: list[int]) -> None:
    mine = [own(minute) for minute in minutes]
    assert joined(mine, [], NOW, ZONE) == mine


@given(MINUTES, st.data())
def test_what_protime_shows_of_our_own_counts_once_known_by_its_number_or_its_minute(
    minutes: list[int], data: st.DataObject
) -> None:
    known = data.draw(st.lists(st.booleans(), min_size=len(minutes), max_size=len(minutes)))
    shown = data.draw(st.lists(st.booleans(), min_size=len(minutes), max_size=len(minutes)))
    mine = [
        own(minute, number if is_known else None)
        for number, (minute, is_known) in enumerate(zip(minutes, known, strict=True))
    ]
    records = [synced(number, minute) for number, minute in enumerate(minutes) if shown[number]]
    found = joined(mine, records, NOW, ZONE)
    assert found == mine
    assert propose(found, DAY) == propose(mine, DAY)


@given(MINUTES, st.sets(st.integers(0, 7)))
def test_a_deleted_one_never_happened(minutes: list[int], deleted: set[int]) -> None:
    mine = [own(minute, number) for number, minute in enumerate(minutes)]
    records = [synced(number, minute, deleted=number in deleted) for number, minute in enumerate(minutes)]
    kept = [minute for number, minute in enumerate(minutes) if number not in deleted]
    assert minutes_of(joined(mine, records, NOW, ZONE)) == kept


def test_an_edited_one_happened_when_the_edit_says() -> None:
    (found,) = joined([own(8 * 60, 5)], [synced(5, 9 * 60, was=8 * 60)], NOW, ZONE)
    assert minutes_of([found]) == [9 * 60]
    assert (found.ago, found.doubts) == (timedelta(hours=8), frozenset({Doubt.EDITED}))
    # Also while its number in Protime is not known here.
    assert minutes_of(joined([own(8 * 60)], [synced(5, 9 * 60, was=8 * 60)], NOW, ZONE)) == [9 * 60]


def test_in_at_another_terminal_is_out_here_and_said_to_be_weak() -> None:
    found = joined([], [synced(5, 8 * 60)], NOW, ZONE)
    assert propose(found, DAY).direction is Direction.OUT
    assert propose(found, DAY).doubts == (Doubt.ELSEWHERE,)


def test_a_night_shift_shown_on_the_day_before_keeps_its_place() -> None:
    found = joined([own(30, 5)], [synced(5, 1440 + 30, day=DAY - timedelta(days=1))], NOW, ZONE)
    assert found == [own(30, 5)]


@given(MINUTES, MINUTES)
def test_all_are_in_their_order_and_none_is_of_the_time_to_come(mine: list[int], others: list[int]) -> None:
    records = [synced(number + 100, minute) for number, minute in enumerate([*others, 17 * 60 + 1, 23 * 60])]
    found = joined([own(minute) for minute in mine], records, NOW, ZONE)
    assert minutes_of(found) == sorted({*mine, *others})


def test_activities_change_no_direction() -> None:
    assert joined([], [synced(1, 480, kind="Activity"), synced(2, 490, kind="ActivityEnd")], NOW, ZONE) == []
