"""A person's own day: each clocking once, marked by where it is known, and what fills the time between them."""

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ClockingKind, DeliveryState
from terminal_app.clocking.counters import DayClocking
from terminal_app.clocking.direction import Direction
from terminal_app.clocking.mark import Mark
from terminal_app.clocking.my_day import DayLine, OwnClocking, Stretch, StretchKind, day_lines, of_day, stretches
from terminal_app.clocking.wall_time import WallTime

ZONE = ZoneInfo("Europe/Brussels")
DAY = date(2026, 7, 1)
YESTERDAY = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 15, tzinfo=UTC)
"""17:00."""
IN_OUT, REASON, ACTIVITY, END = (
    ClockingKind.IN_OUT,
    ClockingKind.REASON,
    ClockingKind.ACTIVITY,
    ClockingKind.ACTIVITY_END,
)


def own(
    minute: int,
    kind: ClockingKind = IN_OUT,
    label: str = "",
    *,
    state: DeliveryState = DeliveryState.CONFIRMED,
    protime_id: int | None = None,
    day: date = DAY,
) -> OwnClocking:
    return OwnClocking(kind, WallTime(day, minute), label, state, protime_id)


def synced(protime_id: int, minute: int, *, was: int | None = None, deleted: bool = False) -> DayClocking:
    original = None if was is None else WallTime(DAY, was)
    return DayClocking(protime_id, 1, WallTime(DAY, minute), original, "InOut", None, (), False, deleted)


def lines(own: list[OwnClocking], synced: list[DayClocking] | None = None) -> list[DayLine]:
    return day_lines(own, synced or [], lambda _: "", ZONE)


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (DeliveryState.RECORDED, Mark.WAITS),
        (DeliveryState.SENDING, Mark.WAITS),
        (DeliveryState.UNKNOWN, Mark.WAITS),
        (DeliveryState.HELD, Mark.WAITS),
        (DeliveryState.AMBIGUOUS, Mark.WAITS),
        (DeliveryState.CONFIRMED, Mark.CONFIRMED),
        (DeliveryState.REFUSED, Mark.REFUSED),
        (DeliveryState.DISCARDED, Mark.REFUSED),
    ],
)
def test_what_protime_does_not_show_is_marked_by_its_own_state(state: DeliveryState, mark: Mark) -> None:
    assert [one.mark for one in lines([own(480, state=state)])] == [mark]


def test_what_protime_shows_goes_before_and_is_shown_once() -> None:
    found = lines(
        [own(480, protime_id=1), own(720, protime_id=2), own(780, protime_id=3), own(900, state=DeliveryState.UNKNOWN)],
        [synced(1, 480), synced(2, 735, was=720), synced(3, 780, deleted=True), synced(4, 900), synced(5, 1000)],
    )
    assert [(one.wall_time.minute, one.mark) for one in found] == [
        (480, Mark.CONFIRMED),
        (735, Mark.CHANGED),
        (780, Mark.DELETED),
        (900, Mark.CONFIRMED),
        (1000, Mark.ELSEWHERE),
    ]
    assert found[1].original == WallTime(DAY, 720)
    assert [one.direction for one in found] == [Direction.IN, Direction.OUT, None, Direction.IN, Direction.OUT]


def test_a_day_with_a_reason_and_activities_is_filled() -> None:
    found = lines(
        [
            own(480),
            own(490, ACTIVITY, "Lijn 1"),
            own(600, ACTIVITY, "Lijn 2"),
            own(660, END),
            own(720, REASON, "Dokter"),
            own(780),
        ]
    )
    assert stretches(found, DAY, NOW, ZONE) == [
        Stretch(StretchKind.PRESENT, 480, 720),
        Stretch(StretchKind.ACTIVITY, 490, 600, "Lijn 1"),
        Stretch(StretchKind.ACTIVITY, 600, 660, "Lijn 2"),
        Stretch(StretchKind.REASON, 720, 780, "Dokter"),
        Stretch(StretchKind.PRESENT, 780, 1020, is_open=True),
    ]


def test_a_night_begins_at_midnight() -> None:
    found = lines([own(1320, day=YESTERDAY), own(360)])
    assert stretches(found, DAY, NOW, ZONE) == [Stretch(StretchKind.PRESENT, 0, 360)]
    assert [one.direction for one in of_day(found, DAY)] == [Direction.OUT]


@given(
    st.lists(
        st.tuples(st.integers(0, 1439), st.sampled_from(ClockingKind), st.sampled_from(DeliveryState), st.booleans()),
        max_size=10,
    ),
    st.lists(st.tuples(st.integers(-60, 1500), st.booleans()), max_size=5),
)
def test_whatever_the_day_was_its_parts_lie_in_it_and_do_not_overlap(
    mine: list[tuple[int, ClockingKind, DeliveryState, bool]], others: list[tuple[int, bool]]
) -> None:
    clockings = [
        own(
            minute,
            kind,
            "what" if kind in (REASON, ACTIVITY) else "",
            state=state,
            protime_id=number if known else None,
        )
        for number, (minute, kind, state, known) in enumerate(sorted(mine))
    ]
    records = [synced(number + 5, minute, deleted=deleted) for number, (minute, deleted) in enumerate(others)]
    found = lines(clockings, records)
    assert [one.wall_time.moment_in_minutes for one in found] == sorted(
        one.wall_time.moment_in_minutes for one in found
    )
    assert len(found) <= len(clockings) + len(records)
    parts = stretches(found, DAY, NOW, ZONE)
    assert all(0 <= one.begins < one.ends <= 1440 for one in parts)
    assert all(one.ends <= 17 * 60 + 1 for one in parts)
    for kinds in ({StretchKind.PRESENT, StretchKind.REASON}, {StretchKind.ACTIVITY}):
        row = [one for one in parts if one.kind in kinds]
        assert all(former.ends <= later.begins + 1 for former, later in pairwise(row))
