"""A clocking that does not fit together cannot be made."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ActivityLevel, Clocking, ClockingKind, Moment, Reason
from terminal_app.clocking.wall_time import WallTime

MOMENT = Moment(datetime(2026, 7, 1, 6, 1, tzinfo=UTC), 1, 1, "boot")


def level(number: int) -> ActivityLevel:
    return ActivityLevel(number, f"id-{number}", None, None)


def clocking(kind: ClockingKind, reason: Reason | None, levels: tuple[ActivityLevel, ...]) -> Clocking:
    wall_time = WallTime(date(2026, 7, 1), 481)
    return Clocking(UUID(int=1), "0600D507D0", 1, kind, MOMENT, wall_time, "door", reason, levels)


@given(
    st.sampled_from(ClockingKind),
    st.none() | st.builds(Reason, st.integers(1), st.none() | st.text()),
    st.lists(st.integers(0, 4), max_size=4),
)
def test_reason_and_levels_belong_to_their_kind_only(
    kind: ClockingKind, reason: Reason | None, numbers: list[int]
) -> None:
    fits = (
        (reason is not None) == (kind is ClockingKind.REASON)
        and (numbers != []) == (kind is ClockingKind.ACTIVITY)
        and all(number == place for place, number in enumerate(numbers, start=1))
    )
    levels = tuple(level(number) for number in numbers)
    if fits:
        assert clocking(kind, reason, levels).activity_levels == levels
    else:
        with pytest.raises(ValueError, match=r"belongs? to kind|without gaps"):
            clocking(kind, reason, levels)


@pytest.mark.parametrize("numbers", [(2,), (1, 3), (2, 1), (1, 1), (0, 1)])
def test_levels_count_from_one_without_gaps(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="without gaps"):
        clocking(ClockingKind.ACTIVITY, None, tuple(level(number) for number in numbers))


@given(st.integers(1, 9))
def test_any_depth_is_possible(depth: int) -> None:
    levels = tuple(level(number) for number in range(1, depth + 1))
    assert clocking(ClockingKind.ACTIVITY, None, levels).activity_levels == levels
