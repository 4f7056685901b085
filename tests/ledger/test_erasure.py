"""What is erased is gone from every byte of the ledger's files, and the chain holds all the same."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Refused
from terminal_app.ledger.agreement import disagreements
from terminal_app.ledger.chain import events_of
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.decisions import discard
from terminal_app.ledger.erasure import erase, finish_erasing, settled_before
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.outbox import next_of_each_person, settle, start_sending
from terminal_app.ledger.recording import record, undo
from tests.ledger.clockings import MORNING, check_chain, check_sound, clocking, later, opened, whole_entries

BADGES = [f"77{person:08}" for person in range(60)]
CLOCKINGS = 900


def busy_ledger(ledger: LedgerDatabase, chance: random.Random, badges: list[str]) -> None:
    """A clocking for each badge, minutes apart, whose rows grew later in no order: pages were split and merged."""
    ledger.connection.execute("PRAGMA synchronous = OFF")  # where the bytes are is asked here, not what a cut leaves
    sequences = [
        record(ledger, clocking(int(badge[-4:]) + 1, badge=badge, at=later(7 * number)))
        for number, badge in enumerate(badges)
    ]
    for number, sequence in enumerate(chance.sample(sequences, len(sequences))):
        start_sending(ledger, sequence)
        settle(ledger, sequence, Confirmed(number + 1, "explained at length " * chance.randrange(12)))
        if number % 50 == 0:
            ledger.checkpoint()


def found_in_files(folder: Path, badges: list[str]) -> dict[str, int]:
    """How often any of these stands in the ledger's files, as bytes, by file."""
    files = [path for path in folder.iterdir() if path.name.startswith(FILE_NAME)]
    contents = {path.name: path.read_bytes() for path in files}
    return {name: n for name, raw in contents.items() if (n := sum(raw.count(one.encode()) for one in badges))}


@pytest.mark.parametrize("seed", [1, 3])
def test_no_byte_of_some_people_is_left(ledger: LedgerDatabase, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    badges = [chance.choice(BADGES) for _ in range(CLOCKINGS)]
    busy_ledger(ledger, chance, badges)
    gone = chance.sample(BADGES, 30)  # with these seeds copies of some rows lie in the unused part of pages
    assert found_in_files(tmp_path, gone)[FILE_NAME] > 100
    theirs = [entry.sequence for entry in whole_entries(ledger) if entry.clocking.badge_number in gone]
    for start in range(0, len(theirs), 5):
        erase(ledger, theirs[start : start + 5], why="person")
    assert finish_erasing(ledger)
    assert found_in_files(tmp_path, gone) == {}
    assert [entry.clocking.badge_number for entry in whole_entries(ledger)] == [
        one for one in badges if one not in gone
    ]
    assert list(disagreements(ledger.connection)) == []
    check_sound(tmp_path)


@pytest.mark.parametrize("seed", range(2))
def test_no_byte_of_old_days_is_left(ledger: LedgerDatabase, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    badges = [f"{number:08}" for number in chance.sample(range(10_000_000), CLOCKINGS)]
    busy_ledger(ledger, chance, badges)
    left = badges
    for day in ("2026-07-02", "2026-07-03"):
        while old := settled_before(ledger, day, most=25):
            erase(ledger, old, why="retention")
        assert finish_erasing(ledger)
        left = [entry.clocking.badge_number for entry in whole_entries(ledger)]
        assert 0 < len(left) < CLOCKINGS
        assert found_in_files(tmp_path, [one for one in badges if one not in left]) == {}
    assert left == badges[-len(left) :]
    check_chain(ledger)


def test_only_what_is_settled_and_old_is_erased_by_time(ledger: LedgerDatabase, tmp_path: Path) -> None:
    old = [record(ledger, clocking(person, at=MORNING)) for person in range(1, 8)]
    confirmed, undone, discarded, refused, unknown, recorded, of_waiting = old
    for one in (confirmed, discarded, refused, unknown, of_waiting):
        start_sending(ledger, one)
    settle(ledger, confirmed, Confirmed(1))
    settle(ledger, of_waiting, Confirmed(2))
    undo(ledger, undone, at=later(1))
    for one in (refused, discarded):
        settle(ledger, one, Refused("r"))
    discard(ledger, discarded, operator="o", reason="r")
    settle(ledger, unknown, InDoubt("?"))
    new = [record(ledger, clocking(1, at=later(60 * 24 * 2))), record(ledger, clocking(7, at=later(60 * 24 * 2)))]
    assert settled_before(ledger, "2026-07-01", most=9) == []
    # The first person and the last have one that waits.
    assert settled_before(ledger, "2026-07-02", most=9) == [undone, discarded]
    start_sending(ledger, new[0])
    settle(ledger, new[0], Confirmed(3))
    assert settled_before(ledger, "2026-07-02", most=9) == [confirmed, undone, discarded]
    assert settled_before(ledger, "2026-07-02", most=2) == [confirmed, undone]
    erase(ledger, [confirmed, undone, discarded], why="retention")
    states = {entry.sequence: entry.state for entry in whole_entries(ledger)}
    assert set(states) == {refused, unknown, recorded, of_waiting, *new}
    assert states[unknown] is DeliveryState.UNKNOWN
    check_sound(tmp_path)


def test_a_number_is_never_given_again(ledger: LedgerDatabase) -> None:
    first, second = record(ledger, clocking()), record(ledger, clocking())
    erase(ledger, [first, second], why="person")
    assert record(ledger, clocking()) == second + 1


def test_what_stays_of_an_erased_one_is_its_number_and_its_way(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, replace(clocking(), reader="a reader"))
    undo(ledger, sequence, at=later(1))
    erase(ledger, [sequence], why="person")
    recorded, moved = events_of(ledger.connection, sequence)
    assert (recorded.content, recorded.salt, recorded.state) == (None, None, "recorded")
    assert (moved.former, moved.state) == ("recorded", "undone")
    assert next_of_each_person(ledger, most=9) == []
    check_chain(ledger)


def test_a_reader_makes_the_log_wait(ledger: LedgerDatabase, tmp_path: Path) -> None:
    record(ledger, clocking())
    with opened(tmp_path) as other:
        other.connection.execute("BEGIN")
        other.connection.execute("SELECT * FROM clocking").fetchall()
        record(ledger, clocking())
        assert not ledger.wipe_log()
        other.connection.execute("COMMIT")
        assert ledger.wipe_log()
