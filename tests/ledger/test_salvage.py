"""Out of a damaged ledger comes every row that can be read, as it was; nothing is made up."""

import fcntl
import random
import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal_app.audit.event import EventKind
from terminal_app.clocking.clocking import Clocking, ClockingKind, DeliveryState, Reason
from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Refused
from terminal_app.ledger.aside import reports_of_damage
from terminal_app.ledger.carrying import FreshLedger
from terminal_app.ledger.chain import events
from terminal_app.ledger.connection import PAGE_BYTES
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.decisions import discard
from terminal_app.ledger.files import BUILDING, FILE_NAME, READY
from terminal_app.ledger.opening import mark_damaged
from terminal_app.ledger.outbox import held_badge_numbers, held_days, release_held, settle, start_sending
from terminal_app.ledger.page_images import page_images
from terminal_app.ledger.record_scan import records
from terminal_app.ledger.recording import record, undo
from terminal_app.ledger.rows import LedgerEntry
from terminal_app.ledger.wal import wal_of
from tests.ledger.clockings import check_chain, clocking, opened, state_of, whole_entries

NOW = datetime.now(UTC)
COUNT = 150
FILES = 60
PAGE = PAGE_BYTES


def known(number: int) -> Clocking:
    """Every kind of content, of these days."""
    one = clocking(number % 9 or None, at=NOW - timedelta(minutes=5 * number), badge=f"{number:010d}")
    if number % 10 == 3:
        reason = Reason(number, "DOC", "arts " * (900 if number % 50 == 23 else 1))  # the long ones need overflow pages
        return replace(one, kind=ClockingKind.REASON, reason=reason)
    return one


def fill(folder: Path) -> dict[bytes, LedgerEntry]:
    """A ledger as a killed kiosk leaves it: part of it in the file, part in the log; by id."""
    living = folder.with_name(f"{folder.name}-living")
    living.mkdir()
    with opened(living) as ledger:
        for number in range(COUNT):
            sequence = record(ledger, known(number))
            if number == COUNT * 2 // 3:
                ledger.checkpoint()
            if number % 9 == 0:
                continue
            match number % 6:
                case 0:
                    start_sending(ledger, sequence)
                    settle(ledger, sequence, Confirmed(1000 + number))
                case 1:
                    start_sending(ledger, sequence)
                    settle(ledger, sequence, Refused("no such badge"))
                case 2:
                    start_sending(ledger, sequence)
                    settle(ledger, sequence, InDoubt("a time-out"))
                case 3:
                    undo(ledger, sequence, at=NOW)
                case 4:
                    start_sending(ledger, sequence)
        found = {entry.clocking.id.bytes: entry for entry in whole_entries(ledger)}
        shutil.copytree(living, folder, ignore=shutil.ignore_patterns("*-shm", "*.lock", "*.reserve"))
    return found


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes, dict[bytes, LedgerEntry]]:
    folder = tmp_path_factory.mktemp("sound") / "ledger"
    entries = fill(folder)
    path = folder / FILE_NAME
    return path.read_bytes(), wal_of(path).read_bytes(), entries


