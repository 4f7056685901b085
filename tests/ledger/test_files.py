"""The ledger's files: what belongs together, and what another process or a full disk makes of them."""

import fcntl
import os
import shutil
import sqlite3
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from terminal_app.ledger.commit_lock import CommitLock, LockHeldByAnother
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import LedgerUnusable, NotRecorded
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.recording import record
from terminal_app.ledger.wal import GROWN_WAL_BYTES, wal_of
from terminal_app.roster.replacement import RosterWriter
from tests.ledger.clockings import clocking, later, opened, whole_entries

BADGED = 3
"""So few that the file's first page is not in the log."""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """The folder of a kiosk that was killed: its clockings are in the write-ahead log only."""
    living, folder = tmp_path / "living", tmp_path / "killed"
    living.mkdir()
    with opened(living) as ledger:
        for minutes in range(BADGED):
            record(ledger, clocking(at=later(minutes)))
        shutil.copytree(living, folder)
    (folder / f"{FILE_NAME}-shm").unlink()
    return folder


def count(folder: Path) -> int:
    with closing(sqlite3.connect(folder / FILE_NAME)) as file:
        found: int = file.execute("SELECT count(*) FROM clocking").fetchone()[0]
    return found


def test_after_a_kill_everything_is_there(killed: Path) -> None:
    with opened(killed):
        pass
    assert count(killed) == BADGED


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_log_without_its_file_is_not_thrown_away(killed: Path, tmp_path: Path, how: str) -> None:
    path = killed / FILE_NAME
    path.rename(tmp_path / "elsewhere")
    if how == "empty":
        path.touch()
    log = wal_of(path).read_bytes()
    with opened(killed) as ledger:
        states = [entry.state.value for entry in whole_entries(ledger)]
    assert states == [*["unknown"] * BADGED, "undone"]  # and the mark of numbers that may be lost
    (aside,) = killed.glob("ledger-damaged-*.db-wal")
    assert aside.read_bytes() == log


def test_a_file_that_is_no_database_is_not_written_to(killed: Path) -> None:
    path = killed / FILE_NAME
    spoilt = bytes(64) + path.read_bytes()[64:]
    path.write_bytes(spoilt)
    log = wal_of(path).read_bytes()
    with opened(killed) as ledger:
        assert [entry.state.value for entry in whole_entries(ledger)] == [*["unknown"] * BADGED, "undone"]
    (aside,) = killed.glob("ledger-damaged-*.db")
    assert (aside.read_bytes(), wal_of(aside).read_bytes()) == (spoilt, log)


def test_a_strangers_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("shopping list\n" * 50)
    with pytest.raises(LedgerUnusable, match="is not a ledger"):
        LedgerDatabase(tmp_path)
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE clockings (a)")
    (tmp_path / "other.db").replace(tmp_path / FILE_NAME)
    with pytest.raises(LedgerUnusable, match="another program's"):
        LedgerDatabase(tmp_path)
    assert not list(tmp_path.glob("ledger-damaged*"))


def test_a_beginning_that_a_cut_checkpoint_spoilt_is_mended_from_the_log(tmp_path: Path) -> None:
    living, folder = tmp_path / "living", tmp_path / "cut"
    living.mkdir()
    with opened(living) as ledger:
        with ledger.transaction() as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute(f"PRAGMA user_version = {version}")  # writes the first page, as a growing file does
        record(ledger, clocking())
        shutil.copytree(living, folder)
    (folder / f"{FILE_NAME}-shm").unlink()
    path = folder / FILE_NAME
    path.write_bytes(bytes(512) + path.read_bytes()[512:])
    with opened(folder):
        pass
    assert count(folder) == 1
    assert not list(folder.glob("ledger-damaged-*"))  # nothing had to be salvaged


def test_the_log_is_grown_once_however_often_it_is_opened(tmp_path: Path) -> None:
    with opened(tmp_path) as first:
        record(first, clocking())
        for _ in range(3):
            with opened(tmp_path):
                assert GROWN_WAL_BYTES <= wal_of(tmp_path / FILE_NAME).stat().st_size <= GROWN_WAL_BYTES * 1.1


def test_a_lock_file_that_refuses_is_told_like_a_disk_that_refuses(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        ledger._lock.close()
        with pytest.raises(NotRecorded, match=r"ledger\.lock cannot be locked: .*Look at the disk"):
            record(ledger, clocking())
        with pytest.raises(NotRecorded, match="cannot be locked"):
            ledger.checkpoint()
        ledger._lock = CommitLock(tmp_path / "ledger.lock")
        record(ledger, clocking())


@contextmanager
def another_program_holds(path: Path) -> Iterator[None]:
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_a_lock_that_is_never_let_go_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.lock"
    with closing(CommitLock(path, patience_seconds=0.05)) as lock:
        with another_program_holds(path), pytest.raises(LockHeldByAnother, match="fuser"), lock.held():
            pass
        with lock.held():
            pass


def test_who_writes_all_the_time_lets_the_other_in_after_a_turn_or_two(tmp_path: Path) -> None:
    path = tmp_path / "ledger.lock"
    turns: list[int] = [0]
    waited: list[int] = []
    is_over = threading.Event()

    def writes_all_the_time() -> None:
        with closing(CommitLock(path, gives_way=True)) as lock:
            while not is_over.is_set():
                with lock.held():
                    turns[0] += 1
                    time.sleep(0.003)

    writer = threading.Thread(target=writes_all_the_time)
    writer.start()
    try:
        with closing(CommitLock(path)) as lock:
            while len(waited) < 41:
                time.sleep(0.001)
                before = turns[0]
                with lock.held():
                    waited.append(turns[0] - before)
    finally:
        is_over.set()
        writer.join()
    assert statistics.median(waited) <= 2


def test_a_recording_does_not_wait_for_ever(tmp_path: Path) -> None:
    ledger = LedgerDatabase(tmp_path, patience_seconds=0.05)
    with another_program_holds(tmp_path / "ledger.lock"):
        with pytest.raises(NotRecorded, match="does not let go"):
            record(ledger, clocking())
        with pytest.raises(NotRecorded, match="does not let go"):
            ledger.checkpoint()
        with pytest.raises(LedgerUnusable, match="does not let go"):
            LedgerDatabase(tmp_path, patience_seconds=0.05)
    assert record(ledger, clocking()) == 1
    ledger.close()


def test_a_disk_without_room_to_grow_takes_clockings_all_the_same(tmp_path: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1M", "tmpfs", tmp_path], check=False).returncode != 0:
        pytest.skip("mounting needs root")
    try:
        with opened(tmp_path) as ledger:
            for minutes in range(20):
                record(ledger, clocking(at=later(minutes)))
            assert shutil.disk_usage(tmp_path).free > 100_000
        assert count(tmp_path) == 20
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def test_others_cannot_read_it(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        with opened(tmp_path) as ledger, closing(RosterWriter(tmp_path)):
            record(ledger, clocking())
            modes = {path.name: path.stat().st_mode & 0o007 for path in tmp_path.iterdir()}
    finally:
        os.umask(former)
    assert {"ledger.db", "ledger.db-wal", "roster.db"} <= modes.keys()
    assert set(modes.values()) == {0}
