"""The ledger's files by name, and how their names are put on the disk."""

import os
import time
from contextlib import suppress
from pathlib import Path

FILE_NAME = "ledger.db"
BUILDING = "ledger-building.db"
"""A fresh ledger that is being filled."""
COPY_NAME = "ledger-copy.db"
"""A copy to work on."""
READY = "ledger-ready.db"
"""A fresh ledger that is whole: the next one who opens the ledger puts it in its place."""
MARK = "ledger.damaged"
"""Says that the whole file was looked at and is damaged; there until the next start has salvaged it."""
RESERVE = "ledger.reserve"
_LONGEST_SILENCE_SECONDS = 600.0
"""Between two writings of somebody who makes a ledger anew: the whole damaged one is read in between."""


def is_made_anew(folder: Path) -> bool:
    """Whether a fresh ledger is being filled there, of what a damaged one holds, and was written to of late."""
    for name in (BUILDING, COPY_NAME):
        with suppress(OSError):
            if time.time() - (folder / name).stat().st_mtime < _LONGEST_SILENCE_SECONDS:
                return True
    return False


def sync_folder(folder: Path) -> None:
    """Put the names of its files on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Put its content on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