def spoil(raw: bytes, chance: random.Random) -> bytes:
    file = bytearray(raw)
    match chance.randrange(6):
        case 0:
            for _ in range(chance.randint(1, 60)):
                file[chance.randrange(len(file))] ^= 1 << chance.randrange(8)
        case 1:
            del file[chance.randrange(len(file)) :]
        case 2:
            for _ in range(chance.randint(1, 4)):
                start = chance.randrange(len(file) // PAGE + 1) * PAGE
                file[start : start + PAGE] = bytes(len(file[start : start + PAGE]))
        case 3:
            start, size = chance.randrange(len(file)), chance.randint(1, 9000)
            file[start : start + size] = chance.randbytes(len(file[start : start + size]))
        case 4:
            for _ in range(chance.randint(1, 12)):
                file[chance.randrange(min(PAGE, len(file)))] = chance.randrange(256)
        case _:
            one, other = (chance.randrange(len(file) // PAGE) * PAGE for _ in range(2))
            file[one : one + PAGE] = file[other : other + PAGE]
    return bytes(file)


def check_salvaged(folder: Path, originals: dict[bytes, LedgerEntry]) -> int:
    """Nothing is made up, and nothing is further or less far than it was; how many there are."""
    with opened(folder) as ledger:
        found = whole_entries(ledger)
        assert ledger.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    found = [entry for entry in found if entry.clocking.badge_number]  # without the mark of lost numbers
    assert len({entry.clocking.id for entry in found}) == len(found)
    for entry in found:
        former = originals[entry.clocking.id.bytes]
        assert entry.clocking == former.clocking
        if entry.state is not former.state:
            assert entry.state is DeliveryState.UNKNOWN or former.state is DeliveryState.SENDING
    return len(found)


@pytest.mark.no_cover
def test_every_readable_row_is_salvaged_and_none_made_up(
    tmp_path: Path, sound: tuple[bytes, bytes, dict[bytes, LedgerEntry]]
) -> None:
    file, log, originals = sound
    chance = random.Random(20261125)
    salvaged = 0
    for number in range(FILES):
        folder = tmp_path / str(number)
        folder.mkdir()
        spoils_log = chance.random() < 0.3
        broken = file if spoils_log and chance.random() < 0.5 else spoil(file, chance)
        path = folder / FILE_NAME
        path.write_bytes(broken)
        wal_of(path).write_bytes(spoil(log, chance) if spoils_log else log)
        mark_damaged(folder, "the test says so")
        # Fifty rows are in the log only; half of the damage is a page or less, which holds about fifteen.
        salvaged += check_salvaged(folder, originals)
        assert len(reports_of_damage(folder)) == 1
        shutil.rmtree(folder)
    assert salvaged > FILES * COUNT * 0.8


def test_one_destroyed_page_costs_what_is_on_it_and_no_more(
    tmp_path: Path, sound: tuple[bytes, bytes, dict[bytes, LedgerEntry]]
) -> None:
    file, log, originals = sound
    for number in range(0, len(file) // PAGE, 3):
        folder = tmp_path / str(number)
        folder.mkdir()
        page = file[number * PAGE : (number + 1) * PAGE]
        (folder / FILE_NAME).write_bytes(file.replace(page, b"\xa5" * PAGE))
        wal_of(folder / FILE_NAME).write_bytes(log)
        on_it = sum(key in page for key in originals)
        mark_damaged(folder, "the test says so")
        assert check_salvaged(folder, originals) >= COUNT - on_it - 3  # three have overflow pages


def test_without_schema_and_indexes_all_of_it_comes_back_to_be_asked_for(
    tmp_path: Path, sound: tuple[bytes, bytes, dict[bytes, LedgerEntry]]
) -> None:
    file, log, originals = sound
    path = tmp_path / FILE_NAME
    path.write_bytes(bytes(PAGE) + file[PAGE:])
    wal_of(path).write_bytes(bytes(32) + log[32:])  # no log for SQLite either
    assert check_salvaged(tmp_path, originals) >= COUNT - 3  # three have overflow pages, which the log's header finds
    with opened(tmp_path) as ledger:
        states = {entry.state for entry in whole_entries(ledger)}
    assert states == {DeliveryState.UNKNOWN, DeliveryState.CONFIRMED, DeliveryState.REFUSED, DeliveryState.UNDONE}


def test_damage_elsewhere_leaves_the_states_as_they_are(
    tmp_path: Path, sound: tuple[bytes, bytes, dict[bytes, LedgerEntry]]
) -> None:
    file, log, originals = sound
    (tmp_path / FILE_NAME).write_bytes(file)
    wal_of(tmp_path / FILE_NAME).write_bytes(log)
    mark_damaged(tmp_path, "an index is wrong")
    check_salvaged(tmp_path, originals)
    with opened(tmp_path) as ledger:
        for entry in whole_entries(ledger):
            former = originals[entry.clocking.id.bytes].state
            assert entry.state is (DeliveryState.UNKNOWN if former is DeliveryState.SENDING else former)
            assert entry.sequence == originals[entry.clocking.id.bytes].sequence
        assert record(ledger, clocking()) == COUNT + 1


def test_local_numbers_go_on_beyond_the_lost_ones(
    tmp_path: Path, sound: tuple[bytes, bytes, dict[bytes, LedgerEntry]]
) -> None:
    file, _, originals = sound
    (tmp_path / FILE_NAME).write_bytes(file[: len(file) // 3 // PAGE * PAGE])
    with opened(tmp_path) as ledger:
        assert record(ledger, clocking()) > max(entry.sequence for entry in originals.values())


def test_a_row_that_changed_on_the_disk_is_told_and_not_carried(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        record(ledger, clocking(badge="7777700001"))
        record(ledger, clocking(badge="7777700002"))
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes().replace(b"7777700001", b"7777700007"))
    mark_damaged(tmp_path, "the test says so")
    with opened(tmp_path) as ledger:
        assert [entry.clocking.badge_number for entry in whole_entries(ledger)] == ["7777700002"]
    (report,) = reports_of_damage(tmp_path)
    text = report.read_text()
    assert "not readable (local numbers): 1." in text
    assert "77777" not in text
    assert report.stat().st_mode & 0o007 == 0


def test_a_held_one_from_the_pages_is_asked_for_once_its_badge_is_known(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        record(ledger, one := clocking(None, badge="4711471147"))
    path = tmp_path / FILE_NAME
    path.write_bytes(bytes(PAGE) + path.read_bytes()[PAGE:])
    with opened(tmp_path) as ledger:
        assert state_of(ledger, 1) is DeliveryState.UNKNOWN
        assert held_badge_numbers(ledger) == ["4711471147"]
        (day,) = held_days(ledger, "4711471147")
        assert release_held(ledger, "4711471147", 5, day=day) == 1
        (entry,) = (one for one in whole_entries(ledger) if one.sequence == 1)
        assert (entry.state, entry.clocking) == (DeliveryState.UNKNOWN, replace(one, person_id=5))


@pytest.mark.parametrize("end", ["discarded", "confirmed"])
def test_of_several_copies_in_the_pages_the_end_counts(tmp_path: Path, end: str) -> None:
    living, folder = tmp_path / "living", tmp_path / "ledger"
    living.mkdir()
    with opened(living) as ledger:
        start_sending(ledger, sequence := record(ledger, clocking()))
        settle(ledger, sequence, Refused("Protime answered 400") if end == "discarded" else InDoubt("cut"))
        ledger.checkpoint()
        if end == "discarded":
            discard(ledger, sequence, operator="hr", reason="entered by hand")
        else:
            settle(ledger, sequence, Confirmed(7))
        shutil.copytree(living, folder, ignore=shutil.ignore_patterns("*-shm", "*.lock", "*.reserve"))
    for path, size in ((folder / FILE_NAME, PAGE), (wal_of(folder / FILE_NAME), 32)):
        path.write_bytes(bytes(size) + path.read_bytes()[size:])
    with opened(folder) as ledger:
        assert state_of(ledger, sequence) == end


def test_the_fresh_chain_tells_what_it_follows(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        record(ledger, clocking())
        number, end = ledger.connection.execute("SELECT id, hash FROM event ORDER BY id DESC LIMIT 1").fetchone()
    mark_damaged(tmp_path, "the test says so")
    with opened(tmp_path) as ledger:
        first, second, *_ = events(ledger.connection)
        assert first.kind == EventKind.ANCHOR
        assert second.note is not None
        assert second.note.startswith("salvaged; ledger-damaged-")
        assert second.note.endswith(f".db, whose chain ended with event {number} {end.hex()}")
        check_chain(ledger)
    path = tmp_path / FILE_NAME
    path.write_bytes(bytes(PAGE) + path.read_bytes()[PAGE:])
    with opened(tmp_path) as ledger:
        _, second, *_ = events(ledger.connection)
        assert second.note is not None
        assert second.note.endswith("whose chain cannot be read at its end")


@pytest.mark.parametrize("instant", ["aside", "decided", "log gone"])
def test_a_kill_at_any_instant_of_the_exchange_loses_nothing(tmp_path: Path, instant: str) -> None:
    with opened(tmp_path) as ledger:
        record(ledger, one := clocking())
    path = tmp_path / FILE_NAME
    if instant == "aside":  # the second names are there, nothing is decided
        (tmp_path / "ledger-damaged-x.db").hardlink_to(path)
        (tmp_path / BUILDING).write_bytes(b"half of it")
    else:
        with FreshLedger(tmp_path / BUILDING) as fresh:
            fresh.finish(beyond=41, why="marked")
        (tmp_path / BUILDING).rename(tmp_path / READY)
        if instant == "log gone":
            wal_of(path).unlink(missing_ok=True)
    with opened(tmp_path) as ledger:
        expected = 2 if instant == "aside" else 42
        assert record(ledger, replace(one, badge_number="other")) == expected
    assert not (tmp_path / READY).exists()


def test_who_has_the_former_file_open_goes_on_in_the_fresh_one(tmp_path: Path) -> None:
    kiosk = LedgerDatabase(tmp_path)
    first = record(kiosk, clocking())
    mark_damaged(tmp_path, "deep inside")
    with opened(tmp_path):  # the courier, started again
        assert record(kiosk, clocking(2)) == 2
        assert undo(kiosk, first, at=NOW)
    kiosk.close()
    with opened(tmp_path) as ledger:
        assert [entry.state for entry in whole_entries(ledger)] == [DeliveryState.UNDONE, DeliveryState.RECORDED]


def test_two_at_once_make_one_salvage(tmp_path: Path, sound: tuple[bytes, bytes, dict[bytes, LedgerEntry]]) -> None:
    file, log, _ = sound
    path = tmp_path / FILE_NAME
    path.write_bytes(file)
    wal_of(path).write_bytes(log)
    with opened(tmp_path):
        pass
    assert not wal_of(path).exists(), "all of it is in the file"
    path.write_bytes(b"\xff" * 64 + path.read_bytes()[64:])
    failures: list[Exception] = []

    def start() -> None:
        try:
            with opened(tmp_path) as ledger:
                record(ledger, clocking())
        except Exception as error:  # noqa: BLE001 # the test's own thread looks at it
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    assert len(reports_of_damage(tmp_path)) == 1
    with opened(tmp_path) as ledger:
        assert len([one for one in whole_entries(ledger) if one.clocking.badge_number]) == COUNT + 4


def test_a_salvage_under_way_is_waited_for(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        record(ledger, clocking())
    (tmp_path / BUILDING).touch()
    with (tmp_path / "ledger.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        threading.Timer(0.5, lambda: fcntl.flock(lock, fcntl.LOCK_UN)).start()
        ledger = LedgerDatabase(tmp_path, patience_seconds=0.05)
    assert record(ledger, clocking()) == 2
    ledger.close()


@settings(max_examples=300)
@given(st.binary(max_size=3 * PAGE), st.binary(max_size=2 * PAGE))
def test_no_bytes_stop_the_scan(file: bytes, log: bytes) -> None:
    list(records(page_images(file, log), 18, 20, set()))


@settings(max_examples=300)
@given(st.data())
def test_no_bytes_around_a_record_stop_the_scan(data: st.DataObject) -> None:
    head = bytes([data.draw(st.integers(19, 40)), 0, 44]) + data.draw(st.binary(min_size=16, max_size=60))
    page = data.draw(st.binary(max_size=40)) + head + data.draw(st.binary(max_size=300))
    for found in records(page_images(page.ljust(PAGE, b"\0"), b""), 18, 40, set()):
        assert 18 <= len(found.values) <= 40


def test_a_name_that_is_taken_is_never_overwritten(tmp_path: Path) -> None:
    for badge in ("1", "2", "3"):
        with opened(tmp_path) as ledger:
            record(ledger, clocking(badge=badge))
        mark_damaged(tmp_path, "once more")
        with opened(tmp_path):
            pass
    kept = []
    for path in tmp_path.glob("ledger-damaged-*.db"):
        with closing(sqlite3.connect(path)) as file:
            kept.append(file.execute("SELECT count(*) FROM clocking").fetchone()[0])
    assert sorted(kept) == [1, 2, 3]


@pytest.mark.parametrize("size", [1024, PAGE_BYTES, 4096])
def test_the_size_of_the_pages_is_found_without_a_header(tmp_path: Path, size: int) -> None:
    path = tmp_path / FILE_NAME
    with closing(sqlite3.connect(path)) as former:
        former.execute(f"PRAGMA page_size = {size}")
        former.execute("VACUUM")
    with opened(tmp_path) as ledger:
        for number in range(COUNT):
            record(ledger, known(number))
    file = path.read_bytes()
    assert int.from_bytes(file[16:18], "big") == size, "a ledger of an earlier version has larger pages"
    images = page_images(bytes(100) + file[100:], b"")
    assert images.page_bytes == size
