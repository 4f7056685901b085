"""What a salvage has found, and how it is told to a person."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

DELIVERED_KEPT = timedelta(days=45)
"""Delivered clockings older than that are not carried over: nothing asks for them."""
_NUMBERS_SHOWN = 200


@dataclass(slots=True)
class Salvage:
    """What came of it."""

    why: str
    aside: str
    """The name of the files that were kept, without suffix."""
    through_sqlite: int = 0
    """Clockings that were carried over as they were committed."""
    from_pages: int = 0
    """Clockings that SQLite could not read."""
    senseless: set[int] = field(default_factory=set)
    """Local numbers of rows that were read and make no sense."""
    highest: int = 0
    """Local number that was seen."""
    is_whole: bool = False
    """SQLite could read all of the table."""

    def report(self, sequences: set[int]) -> str:
        """In words, without anything personal; `sequences`: the local numbers that the fresh ledger has."""
        lost = [str(one) for one in sorted(self.senseless - sequences)]
        return f"""\
The ledger of this terminal was damaged: {self.why}
Found and salvaged: {datetime.now(UTC).isoformat(timespec="seconds")}

Kept aside, untouched: {self.aside}.db, with -wal and -shm where they were there.
Carried over into a fresh ledger: {self.through_sqlite + self.from_pages} clockings,
  {self.through_sqlite} of them as they were committed,
  {self.from_pages} from pages that SQLite could not read; Protime is asked before these are sent.
The history of their states, and delivered clockings older than {DELIVERED_KEPT.days} days, are in the kept file only.

Found and not readable (local numbers): {_listed(lost)}.
Numbers of which nothing was carried over: {_listed(_gaps(sequences, self.highest))}.
Old delivered ones may be among them.

What to do:
1. If the setting storage.mirror was in use: stop the services and run `clocking-terminal recover`. It brings back what
   the mirror has and this salvage has not.
2. Compare the clockings of the days around the damage with those in Protime, and enter by hand what is missing.
3. Take a new SD card or disk: one that has damaged a file will do it again.
4. Move {self.aside}.* away. Until then the kiosk, `status` and `check` warn.
"""


def _gaps(present: set[int], highest: int) -> list[str]:
    """The numbers from the lowest present one to `highest` that are not present."""
    gaps, former = [], min(present, default=1) - 1
    for number in [*sorted(one for one in present if one <= highest), highest + 1]:
        if number > former + 1:
            gaps.append(f"{former + 1}" if number == former + 2 else f"{former + 1}-{number - 1}")
        former = number
    return gaps


def _listed(numbers: list[str]) -> str:
    return (", ".join(numbers[:_NUMBERS_SHOWN]) or "none") + (", ..." if len(numbers) > _NUMBERS_SHOWN else "")
