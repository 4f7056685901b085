"""Whatever a disk makes of the ledger's file: the next start salvages it, and who only reads is told what to do."""

import random
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from terminal_app.ledger.connection import PAGE_BYTES
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import LedgerError, LedgerUnusable, NotRecorded
from terminal_app.ledger.files import FILE_NAME
from terminal_app.ledger.outbox import next_of_each_person
from terminal_app.ledger.reading import entries, ledger_to_read, waiting
from terminal_app.ledger.recording import record
from tests.ledger.clockings import clocking, opened, whole_entries, with_id

FILES = 100
REMEDY = re.compile(r"\. (Move|Make|Look|It has|End|Use|Install|Start) |Is the disk full or failing")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("sound")
    with opened(folder) as ledger:
        for number in range(60):
            record(ledger, with_id(number + 1))
    return (folder / FILE_NAME).read_bytes()


def damaged(sound: bytes, chance: random.Random) -> bytes:
    file = bytearray(sound)
    match chance.randrange(4):
        case 0:
            for _ in range(chance.randint(1, 30)):
                file[chance.randrange(len(file))] = chance.randrange(256)
        case 1:
            del file[chance.randrange(len(file)) :]
        case 2:
            start, size = chance.randrange(len(file)), chance.randint(1, 3000)
            file[start : start + size] = bytes(len(file[start : start + size]))
        case _:  # the header and the schema
            for _ in range(chance.randint(1, 8)):
                file[chance.randrange(4096)] = chance.randrange(256)
    return bytes(file)


def use(folder: Path) -> None:
    """What the kiosk and the courier do with a ledger."""
    with closing(LedgerDatabase(folder)) as ledger:
        record(ledger, clocking())
        next_of_each_person(ledger, most=100)


def look(folder: Path) -> None:
    """What the operator does."""
    with ledger_to_read(folder) as connection:
        list(entries(connection, settled=True))
        waiting(connection)


def what_was_said(deed: Callable[[Path], None], folder: Path) -> str | None:
    try:
        deed(folder)
    except LedgerError as error:
        return str(error)
    return None


def test_the_operator_is_told_and_the_next_start_works(tmp_path: Path, sound: bytes) -> None:
    chance = random.Random(20261124)
    told = 0
    for number in range(FILES):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / FILE_NAME).write_bytes(damaged(sound, chance))
        said = what_was_said(look, folder)
        assert said is None or REMEDY.search(said), said
        told += said is not None
        with suppress(LedgerError):  # damage that only a write meets: the next use has salvaged it
            use(folder)
        use(folder)
    assert told > FILES // 4


def number_of_the_last_event(path: Path, number: int) -> None:
    with closing(sqlite3.connect(path)) as file:
        (page,) = file.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'event'").fetchone()
    content = bytearray(path.read_bytes())
    start = (page - 1) * PAGE_BYTES
    cells = int.from_bytes(content[start + 3 : start + 5], "big")
    at = start + 8 + 2 * (cells - 1)
    cell = start + int.from_bytes(content[at : at + 2], "big")
    assert content[cell] > 127, "two bytes of size, then the number"
    content[cell + 2] = number
    path.write_bytes(content)


def test_crooked_numbers_of_events_stop_the_recording_once(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        sequence = record(ledger, clocking())
    number_of_the_last_event(tmp_path / FILE_NAME, 0)
    with opened(tmp_path) as ledger:
        with pytest.raises(NotRecorded, match=r"event\.id"):
            record(ledger, with_id(1))
        assert record(ledger, with_id(2)) > sequence
        assert {entry.clocking.id.int for entry in whole_entries(ledger)} >= {2}
        assert len(whole_entries(ledger)) == 2


def schema_that_is_no_text(path: Path) -> None:
    file = path.read_bytes()
    at = file.index(b"CREATE TABLE event") + len("CREATE ")
    path.write_bytes(file[:at] + b"\xc9" + file[at + 1 :])


def schema_of_another(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE clocking RENAME COLUMN reason TO reasom")


def no_tables(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"PRAGMA application_id = {0x434C4B54}; PRAGMA user_version = 1; CREATE TABLE a (b);")


def empty_page(path: Path) -> None:
    file = path.read_bytes()
    path.write_bytes(file[:PAGE_BYTES] + bytes(PAGE_BYTES) + file[2 * PAGE_BYTES :])


@pytest.mark.parametrize("spoil", [schema_that_is_no_text, schema_of_another, no_tables, empty_page])
def test_what_is_plainly_damaged_is_kept_aside_at_the_start(tmp_path: Path, spoil: object) -> None:
    with opened(tmp_path) as ledger:
        record(ledger, clocking())
    spoil(tmp_path / FILE_NAME)  # type: ignore[operator]
    spoilt = (tmp_path / FILE_NAME).read_bytes()
    with opened(tmp_path) as ledger:
        record(ledger, clocking())
    (aside,) = tmp_path.glob("ledger-damaged-*.db")
    kept = bytearray(aside.read_bytes())
    kept[18:20] = spoilt[18:20]  # a file that is in no write-ahead mode, so no ledger's, is brought into it
    assert kept[:4096].replace(spoilt[24:28], b"").count(b"CLKT") == spoilt[:4096].count(b"CLKT")
    assert kept[4096:] == spoilt[4096:]


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(LedgerUnusable, match="has to be a file"):
        LedgerDatabase(tmp_path)


def test_another_table_beside_ours_does_no_harm(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        record(ledger, clocking())
        ledger.connection.execute("ANALYZE")
    with opened(tmp_path) as ledger:
        assert len(next_of_each_person(ledger, most=9)) == 1
