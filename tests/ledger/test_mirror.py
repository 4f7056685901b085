"""The mirror on a medium of its own (a memory file system): written before the answer, and never waited for long."""

import json
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from terminal_app.clocking.anchors import AnchorSource, Estimate
from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.clocking.doubtful_time import Correct, TimeSettled
from terminal_app.clocking.time_quality import TimeQuality, TimeState
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.erasure import erase
from terminal_app.ledger.errors import LedgerUnusable
from terminal_app.ledger.mirror import Mirror, what_is_wrong_with
from terminal_app.ledger.mirror_lines import day_files, read_lines
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.recording import record, undo
from terminal_app.ledger.recovery import recover
from terminal_app.ledger.time_settling import settle_time
from tests.ledger.clockings import MORNING, ZONE, check_chain, clocking, later, opened, whole_entries

MEDIUM = Path("/dev/shm")


@pytest.fixture
def stick(tmp_path: Path) -> Iterator[Path]:
    if not MEDIUM.is_dir() or MEDIUM.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no other medium here")
    folder = Path(tempfile.mkdtemp(dir=MEDIUM))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


def mirror_of(ledger: LedgerDatabase, stick: Path) -> Mirror:
    # Patient, so that a busy machine fails nothing here.
    mirror = Mirror(stick, ledger.path.parent, keep_days=40, patience_seconds=20, look_seconds=0.02)
    until(lambda: what_is_wrong_with(stick, ledger.path.parent) is not None or not mirror.is_missing)
    return mirror


def keep(mirror: Mirror, ledger: LedgerDatabase, *sequences: int) -> None:
    """At once, or where it looks at its medium just then, by catching up: once in either way."""
    if not mirror.keep(ledger.connection, sequences):
        until(lambda: not mirror.is_behind)


def ids(stick: Path) -> list[object]:
    return [
        values["id"] for path in day_files(stick) for values in read_lines(path) if values and "state" not in values
    ]


def test_what_is_lost_comes_back_and_is_asked_for(tmp_path: Path, ledger: LedgerDatabase, stick: Path) -> None:
    first, held, back = clocking(1), clocking(None, badge="4711"), clocking(3)
    with closing(mirror_of(ledger, stick)) as mirror:
        for one in (first, held, back):
            keep(mirror, ledger, record(ledger, one))
        undo(ledger, 3, at=later(1))
        keep(mirror, ledger, 3)
    (tmp_path / "new").mkdir()
    with opened(tmp_path / "new") as fresh:
        record(fresh, present := clocking(9, at=later(30)))
    said = recover(tmp_path / "new", stick)
    assert "Damaged lines of the mirror: 0" in said
    with opened(tmp_path / "new") as fresh:
        found = {entry.clocking: entry.state for entry in whole_entries(fresh)}
    assert found == {
        present: DeliveryState.RECORDED,
        first: DeliveryState.UNKNOWN,
        held: DeliveryState.UNKNOWN,
        back: DeliveryState.UNDONE,
    }


def test_what_the_ledger_has_is_not_doubled(tmp_path: Path, stick: Path) -> None:
    with opened(tmp_path) as ledger:
        with closing(mirror_of(ledger, stick)) as mirror:
            keep(mirror, ledger, record(ledger, clocking(1)), record(ledger, clocking(2)))
        start_sending(ledger, 1)
        settle(ledger, 1, Confirmed(5))
    recover(tmp_path, stick)
    with opened(tmp_path) as ledger:
        assert [entry.state for entry in whole_entries(ledger)] == [DeliveryState.CONFIRMED, DeliveryState.RECORDED]


def test_an_absent_medium_blocks_nothing_and_catches_up_by_itself(
    tmp_path: Path, ledger: LedgerDatabase, stick: Path
) -> None:
    now = datetime.now(UTC)
    with closing(mirror_of(ledger, stick)) as mirror:
        keep(mirror, ledger, record(ledger, clocking(1, at=now)))
        away = stick.with_name(f"{stick.name}-away")
        stick.rename(away)
        try:
            sequence = record(ledger, clocking(2, at=now))
            mirror.keep(ledger.connection, [sequence])
            until(lambda: mirror.is_missing)
            undo(ledger, 1, at=now)
            mirror.keep(ledger.connection, [1])
        finally:
            away.rename(stick)
        until(lambda: len(ids(stick)) == 2 and not mirror.is_missing)
        until(lambda: any("state" in (one or {}) for path in day_files(stick) for one in read_lines(path)))


