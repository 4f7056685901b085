"""What a ledger has erased: the audit chain remembers each clocking by its number and its time, and nothing else of it.

So neither the mirror keeps, nor a backup brings back, what was erased here.
"""

import sqlite3

from terminal_app.ledger.rows import Values

_ERASED = "kind = 'recorded' AND digest IS NOT NULL AND content IS NULL"


class Erased:
    """What the ledger has erased, as its chain remembers."""

    def __init__(self, ledger: sqlite3.Connection) -> None:
        self._ledger = ledger
        self._times: dict[object, set[str]] = {}

    def has(self, values: Values) -> bool:
        """Whether the ledger had the clocking of a line, and has erased it."""
        times = (values.get("instant"), values.get("raw_instant"))
        by_number = self._ledger.execute(
            f"SELECT 1 FROM event WHERE sequence = ? AND at IN (?, ?) AND {_ERASED}",  # noqa: S608 # constants
            (values.get("sequence"), *times),
        )
        return by_number.fetchone() is not None or not self._of_day(values.get("date")).isdisjoint(times)

    def _of_day(self, day: object) -> set[str]:
        """The times of a day's: a ledger that was put together from others may have given them other numbers."""
        if day not in self._times:
            rows = self._ledger.execute(
                f"SELECT at FROM event WHERE at BETWEEN date(?, '-2 day') AND date(?, '+3 day') AND {_ERASED}",  # noqa: S608 # constants
                (day, day),
            )
            self._times = {day: {at for (at,) in rows}}  # of one day at a time
        return self._times[day]
