"""The comparisons of a day's clockings with Protime's, kept for the operator."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from terminal_app.clocking.day_audit import DayNumbers
from terminal_app.roster.replacement import RosterWriter

KEPT = timedelta(days=40)


@dataclass(frozen=True, slots=True)
class KeptAudit:
    """One day's."""

    day: date
    at: datetime
    """UTC."""
    numbers: DayNumbers


def keep_audit(writer: RosterWriter, audit: KeptAudit) -> None:
    """In the place of an earlier one of that day; what is old goes. Raises RosterNotWritten."""
    with writer.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO day_audit (day, at, report) VALUES (?, ?, ?)",
            (audit.day.isoformat(), audit.at.isoformat(timespec="seconds"), json.dumps(asdict(audit.numbers))),
        )
        connection.execute("DELETE FROM day_audit WHERE day < ?", ((audit.day - KEPT).isoformat(),))


def is_audited(writer: RosterWriter, day: date) -> bool:
    """Whether that day was compared already. Raises RosterNotWritten."""
    with writer.writing() as connection:
        return bool(connection.execute("SELECT 1 FROM day_audit WHERE day = ?", (day.isoformat(),)).fetchone())


def latest_audit(connection: sqlite3.Connection) -> KeptAudit | None:
    """Of the latest day. Raises ValueError or TypeError for a row that makes no sense."""
    row = connection.execute("SELECT day, at, report FROM day_audit ORDER BY day DESC LIMIT 1").fetchone()
    if row is None:
        return None
    return KeptAudit(date.fromisoformat(row[0]), datetime.fromisoformat(row[1]), DayNumbers(**json.loads(row[2])))
