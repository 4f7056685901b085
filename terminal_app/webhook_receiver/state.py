"""How the received changes stand, for an operator's command; looks only."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from terminal_app.webhook_receiver.store import FILE_NAME, StoreUnusable


@dataclass(frozen=True, slots=True)
class ReceivedState:
    """What waits, and what came through."""

    waiting: int
    """Changes that are not in the roster yet."""
    oldest: datetime | None
    """When the oldest of these was received; UTC."""
    newest_applied: datetime | None
    """When the newest was received of those that are done with; UTC. None before the first."""


def received_state(folder: Path) -> ReceivedState | None:
    """How they stand; None where nothing was ever received. Raises StoreUnusable."""
    path = folder / FILE_NAME
    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=1.0)) as connection:
            waiting, oldest = connection.execute(
                "SELECT count(*), min(received_at) FROM record WHERE data IS NOT NULL"
            ).fetchone()
            (newest,) = connection.execute("SELECT max(received_at) FROM record WHERE data IS NULL").fetchone()
        return ReceivedState(waiting, _at(oldest), _at(newest))
    except (sqlite3.Error, ValueError) as error:
        raise StoreUnusable(f"{path} cannot be read ({type(error).__name__}). Look at its owner and rights.") from error


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
