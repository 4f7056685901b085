"""A day's clockings of this terminal compared with what Protime has of them. Pure.

It finds what no delivery can know: what was changed or removed in Protime since, and what should not be there at all.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.clocking.matching import SentClocking, ServerRecord, find_on_server


@dataclass(frozen=True, slots=True)
class Known:
    """A clocking of the day as the ledger has it, not undone."""

    sequence: int
    person_id: int
    sent: SentClocking
    state: DeliveryState
    protime_id: int | None


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """How the two compare; the names are those of the log and of `status`."""

    clockings: int = 0
    """Of the day, at this terminal, not undone."""
    as_sent: int = 0
    edited: int = 0
    """Confirmed, and since then another time, kind, reason or activity in Protime."""
    deleted: int = 0
    missing: int = 0
    """Confirmed, and Protime does not show it."""
    undelivered: int = 0
    """Waiting, refused or ambiguous."""
    doubled: int = 0
    """Records that are just like a confirmed clocking, and known to no clocking here."""
    strangers: int = 0
    """Other records with this terminal's code that are known to no clocking here."""

    @property
    def is_well(self) -> bool:
        """Whether nobody needs to look."""
        return not (self.missing or self.doubled or self.strangers)

    def in_words(self) -> str:
        """All of them, for a log line."""
        return " ".join(f"{one.name}={getattr(self, one.name)}" for one in fields(self))


@dataclass(frozen=True, slots=True)
class DayAudit:
    """The numbers, and of what is not well which it is."""

    numbers: DayNumbers
    missing: tuple[int, ...]
    """Local numbers."""
    unexplained: tuple[int, ...]
    """Protime ids, of the doubled ones and the strangers."""


def compared(
    ours: Sequence[Known],
    records: Mapping[int, Sequence[ServerRecord]],
    claimed: Collection[int],
    *,
    terminal_code: str | None,
) -> DayAudit:
    """The day's clockings against the records of their people around that day.

    `claimed` holds the Protime ids by which clockings of this terminal, of whatever day, are known.
    """
    by_id = {record.protime_id: record for person in records.values() for record in person}
    as_sent, edited, deleted, missing = 0, 0, 0, []
    confirmed = [one for one in ours if one.state is DeliveryState.CONFIRMED]
    for one in confirmed:
        record = by_id.get(one.protime_id or 0)
        if record is None:
            missing.append(one.sequence)
        elif record.is_deleted:
            deleted += 1
        elif _is_as_sent(one.sent, record):
            as_sent += 1
        else:
            edited += 1
    doubled, strangers = [], []
    for person_id, theirs in records.items():
        of_person = [one for one in ours if one.person_id == person_id]
        for record in theirs:
            if record.protime_id in claimed or record.is_deleted or _may_be(of_person, record, _UNDELIVERED):
                continue
            if _may_be(of_person, record, frozenset({DeliveryState.CONFIRMED})):
                doubled.append(record.protime_id)
            elif terminal_code is not None and record.terminal_code == terminal_code and _is_of_day(ours, record):
                strangers.append(record.protime_id)
    numbers = DayNumbers(
        clockings=len(ours),
        as_sent=as_sent,
        edited=edited,
        deleted=deleted,
        missing=len(missing),
        undelivered=len(ours) - len(confirmed),
        doubled=len(doubled),
        strangers=len(strangers),
    )
    return DayAudit(numbers, tuple(missing), tuple(sorted(doubled + strangers)))


_UNDELIVERED = frozenset(DeliveryState) - {DeliveryState.CONFIRMED}


def _is_as_sent(sent: SentClocking, record: ServerRecord) -> bool:
    is_like = isinstance(find_on_server(sent, [record], ()), ServerRecord)
    return is_like and record.wall_time.moment_in_minutes == sent.wall_time.moment_in_minutes


def _may_be(ours: Iterable[Known], record: ServerRecord, states: Collection[DeliveryState]) -> bool:
    return any(one.state in states and isinstance(find_on_server(one.sent, [record], ()), ServerRecord) for one in ours)


def _is_of_day(ours: Sequence[Known], record: ServerRecord) -> bool:
    """Whether it was made on one of the days that the clockings are of: records of the days around come along."""
    days = {one.sent.wall_time.date for one in ours}
    return (record.original_wall_time or record.wall_time).date in days
