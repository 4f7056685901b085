"""The measured lags between a 201 and the list that shows the clocking: kept over restarts."""

from datetime import datetime, timedelta

from terminal_app.roster.replacement import RosterWriter

KEPT = timedelta(days=7)
"""Protime may become faster again."""
_MOST = 1000


def keep_lag(writer: RosterWriter, lag_seconds: float, now: datetime) -> float:
    """Add a measurement of `now` (UTC); gives the largest of late. Raises RosterNotWritten."""
    with writer.writing() as connection:
        connection.execute("INSERT INTO read_back (at, lag_seconds) VALUES (?, ?)", (now.isoformat(), lag_seconds))
        connection.execute(
            "DELETE FROM read_back WHERE at < ? OR rowid <= (SELECT max(rowid) FROM read_back) - ?",
            ((now - KEPT).isoformat(), _MOST),
        )
        (largest,) = connection.execute("SELECT max(lag_seconds) FROM read_back").fetchone()
    return float(largest)


def largest_lag_seconds(writer: RosterWriter) -> float:
    """The largest of late; 0 before the first measurement. Raises RosterNotWritten."""
    with writer.writing() as connection:
        (largest,) = connection.execute("SELECT coalesce(max(lag_seconds), 0.0) FROM read_back").fetchone()
    return float(largest)
