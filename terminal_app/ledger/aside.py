"""Puts a fresh ledger in the place of another one, which is kept aside untouched; safe against a kill at any instant.

The order: the files in use get a second name, the fresh one gets the name READY (from then on it is decided), the first
names are taken away, READY becomes the ledger. Whoever opens the ledger next finishes what was decided.
"""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from terminal_app.ledger.files import BUILDING, FILE_NAME, READY, sync_file, sync_folder

DAMAGED = "ledger-damaged"
REPLACED = "ledger-replaced"
_SUFFIXES = ("-wal", "-shm", "")


def free_name(folder: Path, kind: str) -> str:
    """A name that no file has yet, of `kind` and the time (UTC), without suffix."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"{kind}-{stamp}{number}" for number in ("", *(f"-{one}" for one in range(2, 10_000))))
    return next(name for name in names if not list(folder.glob(f"{name}.*")))


def put_in_place(folder: Path, aside: str, report: str) -> None:
    """Make BUILDING, which is whole and synced, the ledger; keep the one in use as `aside`.db*, the report as .txt.

    Call it with the ledger's lock held. Raises OSError when the disk refuses; then the ledger is the one from before.
    """
    for suffix in _SUFFIXES:
        source = folder / f"{FILE_NAME}{suffix}"
        if source.exists():
            _second_name(source, folder / f"{aside}.db{suffix}")
    told = folder / f"{aside}.txt"
    told.touch(0o640)
    with told.open("w", encoding="utf-8") as file:
        file.write(report)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(folder)
    (folder / BUILDING).rename(folder / READY)
    sync_folder(folder)
    finish_replacement(folder)


def finish_replacement(folder: Path) -> None:
    """Do what is left of a replacement that was decided; usually nothing."""
    ready = folder / READY
    if not ready.exists():
        return
    # The log of the former file first: beside the fresh one it would be taken for its own.
    for suffix in ("-wal", "-shm"):
        (folder / f"{FILE_NAME}{suffix}").unlink(missing_ok=True)
    sync_folder(folder)
    ready.rename(folder / FILE_NAME)
    sync_folder(folder)


def reports_of_damage(folder: Path) -> list[Path]:
    """What was said of each damaged ledger that is still kept in the folder, oldest first."""
    return sorted(folder.glob(f"{DAMAGED}-*.txt"))


def is_damage_told(folder: Path) -> bool:
    """Whether there is one; False where the folder cannot be listed: the ledger's own failure tells more."""
    try:
        return bool(reports_of_damage(folder))
    except OSError:
        return False


def _second_name(source: Path, other: Path) -> None:
    try:
        other.hardlink_to(source)
    except OSError:  # a file system without them
        if other.exists():
            raise
        shutil.copy2(source, other)
        sync_file(other)
