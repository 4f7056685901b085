"""A copy of a ledger in use, and the ways back: nothing lost, nothing twice, and nothing sent without asking."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.delivery_state import Ambiguous, Confirmed, InDoubt, Refused
from terminal_app.ledger.backup import back_up, restore
from terminal_app.ledger.erasure import erase
from terminal_app.ledger.errors import LedgerUnusable
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.reading import damage, ledger_to_read
from terminal_app.ledger.recording import record
from tests.ledger.clockings import check_sound, clocking, later, opened, state_of, states_passed, whole_entries


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "storage").mkdir()
    return tmp_path / "storage"


def test_a_copy_while_somebody_records_is_one_whole_state(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        for minute in range(400):
            record(ledger, clocking(at=later(minute)))
        written: list[Path] = []
        thread = threading.Thread(target=lambda: written.append(back_up(folder, tmp_path / "copy.db")))
        thread.start()
        minute = 400
        while thread.is_alive():
            record(ledger, clocking(at=later(minute)))
            minute += 1
        thread.join()
    assert written == [tmp_path / "copy.db"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "storage"]
    assert written[0].stat().st_mode & 0o007 == 0
    shutil.copy(written[0], tmp_path / FILE_NAME)
    with ledger_to_read(tmp_path) as copy:
        assert damage(copy) is None
        sequences = [number for (number,) in copy.execute("SELECT sequence FROM clocking ORDER BY sequence")]
    assert sequences == list(range(1, len(sequences) + 1))
    assert 400 <= len(sequences) <= minute


def test_a_copy_in_a_folder_gets_a_name_and_among_the_ledgers_files_is_refused(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, clocking())
    assert back_up(folder, tmp_path).name.startswith("ledger-2")
    with pytest.raises(LedgerUnusable, match="Choose another place"):
        back_up(folder, folder / "ledger.db")


def test_restoring_asks_for_what_may_have_been_sent_and_keeps_what_is_there(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        delivered, waits = record(ledger, clocking(1)), record(ledger, clocking(2))
        backup = back_up(folder, tmp_path / "copy.db")
        start_sending(ledger, delivered)
        settle(ledger, delivered, Confirmed(77))
        newest = record(ledger, clocking(3))
    said = restore(folder, backup)
    assert "nothing to bring back. The present ledger has 3 clockings" in said
    with opened(folder) as ledger:
        assert [state_of(ledger, one) for one in (delivered, waits, newest)] == ["confirmed", "recorded", "recorded"]
        assert states_passed(ledger, delivered) == ["recorded", "sending", "confirmed"]
    check_sound(folder)
    assert list(folder.glob("ledger-replaced-*")) == []


def test_restoring_after_the_ledger_was_lost(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        first, held = clocking(1), clocking(None, badge="4711")
        record(ledger, first)
        record(ledger, held)
        backup = back_up(folder, tmp_path / "copy.db")
    for path in folder.iterdir():
        path.unlink()
    with opened(folder) as ledger:
        after = clocking(5, at=later(60))
        assert record(ledger, after) == 1  # the numbers have begun again
    restore(folder, backup)
    with opened(folder) as ledger:
        found = {entry.sequence: entry for entry in whole_entries(ledger)}
    assert [found[number].clocking for number in (1, 2, 3)] == [after, held, first]
    assert [found[number].state for number in (1, 2, 3)] == [
        DeliveryState.RECORDED,
        DeliveryState.UNKNOWN,
        DeliveryState.UNKNOWN,
    ]


def test_a_damaged_ledger_is_salvaged_before_it_is_put_together_with_the_backup(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        record(ledger, one := clocking(1))
        backup = back_up(folder, tmp_path / "copy.db")
        record(ledger, other := replace(clocking(2), reader="back door"))
    path = folder / FILE_NAME
    path.write_bytes(bytes(4096) + path.read_bytes()[4096:])
    restore(folder, backup)
    with opened(folder) as ledger:
        clockings = [entry.clocking for entry in whole_entries(ledger) if entry.clocking.badge_number]
    assert clockings == [one, other]


def test_what_was_erased_since_stays_erased(folder: Path, tmp_path: Path) -> None:
    with opened(folder) as ledger:
        for person in (1, 2):
            start_sending(ledger, number := record(ledger, clocking(person, at=later(person))))
            settle(ledger, number, Confirmed(70 + person))
        backup = back_up(folder, tmp_path / "copy.db")
        erase(ledger, [1], why="person")
    assert "1 of the others were erased here and stay so" in restore(folder, backup)
    with opened(folder) as ledger:
        assert [entry.clocking.person_id for entry in whole_entries(ledger)] == [2]
    check_sound(folder)


def test_what_an_operator_had_before_them_is_not_sent_twice(folder: Path, tmp_path: Path) -> None:
    """After the backup it may have been retried, or decided: Protime is asked, or the operator is told to look."""
    with opened(folder) as ledger:
        for person, outcome in ((1, Refused("Protime answered 400")), (2, InDoubt("cut"))):
            start_sending(ledger, number := record(ledger, clocking(person, at=later(person))))
            settle(ledger, number, outcome)
        settle(ledger, 2, Ambiguous("two records", (5, 6)))
        backup = back_up(folder, tmp_path / "copy.db")
    for path in folder.iterdir():
        path.unlink()
    restore(folder, backup)
    with opened(folder) as ledger:
        refused, ambiguous = whole_entries(ledger)
    assert refused.state is DeliveryState.REFUSED
    assert refused.explanation == (
        "Protime answered 400 (from a backup: it may have been sent since; look in Protime before you have it sent)"
    )
    assert ambiguous.state is DeliveryState.UNKNOWN


@pytest.mark.parametrize("how", ["foreign", "damaged", "newer", "missing"])
def test_what_is_no_sound_backup_changes_nothing(folder: Path, tmp_path: Path, how: str) -> None:
    with opened(folder) as ledger:
        for minute in range(100):
            record(ledger, clocking(at=later(minute)))
        backup = back_up(folder, tmp_path / "copy.db")
    raw = backup.read_bytes()
    match how:
        case "foreign":
            backup.write_bytes(raw[:68] + b"ABCD" + raw[72:])
        case "newer":
            backup.write_bytes(raw[:60] + (99).to_bytes(4, "big") + raw[64:])
        case "damaged":
            backup.write_bytes(raw[: len(raw) // 2] + b"\xff" * (len(raw) - len(raw) // 2))
        case _:
            backup.unlink()
    with pytest.raises(LedgerUnusable, match=r"\. (Choose|Install|Look|Start)"):
        restore(folder, backup)
    with opened(folder) as ledger:
        assert len(whole_entries(ledger)) == 100
    assert {path.name for path in folder.iterdir()} <= {FILE_NAME, "ledger.lock", "ledger.reserve"}