def test_a_medium_that_hangs_is_not_waited_for(tmp_path: Path, ledger: LedgerDatabase, stick: Path) -> None:
    mirror = Mirror(stick, tmp_path, keep_days=40, patience_seconds=0.05, look_seconds=0.02)
    sequence = record(ledger, clocking(1))
    until(lambda: mirror.keep(ledger.connection, [sequence]))
    for path in day_files(stick):
        path.unlink()
        os.mkfifo(path)  # whoever opens it to read waits for a writer: for ever
    mirror.keep(ledger.connection, [sequence])
    for _ in range(3):
        assert not mirror.keep(ledger.connection, [record(ledger, clocking(2))])
    mirror.close(wait_seconds=0.05)


def test_the_ledgers_own_medium_is_no_mirror(tmp_path: Path, ledger: LedgerDatabase) -> None:
    (tmp_path / "mirror").mkdir()
    with closing(Mirror(tmp_path / "mirror", tmp_path, keep_days=40, look_seconds=0.02)) as mirror:
        until(lambda: mirror.is_missing)
        assert not mirror.keep(ledger.connection, [record(ledger, clocking())])
    assert list((tmp_path / "mirror").iterdir()) == []


def test_a_cut_or_damaged_line_costs_no_other(tmp_path: Path, ledger: LedgerDatabase, stick: Path) -> None:
    with closing(mirror_of(ledger, stick)) as mirror:
        keep(mirror, ledger, record(ledger, clocking(1)))
        (path,) = day_files(stick)
        path.write_bytes(path.read_bytes() + b'12345678 {"half of')
        keep(mirror, ledger, record(ledger, clocking(2)))
        keep(mirror, ledger, record(ledger, clocking(3)))
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"\n", raw.index(b"half")) + 40] ^= 1
    path.write_bytes(raw)
    (tmp_path / "new").mkdir()
    assert "Damaged lines of the mirror: 2" in recover(tmp_path / "new", stick)
    with opened(tmp_path / "new") as fresh:
        assert {entry.clocking.person_id for entry in whole_entries(fresh)} == {1, 3}


def deliver(ledger: LedgerDatabase, *sequences: int) -> None:
    for sequence in sequences:
        start_sending(ledger, sequence)
        settle(ledger, sequence, Confirmed(sequence + 70))


OLD = MORNING - timedelta(days=800)


def test_a_day_goes_once_the_ledger_has_erased_all_of_it(tmp_path: Path, ledger: LedgerDatabase, stick: Path) -> None:
    with closing(mirror_of(ledger, stick)) as mirror:
        keep(mirror, ledger, record(ledger, clocking(1, at=OLD)), record(ledger, clocking(2, at=OLD.replace(day=3))))
        keep(mirror, ledger, record(ledger, clocking(3, at=OLD.replace(day=3))))
    deliver(ledger, 1, 2)
    with closing(mirror_of(ledger, stick)) as mirror:
        until(lambda: not mirror.is_behind)
        assert len(ids(stick)) == 3
    erase(ledger, [1, 2], why="retention")
    with closing(mirror_of(ledger, stick)):
        until(lambda: len(day_files(stick)) == 1)
    assert len(ids(stick)) == 2


