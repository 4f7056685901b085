"""A ledger on a real disk for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal_app.ledger.database import LedgerDatabase
from tests.ledger.clockings import opened


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[LedgerDatabase]:
    with opened(tmp_path) as one:
        yield one
