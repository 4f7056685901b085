"""Which of Protime's records is the clocking that was sent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.matching import SentClocking, ServerRecord, Unclear, find_on_server
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


def candidates(found: ServerRecord | Unclear | None) -> tuple[ServerRecord, ...]:
    match found:
        case None:
            return ()
        case Unclear(records):
            return records
        case _:
            return (found,)


@given(SENT_NEAR, RECORDS, CLAIMED)
def test_a_claimed_record_never_stands_for_a_second_clocking(
    sent: SentClocking, records: list[ServerRecord], claimed: frozenset[int]
) -> None:
    for found in candidates(find_on_server(sent, records, claimed)):
        assert found in records
        assert found.protime_id not in claimed


@given(SENT_NEAR, RECORDS, CLAIMED)
def test_the_order_of_the_records_does_not_matter(
    sent: SentClocking, records: list[ServerRecord], claimed: frozenset[int]
) -> None:
    single = list({record.protime_id: record for record in records}.values())
    assert find_on_server(sent, reversed(single), claimed) == find_on_server(sent, single, claimed)


@given(SENT_NEAR, RECORDS, CLAIMED)
def test_nothing_is_sent_again_while_any_record_may_be_it_and_none_hides_another(
    sent: SentClocking, records: list[ServerRecord], claimed: frozenset[int]
) -> None:
    single = list({record.protime_id: record for record in records}.values())
    found = find_on_server(sent, single, claimed)
    alone = {one.protime_id: find_on_server(sent, [one], claimed) for one in single}
    certain = sorted(key for key, one in alone.items() if isinstance(one, ServerRecord))
    doubtful = sorted(key for key, one in alone.items() if isinstance(one, Unclear))
    assert (found is None) == (not certain and not doubtful)
    if isinstance(found, ServerRecord):
        assert found.protime_id in certain
    if isinstance(found, Unclear):
        assert [one.protime_id for one in found.records] in (certain, doubtful)
        assert not certain or len(certain) > 1
        assert all(str(one.protime_id) in found.explanation for one in found.records)


@given(SENT_NEAR, RECORDS, CLAIMED)
def test_what_is_found_was_at_that_moment_and_of_no_other_terminal(
    sent: SentClocking, records: list[ServerRecord], claimed: frozenset[int]
) -> None:
    found = find_on_server(sent, records, claimed)
    for one in candidates(found):
        moments = [wall.moment_in_minutes for wall in (one.wall_time, one.original_wall_time) if wall]
        assert sent.wall_time.moment_in_minutes in moments
        assert sent.terminal_code is None or one.terminal_code in (None, sent.terminal_code)
    if isinstance(found, ServerRecord):
        assert found.kind == sent.kind.value
        assert found.has_terminal == (sent.terminal_code is not None)


@given(SENT)
def test_two_genuine_ones_in_one_minute_find_a_record_each(sent: SentClocking) -> None:
    records = [record_of(sent, 8), record_of(sent, 7)]
    assert find_on_server(sent, records, ()) == records[1]
    assert find_on_server(sent, records, {7}) == records[0]
    assert find_on_server(sent, records, {7, 8}) is None


@given(SENT, st.sampled_from([-1, 1]))
def test_a_night_shift_moved_to_the_neighbouring_day_is_recognised(sent: SentClocking, days: int) -> None:
    wall = sent.wall_time
    moved = WallTime(wall.date + timedelta(days=days), wall.minute - days * MINUTES_A_DAY)
    record = replace(record_of(sent), wall_time=moved)
    assert find_on_server(sent, [record], ()) == record


@given(SENT, st.integers(1, 3000))
def test_a_time_edited_in_protime_is_recognised_by_the_original(sent: SentClocking, minutes: int) -> None:
    wall = sent.wall_time
    edited = replace(record_of(sent), wall_time=WallTime(wall.date, wall.minute + minutes))
    assert find_on_server(sent, [edited], ()) is None
    known = replace(edited, original_wall_time=wall)
    assert find_on_server(sent, [known], ()) == known


@given(SENT, st.integers(-3000, 3000).filter(bool))
def test_another_minute_is_another_clocking(sent: SentClocking, minutes: int) -> None:
    other = WallTime(sent.wall_time.date, sent.wall_time.minute + minutes)
    assert find_on_server(sent, [replace(record_of(sent), wall_time=other)], ()) is None


@given(SENT.filter(lambda sent: sent.terminal_code is not None))
def test_a_terminal_that_is_shown_by_its_id_only_is_recognised(sent: SentClocking) -> None:
    record = replace(record_of(sent), terminal_code=None)
    assert find_on_server(sent, [record], ()) == record


@given(SENT, st.sampled_from(["T1", "T2", "T3"]))
def test_a_record_of_another_terminal_is_another_clocking(sent: SentClocking, code: str) -> None:
    elsewhere = replace(record_of(sent), has_terminal=True, terminal_code=code)
    if sent.terminal_code is None:
        assert candidates(find_on_server(sent, [elsewhere], ())) == (elsewhere,)
    else:
        assert (find_on_server(sent, [elsewhere], ()) is None) == (code != sent.terminal_code)


FULL = SentClocking(ClockingKind.REASON, WallTime(date(2026, 7, 1), 481), "T1", reason_id=3, activity_ids=("a", "b"))
BY_HAND = replace(record_of(FULL), terminal_code=None, has_terminal=False)
WITHOUT = replace(FULL, terminal_code=None)
EDITED = replace(record_of(FULL), wall_time=WallTime(date(2026, 7, 1), 490), original_wall_time=FULL.wall_time)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (BY_HAND, "has no terminal"),
        (replace(BY_HAND, is_deleted=True), "deleted"),
        (replace(record_of(FULL), reason_id=4), "has the reason 4"),
        (replace(record_of(FULL), activity_ids=("a", "c")), "has other activities"),
        (replace(record_of(FULL), activity_ids=("a",)), "has other activities"),
        (replace(record_of(FULL), kind="InOut", reason_id=None, activity_ids=()), "is of kind InOut"),
        (replace(record_of(FULL), is_generated=True), "was made by Protime"),
        (replace(EDITED, reason_id=4), "before an edit 2026-07-01 08:01"),
    ],
)
def test_one_thing_that_speaks_against_a_record_is_for_an_operator(other: ServerRecord, said: str) -> None:
    found = find_on_server(FULL, [other], ())
    assert isinstance(found, Unclear)
    assert found.records == (other,)
    assert said in found.explanation
    assert "clocking 7" in found.explanation
    assert "Reason 2026-07-01 08:01, terminal T1, reason 3" in found.explanation


@pytest.mark.parametrize(
    "other",
    [
        replace(record_of(FULL), terminal_code="T2"),
        replace(BY_HAND, is_generated=True),
        replace(BY_HAND, reason_id=4),
        replace(BY_HAND, kind="InOut"),
        replace(record_of(FULL), kind="InOut", terminal_code=None),
        replace(record_of(FULL), reason_id=4, activity_ids=("z",)),
        replace(record_of(FULL), wall_time=WallTime(date(2026, 7, 1), 482)),
        replace(EDITED, original_wall_time=WallTime(date(2026, 7, 1), 482)),
    ],
)
def test_two_things_or_another_terminal_or_minute_make_another_clocking(other: ServerRecord) -> None:
    assert find_on_server(FULL, [record_of(FULL)], ()) is not None
    assert find_on_server(FULL, [other], ()) is None


def test_a_terminal_where_none_was_sent_is_for_an_operator() -> None:
    assert find_on_server(WITHOUT, [BY_HAND], ()) == BY_HAND
    found = find_on_server(WITHOUT, [record_of(FULL)], ())
    assert isinstance(found, Unclear)
    assert "has a terminal" in found.explanation
    assert "no terminal, reason 3" in found.explanation


def test_of_a_doubtful_and_a_certain_one_the_certain_is_it() -> None:
    lower = replace(BY_HAND, protime_id=5)
    assert find_on_server(FULL, [lower, EDITED], ()) == EDITED
    assert find_on_server(FULL, [lower, record_of(FULL)], ()) == record_of(FULL)
    assert find_on_server(FULL, [replace(EDITED, protime_id=5), record_of(FULL)], ()) == record_of(FULL)


def test_several_that_differ_and_none_as_it_was_sent_are_for_an_operator() -> None:
    bare = ServerRecord(9, "Reason", FULL.wall_time, has_terminal=True)
    found = find_on_server(FULL, [bare, EDITED], ())
    assert isinstance(found, Unclear)
    assert [one.protime_id for one in found.records] == [7, 9]
    assert find_on_server(FULL, [bare, replace(bare, protime_id=8)], ()) == replace(bare, protime_id=8)
    assert find_on_server(FULL, [bare, EDITED], {9}) == EDITED


def test_references_that_protime_does_not_show_do_not_speak_against_a_record() -> None:
    bare = ServerRecord(9, "Reason", FULL.wall_time, has_terminal=True)
    assert find_on_server(FULL, [bare], ()) == bare
