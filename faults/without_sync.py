"""`python -m faults.without_sync kiosk`: a terminal whose ledger syncs nothing, for the control of `guest`."""

from unittest.mock import patch

from terminal_app.cli.main import main
from terminal_app.ledger.database import LedgerDatabase

_open = LedgerDatabase._open  # noqa: SLF001 # a deliberate fault


def _open_without_sync(ledger: LedgerDatabase) -> None:
    _open(ledger)
    ledger.connection.execute("PRAGMA synchronous = OFF")


if __name__ == "__main__":
    with patch.object(LedgerDatabase, "_open", _open_without_sync):
        main()
