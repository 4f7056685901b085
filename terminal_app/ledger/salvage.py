"""Gets every readable clocking out of a damaged ledger into a fresh one, and keeps the damaged one aside.

What is read through SQLite is what was committed last. What SQLite does not find is looked for in the pages
themselves; such a copy may be an older one, so whatever it says, Protime is asked before anything of it is sent.
"""

import logging
import mmap
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from terminal_app.audit.salvaged import kept_file, note_of_salvage
from terminal_app.ledger.aside import DAMAGED, free_name, put_in_place
from terminal_app.ledger.carrying import FreshLedger, progress_of
from terminal_app.ledger.connection import connect
from terminal_app.ledger.failures import SQLiteFailure
from terminal_app.ledger.files import BUILDING, COPY_NAME, FILE_NAME
from terminal_app.ledger.opening import migrate
from terminal_app.ledger.page_images import PageImages, page_images
from terminal_app.ledger.record_scan import records
from terminal_app.ledger.rows import Values, text_of
from terminal_app.ledger.salvage_report import DELIVERED_KEPT, Salvage
from terminal_app.ledger.wal import wal_of

log = logging.getLogger(__name__)

_FIRST_COLUMNS = 18
"""Of the first version; later ones have more."""
_MOST_ROWS_OF_A_PAGE = 40
_IN_DOUBT = "from a damaged ledger: it may have been sent"


def salvage(folder: Path, why: str) -> Salvage:
    """Replace the damaged ledger in `folder`; with its lock held. `why`: what is wrong with it, in words.

    Raises OSError or sqlite3.Error when the disk refuses; then everything is as it was.
    """
    found = Salvage(why, free_name(folder, DAMAGED))
    _remove(folder)
    try:
        _copy(folder)
        with FreshLedger(folder / BUILDING) as fresh:
            _tell_of_former_chains(folder / COPY_NAME, f"{found.aside}.db", fresh)
            images = _images(folder / FILE_NAME)
            _carry(folder / COPY_NAME, images, fresh, found)
            beyond = found.highest
            if not found.is_whole:
                beyond += _MOST_ROWS_OF_A_PAGE * images.count
            fresh.finish(beyond=beyond, why="no clocking: numbers up to here may have been lost with a damaged ledger")
            sequences = set(fresh.sequences.values())
        put_in_place(folder, found.aside, found.report(sequences))
    finally:
        _remove(folder)
    log.error(
        "ledger-salvaged clockings=%d from_pages=%d unreadable=%d kept_aside=%s.db report=%s.txt",
        found.through_sqlite + found.from_pages,
        found.from_pages,
        len(found.senseless - sequences),
        found.aside,
        found.aside,
    )
    return found


def has_clockings(folder: Path) -> bool:
    """Whether anything in the ledger's files has the shape of one of our clockings; reads them only."""
    return any(True for _ in _scan(_images(folder / FILE_NAME), set()))


def _carry(copy: Path, images: PageImages, fresh: FreshLedger, found: Salvage) -> None:
    for values in _through_sqlite(copy, found):
        if fresh.put(values, in_doubt=_IN_DOUBT if images.is_log_broken else None):
            found.through_sqlite += 1
        else:
            found.senseless.add(_number(values))
    # Ids are passed over once SQLite has given them; of several copies in the pages the furthest one counts.
    given = set(fresh.sequences)
    progress: dict[bytes, int] = {}
    since = (datetime.now(UTC) - DELIVERED_KEPT).date().isoformat()
    for values in _scan(images, given):
        found.highest = max(found.highest, _number(values))
        key, further = values["id"], progress_of(values)
        if not isinstance(key, bytes) or further <= progress.get(key, -1):
            continue
        if values["state"] in {"confirmed", "undone"} and str(values["date"]) < since and key not in progress:
            progress[key] = further  # an older copy of it, that says otherwise, must not come in either
            continue
        if fresh.put(values, in_doubt=_IN_DOUBT, replace=True):
            found.from_pages += key not in progress
            progress[key] = further
        else:
            found.senseless.add(_number(values))


def _through_sqlite(copy: Path, found: Salvage) -> Iterator[Values]:
    """From both ends, up to where SQLite finds the damage."""
    since = (datetime.now(UTC) - DELIVERED_KEPT).date().isoformat()
    highest_read = 0
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.text_factory = text_of
            connection.execute("PRAGMA cell_size_check = ON")
            question = (
                "SELECT * FROM clocking NOT INDEXED WHERE sequence > ?"
                " AND (state NOT IN ('confirmed', 'undone') OR date >= ?) ORDER BY sequence"
            )
            try:
                (top,) = connection.execute("SELECT max(sequence) FROM clocking NOT INDEXED").fetchone()
                found.highest = max(found.highest, top or 0)
                for row in connection.execute(question, (0, since)):
                    highest_read = max(highest_read, row["sequence"])
                    yield dict(row)
                found.is_whole = True
            except SQLiteFailure:
                for row in connection.execute(f"{question} DESC", (highest_read, since)):
                    yield dict(row)
    except SQLiteFailure as error:
        log.warning("salvage-by-pages: SQLite cannot read on, error=%s", type(error).__name__)


def _tell_of_former_chains(copy: Path, kept: str, fresh: FreshLedger) -> None:
    """What ties the chain that begins to those before it: receipts of then are in the files that are kept."""
    notes: list[str] = []
    end = None
    with suppress(*SQLiteFailure), closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        rows = connection.execute("SELECT note FROM event WHERE kind = 'noted' AND sequence IS NULL ORDER BY id")
        notes = [note for (note,) in rows if kept_file(note)]
    with suppress(*SQLiteFailure), closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        row = connection.execute("SELECT id, hash FROM event ORDER BY id DESC LIMIT 1").fetchone()
        end = row if row and isinstance(row[1], bytes) else None
    for note in (*notes, note_of_salvage(kept, end)):
        fresh.note(note)


def _scan(images: PageImages, known: set[bytes]) -> Iterator[Values]:
    names = _columns()
    for record in records(images, _FIRST_COLUMNS, len(names), known):
        values = dict(zip(names, record.values, strict=False))
        yield {**values, names[0]: record.rowid}


def _images(path: Path) -> PageImages:
    log_bytes = wal_of(path).read_bytes() if wal_of(path).exists() else b""
    if not path.is_file() or path.stat().st_size == 0:
        return page_images(b"", log_bytes)
    with path.open("rb") as file:  # mapped: it may be larger than the memory that a service is allowed
        return page_images(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), log_bytes)


def _columns() -> list[str]:
    """Of the table `clocking`, in the order in which a record has them."""
    with closing(connect(":memory:")) as model:
        migrate(model, Path())
        return [name for _, name, *_ in model.execute("PRAGMA table_info(clocking)")]


def _copy(folder: Path) -> None:
    for source, name in ((folder / FILE_NAME, COPY_NAME), (wal_of(folder / FILE_NAME), f"{COPY_NAME}-wal")):
        if source.is_file():
            shutil.copyfile(source, folder / name)
            (folder / name).chmod(0o640)


def _remove(folder: Path) -> None:
    for name in (COPY_NAME, BUILDING):
        for suffix in ("", "-wal", "-shm", "-journal"):
            with suppress(FileNotFoundError):
                (folder / f"{name}{suffix}").unlink()


def _number(values: Values) -> int:
    sequence = values.get("sequence")
    return sequence if isinstance(sequence, int) else 0
