"""One process of a kind in a storage folder."""

import fcntl
import os
from pathlib import Path

from terminal_app.ledger.errors import LedgerUnusable


def alone_in(folder: Path, who: str) -> int:
    """Be the only `who` ("kiosk", "courier") in this folder, as long as the descriptor that is returned is open.

    A second courier would take the requests of the first for a crash's; a second kiosk would take its doorbell. The
    kernel lets go when a process dies. Raises LedgerUnusable when there is one already.
    """
    try:
        descriptor = os.open(folder / f"{who}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    except OSError as error:
        raise LedgerUnusable(
            f"the lock file {who}.lock in {folder} cannot be opened: {error.strerror}. Create the folder and give this"
            " user the right, or change storage.folder."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise LedgerUnusable(f"another {who} works in {folder} already. Stop it first.") from error
    return descriptor


def is_at_work(folder: Path, who: str) -> bool:
    """Whether somebody is the `who` of this folder now, as far as the kernel tells; touches no lock."""
    try:
        file = (folder / f"{who}.lock").stat()
        locks = Path("/proc/locks").read_text(encoding="ascii")
    except OSError:
        return False
    place = f"{os.major(file.st_dev):02x}:{os.minor(file.st_dev):02x}:{file.st_ino}"
    return any(place in line.split() for line in locks.splitlines() if " FLOCK " in line)
