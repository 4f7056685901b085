"""The files of a terminal."""

from pathlib import Path

import pytest

from tests.kiosk.terminal import write_roster


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A storage folder with the usual people and choices."""
    write_roster(tmp_path)
    return tmp_path
