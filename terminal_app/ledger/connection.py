"""A connection to a ledger's file, whoever opens it."""

import sqlite3
from pathlib import Path
from typing import Any

PAGE_BYTES = 2048
"""Of new ledgers: a commit writes whole pages, and a clocking changes five (docs/durability.md)."""


class LedgerConnection(sqlite3.Connection):
    """A connection that remembers what the transaction under way has put into the audit chain."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # sqlite3.connect's own
        super().__init__(*args, **kwargs)
        self.new_anchors: list[tuple[int, bytes]] = []
        """Number and hash of each anchor, for the log."""
        self.last_event: tuple[int, str, bytes] | None = None
        """Number, time and hash; None: the file has to be asked, for others write too."""

    def forget_transaction(self) -> None:
        """None is under way any more."""
        self.new_anchors = []
        self.last_event = None


def connect(path: Path | str) -> LedgerConnection:
    """Open a file, or `:memory:`; transactions are begun and ended by hand. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0, factory=LedgerConnection)
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    return connection
