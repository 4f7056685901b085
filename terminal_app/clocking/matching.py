"""Whether a clocking of unknown outcome is among the records that Protime has (reference, section 12, rule 3).

Pure. A record is recognised by what it is, since the API knows no key of ours: person, kind, moment, terminal, reason
and activities. Certain is what nothing speaks against; where one thing does, it is for an operator to say.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from terminal_app.clocking.clocking import ClockingKind
from terminal_app.clocking.wall_time import WallTime


@dataclass(frozen=True, slots=True)
class SentClocking:
    """What was sent, as far as it can be recognised."""

    kind: ClockingKind
    wall_time: WallTime
    terminal_code: str | None
    """`@external-code` that was sent."""
    reason_id: int | None = None
    activity_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerRecord:
    """A clocking of the same person as Protime shows it, deleted ones included."""

    protime_id: int
    kind: str
    """The API's text: a newer server may know more kinds."""
    wall_time: WallTime
    original_wall_time: WallTime | None = None
    """Before an edit in Protime."""
    has_terminal: bool = False
    terminal_code: str | None = None
    """None when it has no terminal, or when Protime shows its id only."""
    reason_id: int | None = None
    activity_ids: tuple[str, ...] = ()
    is_generated: bool = False
    """Made by Protime itself."""
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """Records of which one may be the clocking, or none."""

    records: tuple[ServerRecord, ...]
    """By Protime id."""
    explanation: str
    """Names the clocking and the records, for the operator."""


class _Likeness(IntEnum):
    OTHER = 0
    DOUBTFUL = 1
    """One thing speaks against it."""
    LIKELY = 2
    """Nothing does, and something that was sent is not shown, or the time was edited."""
    SAME = 3
    """All that was sent is shown as it was sent."""


def find_on_server(
    sent: SentClocking, records: Iterable[ServerRecord], claimed: Collection[int]
) -> ServerRecord | Unclear | None:
    """The record that is `sent`; None when the server has none; Unclear when that is for an operator to say.

    `claimed` holds the Protime ids that cannot be it: those that other clockings of this terminal are known by, for a
    record stands for one clocking only, so two genuine ones in the same minute both survive; and those that an
    operator has ruled out. A deleted record counts as found: what was deleted in Protime must not come back.

    Of several that are the same in all but the id the oldest (lowest id) is taken: whichever it is, `sent` is stored.
    Unclear are several that differ, of which none is as it was sent; and a record against which one thing speaks.
    """
    found = [record for record in records if record.protime_id not in claimed]
    found.sort(key=lambda record: record.protime_id)
    graded = [(_likeness(sent, record), record) for record in found]
    best = max((grade for grade, _ in graded), default=_Likeness.OTHER)
    candidates = tuple(record for grade, record in graded if grade is best)
    if best is _Likeness.OTHER:
        return None
    if best is _Likeness.SAME or (best is _Likeness.LIKELY and _all_alike(candidates)):
        return candidates[0]
    return Unclear(candidates, _explained(sent, candidates))


def _all_alike(records: tuple[ServerRecord, ...]) -> bool:
    return len({replace(record, protime_id=0) for record in records}) == 1


def _likeness(sent: SentClocking, record: ServerRecord) -> _Likeness:
    # Compared as moments: Protime may move a night clocking to another working day and rewrite both parts.
    moment = sent.wall_time.moment_in_minutes
    shown, original = record.wall_time, record.original_wall_time
    is_as_sent = shown.moment_in_minutes == moment
    if not is_as_sent and (original is None or original.moment_in_minutes != moment):
        return _Likeness.OTHER
    if sent.terminal_code is not None and record.terminal_code not in (None, sent.terminal_code):
        return _Likeness.OTHER
    objections = list(_objections(sent, record))
    if objections:
        return _Likeness.DOUBTFUL if len(objections) == 1 else _Likeness.OTHER
    is_whole = (
        record.terminal_code == sent.terminal_code
        and record.reason_id == sent.reason_id
        and record.activity_ids == sent.activity_ids
    )
    return _Likeness.SAME if is_as_sent and is_whole else _Likeness.LIKELY


def _objections(sent: SentClocking, record: ServerRecord) -> Iterator[str]:
    """What speaks against a record of the same moment, each as the end of "it ..."."""
    if record.has_terminal != (sent.terminal_code is not None):
        yield "has a terminal" if record.has_terminal else "has no terminal"
    if record.is_generated:
        yield "was made by Protime"
    if record.kind != sent.kind:
        yield f"is of kind {record.kind or 'unknown'}"
        if record.terminal_code is None:
            yield "is of no terminal that could be this one"  # people do clock twice in a minute, in two ways
        return
    # Protime may leave a reference out of an answer; only two different ones speak against a record.
    if _differ(sent.reason_id, record.reason_id):
        yield f"has the reason {record.reason_id}"
    if _differ(sent.activity_ids or None, record.activity_ids or None):
        yield "has other activities"


def _differ(sent: object | None, shown: object | None) -> bool:
    return sent is not None and shown is not None and sent != shown


def _explained(sent: SentClocking, records: tuple[ServerRecord, ...]) -> str:
    """In one line: which records, what is odd about each, and what was sent."""
    terminal = f"terminal {sent.terminal_code}" if sent.terminal_code else "no terminal"
    ours = f"{sent.kind.value} {sent.wall_time}, {terminal}"
    reason = f", reason {sent.reason_id}" if sent.reason_id is not None else ""
    theirs = "; ".join(_described(sent, record) for record in records)
    return f"sent: {ours}{reason}. Protime has {theirs}"


def _described(sent: SentClocking, record: ServerRecord) -> str:
    facts = [f"{record.kind or 'unknown kind'} {record.wall_time}"]
    if record.original_wall_time is not None:
        facts.append(f"before an edit {record.original_wall_time}")
    facts += _objections(sent, record)
    if record.is_deleted:
        facts.append("deleted")
    return f"clocking {record.protime_id} ({', '.join(facts)})"
