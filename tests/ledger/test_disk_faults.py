"""A disk that is full, and one that fails: real ones, a small memory file system and a loop-mounted ext4."""

import errno
import fcntl
import os
import resource
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.ledger import reserve as room
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import DiskFull, LedgerUnusable, NotRecorded
from terminal_app.ledger.files import RESERVE
from terminal_app.ledger.outbox import next_of_each_person, settle, start_sending
from terminal_app.ledger.recording import record, take_back_refused
from tests.ledger.clockings import check_sound, clocking, later, opened, recorded_ids, state_of, with_id

_SHUTDOWN = 0x8004587D
"""ext4's and xfs' ioctl; with 2 nothing is flushed: every use of the file system fails from then on."""


@contextmanager
def mounted(folder: Path, *how: str) -> Iterator[Path]:
    if subprocess.run(["mount", *how, folder], check=False, capture_output=True).returncode != 0:
        pytest.skip("mounting needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Sixteen megabytes, a twentieth of which is reserved."""
    (tmp_path / "small").mkdir()
    with mounted(tmp_path / "small", "-t", "tmpfs", "-o", "size=16M", "tmpfs") as folder:
        yield folder


def fill(folder: Path) -> Path:
    """What somebody else writes until nothing is left."""
    path = folder / "somebody-elses"
    with path.open("ab", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(bytes(size))
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                size //= 2
    return path


def record_until_refused(ledger: LedgerDatabase, start: int = 0) -> int:
    number = start
    while True:
        try:
            record(ledger, with_id(number + 1))
        except DiskFull:
            return number
        number += 1
        if number % 50 == 0:
            try_checkpoint(ledger)


def try_checkpoint(ledger: LedgerDatabase) -> None:
    with suppress(NotRecorded):
        ledger.checkpoint()


def test_the_reserve_takes_clockings_when_all_the_rest_is_full(small: Path) -> None:
    with opened(small) as ledger:
        reserved = (small / RESERVE).stat().st_size
        assert reserved == 16 * 1024 * 1024 // 20 // 4096 * 4096
        theirs = fill(small)
        count = record_until_refused(ledger)
        # The grown log takes some hundreds; the file beside it grows into the reserve.
        assert count * 1000 > reserved
        assert not (small / RESERVE).stat().st_size
        assert recorded_ids(small) >= set(range(1, count + 1))
        assert room.fullness(small) >= room.FULL_PERCENT
        theirs.unlink()
        assert record(ledger, with_id(count + 1)) == count + 1
        ledger.checkpoint()
        assert (small / RESERVE).stat().st_size == reserved
    check_sound(small)


def test_the_courier_keeps_an_outcome_on_a_full_disk(small: Path) -> None:
    with opened(small) as ledger:
        record(ledger, clocking())
        fill(small)
        record_until_refused(ledger, start=10)
        (small / "somebody-elses").unlink()
        (entry,) = next_of_each_person(ledger, most=1)
        start_sending(ledger, entry.sequence)
        settle(ledger, entry.sequence, Confirmed(1))


def test_a_full_disk_from_the_start(small: Path) -> None:
    fill(small)
    with pytest.raises(LedgerUnusable, match=r"disk is full|Is the disk full"):
        LedgerDatabase(small)
    (small / "somebody-elses").unlink()
    with opened(small) as ledger:
        record(ledger, clocking())


def test_a_read_only_disk_from_the_start(small: Path) -> None:
    with opened(small) as ledger:
        record(ledger, clocking())
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)
    with pytest.raises(LedgerUnusable, match="cannot be written"):
        LedgerDatabase(small)
    subprocess.run(["mount", "-o", "remount,rw", small], check=True)
    with opened(small) as ledger:
        assert record(ledger, clocking(at=later(1))) == 2


def test_a_disk_that_fails_altogether_is_told_each_time_and_what_was_confirmed_is_there(tmp_path: Path) -> None:
    image, folder = tmp_path / "image", tmp_path / "disk"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(32 * 1024 * 1024)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    with mounted(folder, "-o", "loop", str(image)):
        ledger = LedgerDatabase(folder, patience_seconds=1)
        for minute in range(20):
            record(ledger, clocking(at=later(minute)))
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.ioctl(descriptor, _SHUTDOWN, struct.pack("I", 2))
        os.close(descriptor)
        for minute in range(20, 23):
            with pytest.raises(NotRecorded):
                record(ledger, clocking(at=later(minute)))
        with pytest.raises(LedgerUnusable):
            ledger.rows("SELECT count(*) FROM history")
        with pytest.raises(NotRecorded):
            ledger.checkpoint()
        ledger.close()
    with mounted(folder, "-o", "loop", str(image)), opened(folder) as ledger:
        assert ledger.rows("SELECT count(*) FROM clocking") == [(20,)]


def test_after_an_error_the_file_is_opened_anew_and_goes_on(tmp_path: Path) -> None:
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    with opened(tmp_path) as ledger:
        record(ledger, with_id(1))
        connection = ledger.connection
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, former[1]))  # the kernel refuses every write, as a bad disk does
        try:
            for number in (2, 3):
                with pytest.raises(NotRecorded):
                    record(ledger, with_id(number))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, former)
        assert record(ledger, with_id(4)) == 2
        assert ledger.connection is not connection
    assert recorded_ids(tmp_path) == {1, 4}
    check_sound(tmp_path)


def test_what_a_guest_was_told_is_not_recorded_is_taken_back(ledger: LedgerDatabase) -> None:
    sequence = record(ledger, one := clocking())
    ledger.told_not_recorded.add(one.id.bytes)
    take_back_refused(ledger, at=later(1))
    assert state_of(ledger, sequence) is DeliveryState.UNDONE
    assert not ledger.told_not_recorded
