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