def test_what_no_ledger_has_stays_however_old_and_is_told(
    tmp_path: Path, stick: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A new card, and the mirror of the old one: weeks without a network, and nobody has said `recover` yet."""
    with opened(tmp_path) as ledger, closing(mirror_of(ledger, stick)) as mirror:
        keep(mirror, ledger, record(ledger, clocking(1, at=OLD)))
    (tmp_path / "new").mkdir()
    with opened(tmp_path / "new") as ledger:
        record(ledger, clocking(9, at=later(30)))
        deliver(ledger, 1)
        erase(ledger, [1], why="retention")  # the number that the lost one has, too
        with closing(mirror_of(ledger, stick)) as mirror:
            until(lambda: not mirror.is_behind)
    assert len(ids(stick)) == 1
    assert "clockings=1 that this ledger never had; `recover` brings them back" in caplog.text


def test_a_day_of_a_ledger_that_was_put_together_goes_too(tmp_path: Path, stick: Path) -> None:
    with opened(tmp_path) as ledger, closing(mirror_of(ledger, stick)) as mirror:
        keep(mirror, ledger, record(ledger, clocking(1, at=OLD)))
    (tmp_path / "new").mkdir()
    with opened(tmp_path / "new") as ledger:
        record(ledger, clocking(9))
    recover(tmp_path / "new", stick)
    with opened(tmp_path / "new") as ledger:
        settle(ledger, 2, Confirmed(5))
        erase(ledger, [2], why="retention")
        with closing(mirror_of(ledger, stick)):
            until(lambda: [path.name for path in day_files(stick)] == [f"{MORNING.date()}.clockings"])


def test_a_doubtful_minute_that_may_have_been_corrected_and_sent_is_put_before_an_operator(
    tmp_path: Path, ledger: LedgerDatabase, stick: Path
) -> None:
    doubt = TimeQuality(TimeState.UNTRUSTED, None)
    with closing(mirror_of(ledger, stick)) as mirror:
        keep(mirror, ledger, record(ledger, one := replace(clocking(1), time=doubt)))
    (tmp_path / "new").mkdir()
    recover(tmp_path / "new", stick)
    with opened(tmp_path / "new") as fresh:
        (entry,) = whole_entries(fresh)
    assert entry.clocking == one
    assert (entry.state, entry.time_settled) == (DeliveryState.REFUSED, TimeSettled.ASKED)
    assert "look in Protime before you have it sent" in (entry.explanation or "")


def test_a_minute_that_was_corrected_before_the_mirror_caught_up_is_the_one_that_comes_back(
    tmp_path: Path, stick: Path
) -> None:
    doubt = TimeQuality(TimeState.UNTRUSTED, None)
    read_at = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    with opened(tmp_path) as ledger:
        with closing(mirror_of(ledger, stick)) as mirror:
            keep(mirror, ledger, sequence := record(ledger, replace(clocking(1, at=read_at), time=doubt)))
        (entry,) = whole_entries(ledger)
        estimate = Estimate(MORNING, timedelta(seconds=1), AnchorSource.KERNEL)
        assert settle_time(ledger, entry, Correct(estimate), ZONE)
        with closing(mirror_of(ledger, stick)) as mirror:
            until(lambda: not mirror.is_behind)
    assert [path.name for path in day_files(stick)] == ["1970-01-01.clockings", f"{MORNING.date()}.clockings"]
    (tmp_path / "new").mkdir()
    recover(tmp_path / "new", stick)
    with opened(tmp_path / "new") as fresh:
        (entry,) = whole_entries(fresh)
        assert (entry.sequence, entry.clocking.moment.instant) == (sequence, MORNING)
        assert (entry.state, entry.time_settled) == (DeliveryState.UNKNOWN, TimeSettled.CORRECTED)
        assert entry.raw is not None
        assert entry.raw.instant == read_at


def test_what_was_erased_does_not_come_back(tmp_path: Path, stick: Path) -> None:
    with opened(tmp_path) as ledger:
        with closing(mirror_of(ledger, stick)) as mirror:
            keep(mirror, ledger, record(ledger, clocking(1)), record(ledger, other := clocking(2, at=later(1))))
        deliver(ledger, 1, 2)
        erase(ledger, [1], why="person")
    assert "1 of the others were erased here and stay so" in recover(tmp_path, stick)
    with opened(tmp_path) as again:
        assert [entry.clocking for entry in whole_entries(again)] == [other]
        check_chain(again)


@pytest.mark.parametrize(
    "held",
    [{"sequence": [1]}, {"sequence": 2**64}, {"instant": {}}, {"date": 10**30}, {"sequence": 1, "kind": "Odd"}],
    ids=str,
)
def test_a_line_that_somebody_made_up_stops_nothing(
    tmp_path: Path, ledger: LedgerDatabase, stick: Path, held: dict[str, object]
) -> None:
    text = json.dumps({"id": "00" * 16, "badge_number": "1", "person_id": 1, **held})
    (stick / "2020-01-01.clockings").write_text(f"{zlib.crc32(text.encode()):08x} {text}\n")
    with closing(mirror_of(ledger, stick)) as mirror:
        keep(mirror, ledger, record(ledger, one := clocking(1)))
        assert not mirror.is_missing
    (tmp_path / "new").mkdir()
    recover(tmp_path / "new", stick)
    with opened(tmp_path / "new") as fresh:
        assert [entry.clocking for entry in whole_entries(fresh)] == [one]


def test_what_is_no_mirror_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="is no mirror"):
        recover(tmp_path, tmp_path)
    with pytest.raises(LedgerUnusable, match="cannot be read"):
        recover(tmp_path, tmp_path / "nowhere")
