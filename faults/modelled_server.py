"""A model of Protime for the simulated worlds: what it stores, when, and what it shows of it. Its own truth.

It shares nothing with `terminal_app/simulator`, and of the client only the shape of a record in a list.
"""

from dataclasses import dataclass
from datetime import timedelta

from terminal_app.clocking.matching import SentClocking, ServerRecord
from terminal_app.clocking.wall_time import MINUTES_A_DAY, WallTime


@dataclass(slots=True)
class Stored:
    """One record, and where it really comes from."""

    protime_id: int
    person_id: int
    origin: int | None
    """The local number of the clocking whose request made it; None: somebody else's."""
    kind: str
    wall_time: WallTime
    visible_at: float
    terminal_code: str | None
    reason_id: int | None = None
    original: WallTime | None = None
    is_generated: bool = False
    is_deleted: bool = False


class ModelledServer:
    """The records of all people."""

    def __init__(self, *, hides_codes: bool) -> None:
        self.hides_codes = hides_codes
        self.records: list[Stored] = []

    def store(self, person_id: int, sent: SentClocking, origin: int | None, visible_at: float) -> Stored:
        """A request came through; each makes a record, for there is no key that would tell a repetition."""
        record = Stored(
            protime_id=1000 + len(self.records),
            person_id=person_id,
            origin=origin,
            kind=sent.kind.value,
            wall_time=sent.wall_time,
            visible_at=visible_at,
            terminal_code=sent.terminal_code,
            reason_id=sent.reason_id,
        )
        self.records.append(record)
        return record

    def shown(self, person_id: int, now: float) -> list[ServerRecord]:
        """The list, deleted ones included, and without what is too fresh to be shown."""
        return [self._as_shown(one) for one in self.records if one.person_id == person_id and one.visible_at <= now]

    def _as_shown(self, one: Stored) -> ServerRecord:
        return ServerRecord(
            protime_id=one.protime_id,
            kind=one.kind,
            wall_time=one.wall_time,
            original_wall_time=one.original,
            has_terminal=one.terminal_code is not None,
            terminal_code=None if self.hides_codes else one.terminal_code,
            reason_id=one.reason_id,
            is_generated=one.is_generated,
            is_deleted=one.is_deleted,
        )


def edit_time(record: Stored, minutes: int) -> None:
    """HR gives it another time; Protime keeps the first one."""
    record.original = record.original or record.wall_time
    record.wall_time = WallTime(record.wall_time.date, record.wall_time.minute + minutes)


def move_to_neighbouring_day(record: Stored, days: int) -> None:
    """A night shift goes to another working day: the same moment, written otherwise."""
    record.wall_time = _rewritten(record.wall_time, days)
    record.original = _rewritten(record.original, days) if record.original else None


def _rewritten(wall_time: WallTime, days: int) -> WallTime:
    return WallTime(wall_time.date + timedelta(days=days), wall_time.minute - days * MINUTES_A_DAY)
