"""A doubt about a time ends in the ledger, and what was read is kept beside."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from terminal_app.clocking.anchors import Anchor, AnchorSource, Estimate
from terminal_app.clocking.clocking import Clocking, DeliveryState, Moment
from terminal_app.clocking.delivery_state import Confirmed, Postponed
from terminal_app.clocking.doubtful_time import Correct, Settle, TimeSettled, Wait
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.clocking.wall_time import wall_time_of
from terminal_app.ledger import opening
from terminal_app.ledger.anchors import keep_anchor
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.outbox import next_of_person, release_held, settle, start_sending
from terminal_app.ledger.reading import entries, for_operator, ledger_to_read
from terminal_app.ledger.recording import record, undo
from terminal_app.ledger.rows import LedgerEntry, RawTime
from terminal_app.ledger.time_settling import evidence_about, find_sent_wrong, settle_time, time_to_settle
from tests.ledger.clockings import MORNING, ZONE, check_sound, clocking, later, opened, state_of, whole_entries

SECOND = timedelta(seconds=1)
EPOCH = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
UNTRUSTED = TimeQuality(TimeState.UNTRUSTED, None)
CORRECTION = Correct(Estimate(MORNING, SECOND / 10, AnchorSource.KERNEL))
ACCEPTED = Settle(TimeSettled.ACCEPTED, "its time could not be verified")


def doubtful(
    person_id: int | None = 1, *, said: datetime = EPOCH, state: TimeState = TimeState.UNTRUSTED, boot: str = "boot"
) -> Clocking:
    moment = Moment(said, 1, 300 * 10**9, boot)
    return replace(
        clocking(person_id), moment=moment, wall_time=wall_time_of(said, ZONE), time=TimeQuality(state, None)
    )


def entry(ledger: LedgerDatabase, sequence: int) -> LedgerEntry:
    return next(one for one in whole_entries(ledger) if one.sequence == sequence)


def notes(ledger: LedgerDatabase) -> list[str]:
    rows = ledger.connection.execute("SELECT content FROM event WHERE kind = 'noted' ORDER BY id")
    return [json.loads(content)["explanation"] for (content,) in rows]


def test_only_what_is_in_doubt_and_was_never_sent_is_to_be_settled(ledger: LedgerDatabase) -> None:
    record(ledger, clocking())
    record(ledger, doubtful(state=TimeState.TRUSTED))
    wanted = [record(ledger, doubtful(state=state)) for state in TimeState if state is not TimeState.TRUSTED]
    held, undone, sent = (record(ledger, doubtful(person)) for person in (None, 1, 2))
    undo(ledger, undone, at=MORNING)
    start_sending(ledger, sent)
    settle(ledger, sent, Postponed("later"))
    assert [one.sequence for one in time_to_settle(ledger)] == [*wanted, held]
    assert [one.sequence for one in time_to_settle(ledger, after=wanted[-1])] == [held]


def test_a_correction_moves_instant_date_and_minute_and_keeps_what_was_read(
    ledger: LedgerDatabase, tmp_path: Path
) -> None:
    original = doubtful()
    sequence = record(ledger, original)
    words = settle_time(ledger, entry(ledger, sequence), CORRECTION, ZONE)
    assert words == "time corrected from 1970-01-01 01:05 to 2026-07-01 08:01, +-0.1 s"
    found = entry(ledger, sequence)
    assert found.clocking == replace(
        original, moment=original.moment._replace(instant=MORNING), wall_time=wall_time_of(MORNING, ZONE)
    )
    assert found.raw == RawTime(EPOCH, original.wall_time)
    assert (found.true_time, found.true_error) == (MORNING, SECOND / 10)
    assert (found.time_settled, found.waits_for_time) == (TimeSettled.CORRECTED, False)
    assert notes(ledger) == [words]
    assert time_to_settle(ledger) == []
    check_sound(tmp_path)


def test_what_was_sent_or_settled_meanwhile_is_not_touched(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, doubtful())
    before = entry(ledger, sequence)
    assert settle_time(ledger, before, Wait(), ZONE) is None
    start_sending(ledger, sequence)
    for verdict in (CORRECTION, ACCEPTED):
        assert settle_time(ledger, before, verdict, ZONE) is None
    assert entry(ledger, sequence).clocking == before.clocking
    other = record(ledger, doubtful())
    seen = entry(ledger, other)
    assert settle_time(ledger, seen, ACCEPTED, ZONE) is not None
    assert settle_time(ledger, seen, CORRECTION, ZONE) is None


def test_what_nobody_can_know_is_put_before_an_operator(ledger: LedgerDatabase, tmp_path: Path) -> None:
    sequence = record(ledger, doubtful())
    settle_time(ledger, entry(ledger, sequence), Settle(TimeSettled.ASKED, "wrong"), ZONE)
    assert state_of(ledger, sequence) is DeliveryState.REFUSED
    assert (entry(ledger, sequence).explanation, entry(ledger, sequence).time_settled) == ("wrong", TimeSettled.ASKED)
    check_sound(tmp_path)


def test_a_held_one_is_corrected_and_otherwise_left_until_it_is_somebodys(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, doubtful(None))
    assert settle_time(ledger, entry(ledger, sequence), ACCEPTED, ZONE) is None
    assert settle_time(ledger, entry(ledger, sequence), CORRECTION, ZONE) is not None
    assert release_held(ledger, clocking().badge_number, 7, day=wall_time_of(MORNING, ZONE).date) == 1
    assert entry(ledger, sequence).clocking.moment.instant == MORNING


def test_the_evidence_is_of_its_boot_and_of_those_around_it(ledger: LedgerDatabase) -> None:
    def kept(boot: str, minute: int) -> Anchor:
        one = Anchor(boot, minute * 60 * 10**9, later(minute), SECOND, AnchorSource.KERNEL)
        keep_anchor(ledger, one)
        return one

    before = kept("a", 1)
    sequence = record(ledger, doubtful())
    own, after = kept("boot", 2), kept("c", 3)
    (found,) = evidence_about(ledger, [entry(ledger, sequence)])
    assert (found.anchors, found.before, found.after) == ([own], before, after)
    assert found.quality == UNTRUSTED


def test_one_that_was_sent_in_doubt_and_is_known_later_is_shown_with_both_times(
    ledger: LedgerDatabase, tmp_path: Path
) -> None:
    right, wrong = (record(ledger, doubtful(said=MORNING + off)) for off in (timedelta(0), -timedelta(minutes=9)))
    for number, sequence in enumerate((right, wrong)):
        settle_time(ledger, entry(ledger, sequence), ACCEPTED, ZONE)
        start_sending(ledger, sequence)
        settle(ledger, sequence, Confirmed(number))
    assert find_sent_wrong(ledger, "boot") == []
    keep_anchor(ledger, Anchor("boot", 300 * 10**9, MORNING, SECOND, AnchorSource.KERNEL))
    assert find_sent_wrong(ledger, "boot") == [wrong]
    assert find_sent_wrong(ledger, "boot") == []
    assert entry(ledger, wrong).true_time == MORNING
    assert entry(ledger, wrong).clocking.moment.instant == MORNING - timedelta(minutes=9)
    assert "sent as 2026-07-01 05:52:02 UTC; it was 2026-07-01 06:01:02 UTC" in notes(ledger)[-1]
    with ledger_to_read(tmp_path) as connection:
        assert for_operator(connection).sent_with_wrong_time == 1
        assert [one.sequence for one in entries(connection, settled=False)] == [wrong]
    check_sound(tmp_path)


def test_a_ledger_from_before_is_carried_over_and_its_clockings_go_out_as_they_are(tmp_path: Path) -> None:
    migrations = Path(opening.__file__).with_name("migrations")
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)) as file:
        file.executescript(
            f"{(migrations / '0001_clockings.sql').read_text(encoding='utf-8')}"
            f" PRAGMA application_id = {opening.APPLICATION_ID}; PRAGMA user_version = 1;"
        )
        file.execute(
            "INSERT INTO clocking (id, badge_number, person_id, kind, instant, monotonic_ns, boottime_ns, boot_id, date,"
            " minute, reader, state) VALUES (zeroblob(16), '1', 1, 'InOut', '2026-01-15T07:30:00+00:00', 1, 1, 'b',"
            " '2026-01-15', 510, 'door', 'recorded')"
        )
    with opened(tmp_path) as ledger:
        (found,) = whole_entries(ledger)
        assert (found.clocking.time, found.raw, found.true_time, found.waits_for_time) == (None, None, None, False)
        assert time_to_settle(ledger) == []
        assert next_of_person(ledger, 1) == found
    check_sound(tmp_path)
