"""Which of Protime's records is the clocking that was sent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.matching import SentClocking, ServerRecord, find_on_server
from terminal_app.clocking.wall_time import MINUTES_A_DAY, WallTime

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
WALL_TIMES = st.builds(WallTime, DAYS, st.integers(0, 1439))
SENT = st.builds(
    SentClocking,
    st.sampled_from(ClockingKind),
    WALL_TIMES,
    st.sampled_from([None, "T1", "T2"]),
    st.none() | st.integers(1, 3),
    st.sampled_from([(), ("a",), ("a", "b")]),
)
NEAR = st.builds(WallTime, st.sampled_from([date(2026, 7, 1), date(2026, 7, 2)]), st.sampled_from([-1, 0, 1439, 1440]))
RECORDS = st.lists(
    st.builds(
        ServerRecord,
        st.integers(1, 12),
        st.sampled_from(["InOut", "Reason", "Something newer"]),
        NEAR,
        st.none() | NEAR,
        st.booleans(),
        st.sampled_from([None, "T1", "T2"]),
        st.none() | st.integers(1, 2),
        st.sampled_from([(), ("a",), ("a", "b")]),
    ),
    max_size=8,
)
SENT_NEAR = st.builds(
    SentClocking,
    st.sampled_from([ClockingKind.IN_OUT, ClockingKind.REASON]),
    NEAR,
    st.sampled_from([None, "T1"]),
    st.none() | st.integers(1, 2),
    st.sampled_from([(), ("a",)]),
)
CLAIMED = st.frozensets(st.integers(1, 12))


def record_of(sent: SentClocking, protime_id: int = 7) -> ServerRecord:
    """What Protime shows when it stored `sent` and nobody touched it."""
    return ServerRecord(
        protime_id,
        sent.kind.value,
        sent.wall_time,
        has_terminal=sent.terminal_code is not None,
        terminal_code=sent.terminal_code,
        reason_id=sent.reason_id,
        activity_ids=sent.activity_ids,
    )


@given(SENT)
def test_what_was_stored_is_found(sent: SentClocking) -> None:
    record = record_of(sent)
    assert find_on_server(sent, [record], ()) == record


@given(SENT_NEAR, RECORDS, CLAIMED)
def test_a_claimed_record_never_stands_for_a_second_clocking(
    sent: SentClocking, records: list[ServerRecord], claimed: frozenset[int]
) -> None:
    found = find_on_server(sent, records, claimed)
    assert found is None or (found in records and found.protime_id not in claimed)


@given(SENT_NEAR, RECORDS, CLAIMED)
def test_the_order_of_the_records_does_not_matter_and_the_oldest_wins(
    sent: SentClocking, records: list[ServerRecord], claimed: frozenset[int]
) -> None:
    single = list({record.protime_id: record for record in records}.values())
    found = find_on_server(sent, single, claimed)
    assert find_on_server(sent, reversed(single), claimed) == found
    matching = [one.protime_id for one in single if find_on_server(sent, [one], claimed)]
    assert (found.protime_id if found else None) == min(matching, default=None)


@given(SENT_NEAR, RECORDS, CLAIMED)
def test_what_is_found_was_at_that_moment_and_of_that_kind(
    sent: SentClocking, records: list[ServerRecord], claimed: frozenset[int]
) -> None:
    found = find_on_server(sent, records, claimed)
    if found is None:
        return
    moments = [wall.moment_in_minutes for wall in (found.wall_time, found.original_wall_time) if wall]
    assert sent.wall_time.moment_in_minutes in moments
    assert found.kind == sent.kind.value
    assert found.has_terminal == (sent.terminal_code is not None)
    assert sent.terminal_code is None or found.terminal_code in (None, sent.terminal_code)


@given(SENT)
def test_two_genuine_ones_in_one_minute_find_a_record_each(sent: SentClocking) -> None:
    records = [record_of(sent, 8), record_of(sent, 7)]
    first = find_on_server(sent, records, ())
    assert first is not None
    second = find_on_server(sent, records, {first.protime_id})
    assert second is not None
    assert {first.protime_id, second.protime_id} == {7, 8}
    assert find_on_server(sent, records, {7, 8}) is None


@given(SENT, st.sampled_from([-1, 1]))
def test_a_night_shift_moved_to_the_neighbouring_day_is_recognised(sent: SentClocking, days: int) -> None:
    wall = sent.wall_time
    moved = WallTime(wall.date + timedelta(days=days), wall.minute - days * MINUTES_A_DAY)
    assert find_on_server(sent, [replace(record_of(sent), wall_time=moved)], ()) is not None


@given(SENT, st.integers(1, 3000))
def test_a_time_edited_in_protime_is_recognised_by_the_original(sent: SentClocking, minutes: int) -> None:
    wall = sent.wall_time
    edited = replace(record_of(sent), wall_time=WallTime(wall.date, wall.minute + minutes))
    assert find_on_server(sent, [edited], ()) is None
    assert find_on_server(sent, [replace(edited, original_wall_time=wall)], ()) is not None


@given(SENT, st.integers(-3000, 3000).filter(bool))
def test_another_minute_is_another_clocking(sent: SentClocking, minutes: int) -> None:
    other = WallTime(sent.wall_time.date, sent.wall_time.minute + minutes)
    assert find_on_server(sent, [replace(record_of(sent), wall_time=other)], ()) is None


@given(SENT.filter(lambda sent: sent.terminal_code is not None))
def test_a_terminal_that_is_shown_by_its_id_only_is_recognised(sent: SentClocking) -> None:
    record = replace(record_of(sent), terminal_code=None)
    assert find_on_server(sent, [record], ()) == record


@given(SENT, st.sampled_from(["T1", "T2", "T3", None]))
def test_a_record_of_another_terminal_or_of_none_is_another_clocking(sent: SentClocking, code: str | None) -> None:
    elsewhere = replace(record_of(sent), has_terminal=True, terminal_code=code)
    by_hand = replace(record_of(sent), has_terminal=False, terminal_code=None)
    if sent.terminal_code is None:
        assert find_on_server(sent, [elsewhere], ()) is None
        assert find_on_server(sent, [by_hand], ()) == by_hand
    else:
        assert (find_on_server(sent, [elsewhere], ()) is None) == (code not in (None, sent.terminal_code))
        assert find_on_server(sent, [by_hand], ()) is None


FULL = SentClocking(ClockingKind.REASON, WallTime(date(2026, 7, 1), 481), "T1", reason_id=3, activity_ids=("a", "b"))


@pytest.mark.parametrize(
    "other",
    [
        replace(record_of(FULL), kind="InOut"),
        replace(record_of(FULL), terminal_code="T2"),
        replace(record_of(FULL), terminal_code=None, has_terminal=False),
        replace(record_of(FULL), reason_id=4),
        replace(record_of(FULL), activity_ids=("a", "c")),
        replace(record_of(FULL), activity_ids=("a",)),
    ],
)
def test_another_kind_terminal_reason_or_activity_is_another_clocking(other: ServerRecord) -> None:
    assert find_on_server(FULL, [record_of(FULL)], ()) is not None
    assert find_on_server(FULL, [other], ()) is None


def test_references_that_protime_does_not_show_do_not_speak_against_a_record() -> None:
    bare = ServerRecord(9, "Reason", FULL.wall_time, has_terminal=True)
    assert find_on_server(FULL, [bare], ()) == bare
