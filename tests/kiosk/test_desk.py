"""The desk on real files: what is recorded, for whom, and what a guest hears when it is not."""

import fcntl
import json
import resource
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from terminal_app.clocking.clocking import ActivityLevel, ClockingKind, Moment, Reason
from terminal_app.clocking.direction import Direction
from terminal_app.clocking.proposal import Proposal
from terminal_app.kiosk.deeds import Clock, MakeOffer, NoteRepeat, RecordChoice, Undo
from terminal_app.kiosk.desk import CHECKPOINT_AFTER_RECORDINGS, Desk
from terminal_app.kiosk.guest import AlreadyClocked, Badge, NotRecorded, Offer, Recorded, TakenBack
from terminal_app.kiosk.refusal import Refusal
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.mirror import Mirror
from terminal_app.ledger.mirror_lines import read_lines
from terminal_app.ledger.outbox import start_sending
from terminal_app.ledger.reading import Waiting
from terminal_app.roster.link import LinkState
from terminal_app.roster.look_up import Roster
from tests.kiosk.terminal import (
    ANNA,
    BOOT,
    LEFT,
    LUC,
    MORNING,
    UNKNOWN,
    ZONE,
    Roll,
    SetClock,
    recorded,
    usual_roll,
    write_roster,
)


@contextmanager
def desk_in(
    folder: Path,
    *,
    keep_unknown: bool = True,
    same_booking_seconds: float = 60.0,
    directions_of_readers: Mapping[str, Direction] = MappingProxyType({}),
) -> Iterator[tuple[Desk, LedgerDatabase]]:
    ledger = LedgerDatabase(folder, patience_seconds=0.05)
    desk = Desk(
        ledger,
        Roster(folder),
        SetClock(),
        ZONE,
        keep_unknown=keep_unknown,
        same_booking_seconds=same_booking_seconds,
        directions_of_readers=directions_of_readers,
    )
    try:
        yield desk, ledger
    finally:
        desk.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    write_roster(tmp_path)
    with desk_in(tmp_path) as (one, _):
        yield one


def read(number: str, at: datetime = MORNING) -> Badge:
    return Badge(number, "front door", Moment(at, 1, 1, BOOT))


def clock(desk: Desk, number: str, kind: ClockingKind = ClockingKind.IN_OUT, at: datetime = MORNING) -> Recorded:
    answer = desk.clock(Clock(read(number, at), kind))
    assert isinstance(answer, Recorded)
    return answer


