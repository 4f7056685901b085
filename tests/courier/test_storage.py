from functools import partial
from pathlib import Path

import pytest

from terminal_app.clocking.delivery_state import Confirmed
from terminal_app.courier.storage import Files, Storage
from terminal_app.ledger.errors import LedgerUnusable
from terminal_app.ledger.outbox import settle, start_sending
from terminal_app.ledger.reading import waiting
from terminal_app.ledger.wal import wal_of
from tests.courier.terminal import Terminal


async def test_two_couriers_do_not_share_a_folder(tmp_path: Path) -> None:
    async with Storage(tmp_path):
        with pytest.raises(LedgerUnusable, match="another courier"):
            async with Storage(tmp_path):
                pass
    async with Storage(tmp_path) as storage:
        assert await storage.run(lambda files: files.ledger.path) == tmp_path / "ledger.db"


async def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="cannot be opened"):
        async with Storage(tmp_path / "none"):
            pass


async def test_many_deliveries_do_not_let_the_write_ahead_log_grow(terminal: Terminal) -> None:
    sequences = [terminal.clock(person, minute) for minute in range(20) for person in range(1, 21)]
    async with Storage(terminal.settings.storage.folder) as storage:
        wal = wal_of(terminal.ledger.path)
        before = wal.stat().st_size
        for sequence in sequences:
            await storage.write(partial(_start, sequence))
            await storage.write(partial(_confirm, sequence))
        assert wal.stat().st_size == before
        assert await storage.run(lambda files: waiting(files.ledger.connection).count) == 0


def _start(sequence: int, files: Files) -> None:
    assert start_sending(files.ledger, sequence)


def _confirm(sequence: int, files: Files) -> None:
    settle(files.ledger, sequence, Confirmed(sequence))
