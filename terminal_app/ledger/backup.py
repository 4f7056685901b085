"""A copy of the ledger while kiosk and courier work, and the way back from one."""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from terminal_app.ledger.aside import REPLACED, finish_replacement, free_name, put_in_place
from terminal_app.ledger.carrying import FreshLedger
from terminal_app.ledger.commit_lock import CommitLock, LockHeldByAnother
from terminal_app.ledger.connection import connect
from terminal_app.ledger.database import LedgerDatabase
from terminal_app.ledger.errors import LedgerUnusable
from terminal_app.ledger.failures import SQLiteFailure, what_is_wrong
from terminal_app.ledger.files import BUILDING, COPY_NAME, FILE_NAME, sync_file, sync_folder
from terminal_app.ledger.opening import APPLICATION_ID, check_version, migrate
from terminal_app.ledger.reading import damage, ledger_to_read
from terminal_app.ledger.rows import Values, text_of

_PAGES_AT_A_TIME = 64
_PAUSE_SECONDS = 0.002
_ONLY_IN_THE_BACKUP = "from a backup: it may have been sent since"


def back_up(folder: Path, target: Path) -> Path:
    """Copy the ledger as it is at this instant to `target`, or into it where it is a folder; where it is then.

    One reading transaction, so nobody waits for it; in small steps, so that the disk is not busy with it alone. The
    copy has its name only once it is whole, checked and synced. Raises LedgerUnusable, and OSError for the target.
    """
    if target.is_dir():
        target = target / f"ledger-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    if target.resolve().parent == folder.resolve() and target.name.startswith("ledger"):
        raise LedgerUnusable(f"{target} would be among the ledger's own files. Choose another place.")
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with ledger_to_read(folder) as source:
            unfinished.touch(0o640)
            _copy(source, unfinished)
        sync_file(unfinished)
        unfinished.rename(target)
        sync_folder(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def remove_older_copies(folder: Path, keep: int) -> None:
    """Of the copies that `back_up` named by their time, remove all but the newest `keep`. Raises OSError."""
    # Their names sort by time; anything else in the folder is somebody else's.
    for path in sorted(folder.glob("ledger-????????T??????Z.db"), reverse=True)[keep:]:
        path.unlink()


def _copy(source: sqlite3.Connection, target: Path) -> None:
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.execute("BEGIN")  # one state from the first page to the last, however much is written meanwhile
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(copy, pages=_PAGES_AT_A_TIME, sleep=_PAUSE_SECONDS)
        source.execute("COMMIT")
        copy.execute("PRAGMA journal_mode = DELETE").fetchone()  # one file, without a log beside it
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise LedgerUnusable(
            f"the copy is damaged, so the ledger is ({found}). Start the courier anew: it salvages it."
        )


def restore(folder: Path, backup: Path) -> str:
    """Put the clockings of a backup together with those of the present ledger; what was done, in words.

    Where both have a clocking the present one counts. One that only the backup has may have been delivered since, so
    Protime is asked before it is sent. The present files are kept aside. Call it only while neither kiosk nor courier
    works. Raises LedgerUnusable for a file that is no sound backup, and when the disk refuses.
    """
    open_or_salvage(folder)
    working = folder / COPY_NAME
    try:
        with alone_with(folder):
            _bring(backup, working)
            return merge_into(folder, _rows(working), _ONLY_IN_THE_BACKUP, f"restored from {backup}")
    finally:
        _remove(working)


def open_or_salvage(folder: Path) -> None:
    """Have a damaged ledger salvaged first. Raises LedgerUnusable for one that cannot be used."""
    if (folder / FILE_NAME).exists():
        LedgerDatabase(folder).close()


def merge_into(folder: Path, others: Iterable[Values], in_doubt: str, what: str) -> str:
    """Build a ledger of the present one, and of `others` that it does not have; put it in its place.

    What the present one had and has erased stays erased. Call it with `alone_with`. Raises LedgerUnusable.
    """
    present = folder / FILE_NAME
    _remove(folder / BUILDING)
    try:
        aside = free_name(folder, REPLACED)
        with FreshLedger(folder / BUILDING, base=folder if present.exists() else None) as fresh:
            kept = len(fresh.sequences)
            fresh.note(f"put together with others; the former files are {aside}.db")
            senseless = erased = 0
            for values in others:
                if fresh.has_erased(values):
                    erased += 1
                elif not fresh.put(values, in_doubt=in_doubt):
                    senseless += 1
            added = len(fresh.sequences) - kept
            if not added and present.exists():
                return (
                    f"{what}: nothing to bring back. The present ledger has {kept} clockings, {erased} of the others"
                    f" were erased here and stay so, {senseless} made no sense. Nothing was changed."
                )
            fresh.finish()
        text = (
            f"{what}: the {kept} clockings of the present ledger stay, {added} that it did not have came in (Protime is"
            f" asked before any of them is sent), {erased} were erased here and stay so, {senseless} made no sense. The"
            f" former files are {aside}.db*; delete them once nobody needs them."
        )
        put_in_place(folder, aside, f"{text}\n")
    except (OSError, *SQLiteFailure) as error:
        raise LedgerUnusable(f"nothing was changed: {error}. Is the disk full?") from error
    finally:
        _remove(folder / BUILDING)
    return text


@contextmanager
def alone_with(folder: Path) -> Iterator[None]:
    """Hold the ledger's lock, and finish what another replacement has left. Raises LedgerUnusable."""
    try:
        with closing(CommitLock(folder / "ledger.lock")) as lock, lock.held():
            finish_replacement(folder)
            yield
    except LockHeldByAnother as error:
        raise LedgerUnusable(f"{folder / FILE_NAME}: {error}") from error
    except OSError as error:
        raise LedgerUnusable(f"the folder {folder} cannot be used: {error.strerror}. Look at its rights.") from error


def _bring(backup: Path, working: Path) -> None:
    """A copy of the backup, since SQLite may write where it reads; of an older version it is brought to this one."""
    _remove(working)
    try:
        for suffix in ("", "-wal"):
            source = backup.with_name(f"{backup.name}{suffix}")
            if not suffix or source.exists():
                shutil.copyfile(source, working.with_name(f"{working.name}{suffix}"))
    except OSError as error:
        raise LedgerUnusable(f"{backup} cannot be read: {error.strerror}. Look at the name and the rights.") from error
    try:
        with closing(connect(working)) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            if application_id != APPLICATION_ID:
                raise LedgerUnusable(f"{backup} is not a backup of a ledger. Choose another file.")
            check_version(connection.execute("PRAGMA user_version").fetchone()[0], backup)
            if (found := damage(connection)) is not None:
                raise LedgerUnusable(f"{backup} is damaged ({found}). Choose an older one.")
            migrate(connection, backup)
    except SQLiteFailure as error:
        raise LedgerUnusable(f"{what_is_wrong(backup, error)} Or choose an older one.") from error


def _rows(path: Path) -> Iterator[Values]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.text_factory = text_of
        connection.row_factory = sqlite3.Row
        for row in connection.execute("SELECT * FROM clocking ORDER BY sequence"):
            yield dict(row)


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(f"{path.name}{suffix}").unlink()