def elsewhere(work: Callable[[], None]) -> None:
    """As another process would: on its own thread and connection."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_a_known_badge_is_on_the_disk_before_the_answer(desk: Desk, tmp_path: Path) -> None:
    answer = clock(desk, ANNA)
    assert answer.guest.person is not None
    assert answer.guest.person.name == "Anna Peeters"
    assert answer.proposal == Proposal(Direction.IN, None)
    assert (answer.guest.wall_time.date.isoformat(), answer.guest.wall_time.minute) == ("2026-07-01", 8 * 60 + 2)
    assert recorded(tmp_path) == [(ANNA, "InOut", "recorded")]


def test_the_second_in_out_is_proposed_as_out_and_undone_ones_do_not_count(desk: Desk) -> None:
    clock(desk, ANNA)
    noon = MORNING + timedelta(hours=4)
    second = clock(desk, ANNA, at=noon)
    assert second.proposal == Proposal(Direction.OUT, MORNING)
    assert desk.undo(Undo(second)) == TakenBack(second.guest, ClockingKind.IN_OUT)
    assert clock(desk, ANNA, at=noon + timedelta(seconds=5)).proposal == Proposal(Direction.OUT, MORNING)


def test_an_unknown_badge_is_kept_and_held(desk: Desk, tmp_path: Path) -> None:
    assert clock(desk, UNKNOWN).guest.person is None
    assert recorded(tmp_path) == [(UNKNOWN, "InOut", "held")]


def test_an_unknown_badge_is_refused_where_the_setting_says_so(tmp_path: Path) -> None:
    write_roster(tmp_path)
    with desk_in(tmp_path, keep_unknown=False) as (desk, _):
        answer = desk.clock(Clock(read(UNKNOWN), ClockingKind.IN_OUT))
    assert isinstance(answer, NotRecorded)
    assert answer.refusal is Refusal.UNKNOWN_BADGE
    assert recorded(tmp_path) == []


def test_before_the_first_synchronisation_everybody_is_unknown_and_kept(tmp_path: Path) -> None:
    with desk_in(tmp_path, same_booking_seconds=0) as (desk, _):
        assert clock(desk, ANNA).guest.person is None
        write_roster(tmp_path)
        assert clock(desk, ANNA).guest.person is not None


@pytest.mark.parametrize("keep_unknown", [True, False])
@pytest.mark.parametrize("kind", [ClockingKind.REASON, ClockingKind.ACTIVITY])
def test_an_unknown_badge_gets_a_list_where_it_is_kept(tmp_path: Path, keep_unknown: bool, kind: ClockingKind) -> None:
    write_roster(tmp_path)
    with desk_in(tmp_path, keep_unknown=keep_unknown) as (desk, _):
        answer = desk.make_offer(MakeOffer(read(UNKNOWN), kind))
    assert isinstance(answer, Offer) is keep_unknown
    if isinstance(answer, NotRecorded):
        assert answer.refusal is Refusal.UNKNOWN_BADGE


def test_a_reason_cannot_take_the_place_of_what_is_being_sent(desk: Desk, tmp_path: Path) -> None:
    first = clock(desk, ANNA)
    elsewhere(lambda: sending(tmp_path, first.sequence))
    choice = RecordChoice(first.guest, ClockingKind.REASON, reason=Reason(1, "R1", "Dokter"), instead_of=first.sequence)
    assert desk.record_choice(choice) == NotRecorded(Refusal.TOO_LATE_TO_UNDO, first.guest)
    assert recorded(tmp_path) == [(ANNA, "InOut", "sending")]


def test_whoever_left_is_out_of_service(desk: Desk, tmp_path: Path) -> None:
    for answer in (
        desk.clock(Clock(read(LEFT), ClockingKind.IN_OUT)),
        desk.make_offer(MakeOffer(read(LEFT), ClockingKind.REASON)),
    ):
        assert isinstance(answer, NotRecorded)
        assert answer.refusal is Refusal.OUT_OF_SERVICE
    assert recorded(tmp_path) == []


@pytest.mark.parametrize(("left", "is_known"), [(None, False), (MORNING.date() - timedelta(days=1), True)])
def test_a_badge_of_two_people_belongs_to_the_one_in_service(tmp_path: Path, left: object, is_known: bool) -> None:
    people = [(1, "Old", "Owner", ANNA, "nl", None, left), (2, "New", "Owner", ANNA, "nl", None, None)]
    write_roster(tmp_path, Roll(people=people))  # type: ignore[arg-type]
    with desk_in(tmp_path) as (desk, _):
        person = clock(desk, ANNA).guest.person
    assert (person.name if person else None) == ("New Owner" if is_known else None)
    assert recorded(tmp_path) == [(ANNA, "InOut", "recorded" if is_known else "held")]


def test_offers_carry_what_the_roster_holds(desk: Desk) -> None:
    roll = usual_roll()
    reasons = desk.make_offer(MakeOffer(read(LUC), ClockingKind.REASON, after=3))
    activities = desk.make_offer(MakeOffer(read(LUC), ClockingKind.ACTIVITY))
    assert isinstance(reasons, Offer)
    assert isinstance(activities, Offer)
    assert reasons.definitions == tuple(roll.reasons)
    assert (reasons.after, activities.after) == (3, None)
    assert activities.definitions == tuple(roll.activities)


def test_a_chosen_reason_takes_the_place_of_the_in_out(desk: Desk, tmp_path: Path) -> None:
    first = clock(desk, ANNA)
    choice = RecordChoice(first.guest, ClockingKind.REASON, reason=Reason(1, "R1", "Dokter"), instead_of=first.sequence)
    answer = desk.record_choice(choice)
    assert isinstance(answer, Recorded)
    assert (answer.label, answer.proposal) == ("Dokter", None)
    assert recorded(tmp_path) == [(ANNA, "InOut", "undone"), (ANNA, "Reason", "recorded")]


def test_chosen_activities_are_named_in_order(desk: Desk, tmp_path: Path) -> None:
    first = clock(desk, ANNA)
    levels = (ActivityLevel(1, "a", "A", None, "Productie"), ActivityLevel(2, "a1", "A1", None, "Lijn 1"))
    answer = desk.record_choice(RecordChoice(first.guest, ClockingKind.ACTIVITY, activity_levels=levels))
    assert isinstance(answer, Recorded)
    assert answer.label == "Productie / Lijn 1"
    assert [kind for _, kind, _ in recorded(tmp_path)] == ["InOut", "Activity"]


def test_an_undo_takes_back_once(desk: Desk, tmp_path: Path) -> None:
    first = clock(desk, ANNA)
    assert desk.undo(Undo(first)) == TakenBack(first.guest, ClockingKind.IN_OUT)
    assert recorded(tmp_path) == [(ANNA, "InOut", "undone")]
    assert desk.undo(Undo(first)) == NotRecorded(Refusal.TOO_LATE_TO_UNDO, first.guest)


def test_what_is_being_sent_cannot_be_taken_back(desk: Desk, tmp_path: Path) -> None:
    first = clock(desk, ANNA)
    elsewhere(lambda: sending(tmp_path, first.sequence))
    assert desk.undo(Undo(first)) == NotRecorded(Refusal.TOO_LATE_TO_UNDO, first.guest)
    assert recorded(tmp_path) == [(ANNA, "InOut", "sending")]


def sending(folder: Path, sequence: int) -> None:
    courier = LedgerDatabase(folder)
    start_sending(courier, sequence)
    courier.close()


def break_by_dropping(ledger: LedgerDatabase) -> None:
    ledger.connection.execute("DROP TABLE event")
    ledger.connection.execute("ALTER TABLE clocking RENAME TO lost")


def break_by_read_only(ledger: LedgerDatabase) -> None:
    ledger.connection.execute("PRAGMA query_only = ON")


def break_by_closing(ledger: LedgerDatabase) -> None:
    ledger.connection.close()


@pytest.mark.parametrize("broken", [break_by_dropping, break_by_read_only, break_by_closing])
def test_what_is_not_on_the_disk_is_never_called_recorded(
    tmp_path: Path, broken: Callable[[LedgerDatabase], None], caplog: pytest.LogCaptureFixture
) -> None:
    write_roster(tmp_path)
    with desk_in(tmp_path, same_booking_seconds=0) as (desk, ledger):
        first = clock(desk, ANNA)
        deeds: tuple[Callable[[], object], ...] = (
            lambda: desk.clock(Clock(read(ANNA), ClockingKind.IN_OUT)),
            lambda: desk.clock(Clock(read(UNKNOWN), ClockingKind.ACTIVITY_END)),
            lambda: desk.record_choice(
                RecordChoice(first.guest, ClockingKind.REASON, reason=Reason(1, None, "Dokter"))
            ),
            lambda: desk.undo(Undo(first)),
        )
        for deed in deeds:
            broken(ledger)
            answer = deed()
            desk.status()  # opens it anew, and salvages what is damaged
            assert isinstance(answer, NotRecorded)
            assert answer.refusal is Refusal.STORAGE
    assert "not-recorded" in caplog.text
    for secret in (ANNA, UNKNOWN, "Anna", "Peeters"):
        assert secret not in caplog.text


def test_a_full_disk_is_said_and_mended_by_itself(tmp_path: Path) -> None:
    write_roster(tmp_path)
    with desk_in(tmp_path, same_booking_seconds=0) as (one, ledger):
        (pages,) = ledger.connection.execute("PRAGMA page_count").fetchone()
        ledger.connection.execute(f"PRAGMA max_page_count = {pages}")
        answers = [one.clock(Clock(read(ANNA), ClockingKind.IN_OUT)) for _ in range(200)]
        refused = [answer for answer in answers if isinstance(answer, NotRecorded)]
        assert {answer.refusal for answer in refused} == {Refusal.STORAGE}
        assert len(recorded(tmp_path)) == len(answers) - len(refused)
        ledger.connection.execute(f"PRAGMA max_page_count = {pages + 100}")
        clock(one, ANNA)


def test_the_status_says_what_waits_and_how_the_server_is_reached(desk: Desk) -> None:
    clock(desk, ANNA)
    clock(desk, UNKNOWN, at=MORNING + timedelta(minutes=1))
    status = desk.status()
    assert status.waiting is not None
    assert (status.waiting.count, status.waiting.oldest) == (2, MORNING)
    assert status.link is not None
    assert status.link.state is LinkState.UP


def test_the_status_of_a_broken_ledger_is_unknown_not_empty(tmp_path: Path) -> None:
    with desk_in(tmp_path) as (desk, ledger):
        break_by_dropping(ledger)
        assert desk.status().waiting is None
        status = desk.status()
        assert status.waiting is not None
        assert status.is_ledger_damaged


def test_a_rest_carries_the_wal_over_after_enough_recordings(tmp_path: Path) -> None:
    def checkpoints() -> int:
        (count,) = ledger.connection.execute("SELECT checkpoints FROM wal_opener").fetchone()
        return int(count)

    with desk_in(tmp_path, same_booking_seconds=0) as (desk, ledger):
        before = checkpoints()
        for _ in range(CHECKPOINT_AFTER_RECORDINGS):
            desk.rest()
            clock(desk, ANNA)
        assert checkpoints() == before
        desk.rest()
        desk.rest()
        assert checkpoints() == before + 1


def test_a_ledger_that_is_held_is_told_until_it_is_free(desk: Desk, tmp_path: Path) -> None:
    with (tmp_path / "ledger.lock").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        answer = desk.clock(Clock(read(ANNA), ClockingKind.IN_OUT))
        assert isinstance(answer, NotRecorded)
        assert answer.refusal is Refusal.STORAGE
        assert desk.status().waiting is None
    assert desk.status().waiting == Waiting(0, None)
    clock(desk, ANNA)


def test_a_failing_disk_is_told_each_guest_and_the_next_one_clocks_once_it_works(desk: Desk, tmp_path: Path) -> None:
    clock(desk, ANNA)
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, former[1]))  # the kernel refuses every write
    try:
        for number in (ANNA, LUC):
            answer = desk.clock(Clock(read(number), ClockingKind.IN_OUT))
            assert isinstance(answer, NotRecorded)
            assert answer.refusal is Refusal.STORAGE
        assert desk.status().waiting is None
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert desk.status().waiting is not None
    clock(desk, LUC)
    assert recorded(tmp_path) == [(ANNA, "InOut", "recorded"), (LUC, "InOut", "recorded")]


def test_a_folder_that_cannot_be_listed_does_not_end_the_kiosk(desk: Desk) -> None:
    clock(desk, ANNA)
    former = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, former[1]))  # the kernel opens nothing more
    try:
        status = desk.status()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, former)
    assert not status.is_ledger_damaged
    assert status.waiting == Waiting(1, MORNING)


def test_each_clocking_is_on_the_mirror_before_its_answer(tmp_path: Path) -> None:
    medium = Path("/dev/shm")
    if not medium.is_dir() or medium.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no other medium here")
    write_roster(tmp_path)
    with tempfile.TemporaryDirectory(dir=medium) as stick:
        ledger = LedgerDatabase(tmp_path)
        mirror = Mirror(Path(stick), tmp_path, keep_days=40, patience_seconds=20, look_seconds=0.02)
        end = time.monotonic() + 20
        while mirror.is_behind:
            assert time.monotonic() < end
            time.sleep(0.01)
        desk = Desk(
            ledger, Roster(tmp_path), SetClock(), ZONE, keep_unknown=True, same_booking_seconds=0, mirror=mirror
        )
        try:
            first = clock(desk, ANNA)
            (path,) = Path(stick).iterdir()
            assert [values["badge_number"] for values in read_lines(path) if values] == [ANNA]
            desk.undo(Undo(first))
            assert [values["state"] for values in read_lines(path) if values and "state" in values] == ["undone"]
            assert not desk.status().is_mirror_missing
        finally:
            desk.close()


def later_read(number: str, seconds: float, boot: str = BOOT) -> Badge:
    return Badge(number, "front door", Moment(MORNING + timedelta(seconds=seconds), 1, 1 + int(seconds * 1e9), boot))


def suppressed(folder: Path) -> list[tuple[int | None, dict[str, object]]]:
    with closing(sqlite3.connect(folder / "ledger.db")) as file:
        rows = file.execute("SELECT sequence, content FROM event WHERE kind = 'suppressed' ORDER BY id").fetchall()
    return [(sequence, json.loads(content)) for sequence, content in rows]


def test_a_reader_says_the_direction_and_the_other_door_is_no_repeat(tmp_path: Path) -> None:
    write_roster(tmp_path)
    doors = {"in door": Direction.IN, "out door": Direction.OUT}
    with desk_in(tmp_path, directions_of_readers=doors) as (desk, _):
        for seconds, door, direction in ((0, "in door", "in"), (10, "out door", "out"), (20, "in door", "in")):
            badge = later_read(ANNA, seconds)._replace(reader=door)
            answer = desk.clock(Clock(badge, ClockingKind.IN_OUT))
            assert isinstance(answer, Recorded)
            assert answer.proposal == Proposal(Direction(direction), None)
        again = later_read(ANNA, 30)._replace(reader="in door")
        assert isinstance(desk.clock(Clock(again, ClockingKind.IN_OUT)), AlreadyClocked)
        elsewhere = later_read(ANNA, 40)._replace(reader="desk")
        assert isinstance(desk.clock(Clock(elsewhere, ClockingKind.IN_OUT)), AlreadyClocked)
    assert recorded(tmp_path) == [(ANNA, "InOut", "recorded")] * 3


def test_the_same_booking_again_is_shown_and_not_recorded(desk: Desk, tmp_path: Path) -> None:
    first = clock(desk, ANNA)
    again = later_read(ANNA, 59.9)
    answer = desk.clock(Clock(again, ClockingKind.IN_OUT))
    assert isinstance(answer, AlreadyClocked)
    assert (answer.kind, answer.minute, answer.guest.badge) == (ClockingKind.IN_OUT, 8 * 60 + 2, again)
    assert recorded(tmp_path) == [(ANNA, "InOut", "recorded")]
    ((of, content),) = suppressed(tmp_path)
    assert (of, content["repeat"], content["badge_number"], content["person_id"]) == (
        *(first.sequence, "same booking", ANNA, 1),
    )
    assert isinstance(desk.clock(Clock(again, ClockingKind.IN_OUT, anyway=True)), Recorded)
    assert recorded(tmp_path) == [(ANNA, "InOut", "recorded")] * 2


def test_what_is_another_booking_is_recorded(desk: Desk) -> None:
    first = clock(desk, ANNA)
    for deed in (
        Clock(later_read(LUC, 1), ClockingKind.IN_OUT),
        Clock(later_read(ANNA, 2), ClockingKind.ACTIVITY_END),
        Clock(later_read(ANNA, 60), ClockingKind.IN_OUT),
        Clock(later_read(ANNA, 130, "another boot"), ClockingKind.IN_OUT),
    ):
        assert isinstance(desk.clock(deed), Recorded)
    desk.undo(Undo(first))


def test_what_was_taken_back_may_be_clocked_again_at_once(desk: Desk) -> None:
    desk.undo(Undo(clock(desk, ANNA)))
    assert isinstance(desk.clock(Clock(later_read(ANNA, 5), ClockingKind.IN_OUT)), Recorded)


def test_where_the_clocks_differ_nothing_is_suppressed(desk: Desk) -> None:
    clock(desk, ANNA)
    stepped = Badge(ANNA, "front door", Moment(MORNING + timedelta(hours=1), 1, 5, BOOT))
    assert isinstance(desk.clock(Clock(stepped, ClockingKind.IN_OUT)), Recorded)


def test_nothing_chosen_is_the_same_booking_too_and_a_reason_never_is(desk: Desk, tmp_path: Path) -> None:
    clock(desk, ANNA)
    offer = desk.make_offer(MakeOffer(later_read(ANNA, 5), ClockingKind.REASON))
    assert isinstance(offer, Offer)
    assert isinstance(desk.record_choice(RecordChoice(offer.guest, ClockingKind.IN_OUT)), AlreadyClocked)
    for _ in range(2):
        choice = RecordChoice(offer.guest, ClockingKind.REASON, reason=Reason(1, "R1", "Dokter"))
        assert isinstance(desk.record_choice(choice), Recorded)
    assert [kind for _, kind, _ in recorded(tmp_path)] == ["InOut", "Reason", "Reason"]


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    write_roster(tmp_path)
    with desk_in(tmp_path, same_booking_seconds=0) as (desk, _):
        assert isinstance(desk.clock(Clock(read(ANNA), ClockingKind.IN_OUT)), Recorded)
        assert isinstance(desk.clock(Clock(read(ANNA), ClockingKind.IN_OUT)), Recorded)


def test_a_read_again_is_noted_with_the_clocking_that_it_repeats(desk: Desk, tmp_path: Path) -> None:
    desk.note_repeat(NoteRepeat(later_read(LUC, 0)))
    first = clock(desk, ANNA)
    desk.note_repeat(NoteRepeat(later_read(ANNA, 1.5)))
    desk.note_repeat(NoteRepeat(later_read(ANNA, 2)))
    noted = suppressed(tmp_path)
    assert [of for of, _ in noted] == [None, first.sequence, None]
    assert {content["repeat"] for _, content in noted} == {"same read"}


def test_a_repeat_that_cannot_be_kept_is_recorded_or_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_roster(tmp_path)
    with desk_in(tmp_path) as (desk, ledger):
        clock(desk, ANNA)
        ledger.connection.execute("PRAGMA query_only = ON")
        desk.note_repeat(NoteRepeat(later_read(ANNA, 1)))
        answer = desk.clock(Clock(later_read(ANNA, 5), ClockingKind.IN_OUT))
        assert isinstance(answer, AlreadyClocked), "the file was opened anew"
        ledger.connection.execute("PRAGMA query_only = ON")
        answer = desk.clock(Clock(later_read(ANNA, 6), ClockingKind.IN_OUT))
    assert isinstance(answer, Recorded)
    assert len(recorded(tmp_path)) == 2
    assert "repeat-not-noted" in caplog.text
    assert ANNA not in caplog.text
