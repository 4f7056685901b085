"""What a failure of SQLite's means, in the operator's words."""

import sqlite3
from pathlib import Path

from terminal_app.ledger.errors import LedgerDamaged, LedgerUnusable

SQLiteFailure = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite's calls raise: where its message quotes a damaged file, even the message cannot be read."""
AT_NEXT_START = "Start the kiosk or the courier anew: it keeps the file aside and salvages its clockings."
"""What to do with a damaged one."""
_DAMAGED = frozenset({"CORRUPT", "ERROR", "FORMAT", "MISMATCH", "CONSTRAINT", "NOTADB"})
_FAULTS = {
    "FULL": "cannot be written: the disk is full. Make room.",
    "READONLY": "cannot be written. Look at its owner and rights.",
    "CANTOPEN": "cannot be opened. It has to be a file; look at its owner and rights.",
    "BUSY": "is in use by another program. End that program; only clocking-terminal may open it.",
}
"""What is wrong and what to do, by the first word of SQLite's name of the error."""


def what_is_wrong(path: Path, error: sqlite3.Error | UnicodeDecodeError) -> LedgerUnusable:
    """Cause and remedy, for the operator."""
    kind = kind_of(error)
    if kind in _DAMAGED:
        return damaged(path)
    known = _FAULTS.get(kind, f"cannot be used: {error}. Look at the disk (dmesg), and at the file's owner and rights.")
    return LedgerUnusable(f"{path} {known}")


def kind_of(error: sqlite3.Error | UnicodeDecodeError) -> str:
    """The first word of SQLite's name of the error, as FULL of SQLITE_FULL."""
    name = "SQLITE_CORRUPT" if isinstance(error, UnicodeDecodeError) else getattr(error, "sqlite_errorname", "")
    return name.removeprefix("SQLITE_").partition("_")[0]


def damaged(path: Path, how: str = "") -> LedgerDamaged:
    """What to say of a damaged file."""
    detail = f" ({how})" if how else ""
    return LedgerDamaged(f"{path} is damaged{detail}. {AT_NEXT_START}")
