"""Whether a clocking of unknown outcome is among the records that Protime has (reference, section 12, rule 3).

Pure. A record is recognised by what it is, since the API knows no key of ours: person, kind, wall time and terminal.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

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


def find_on_server(
    sent: SentClocking, records: Iterable[ServerRecord], claimed: Collection[int]
) -> ServerRecord | None:
    """The record that is `sent`, or None when the server has none.

    `claimed` holds the Protime ids that other clockings of this terminal are known by: a record stands for one
    clocking only, so two genuine ones in the same minute both survive. A deleted record counts as found: what was
    deleted in Protime must not come back. Of several, the oldest (lowest id) is taken: they cannot be told apart.
    """
    matching = [record for record in records if record.protime_id not in claimed and _could_be(sent, record)]
    return min(matching, key=lambda record: record.protime_id, default=None)


def _could_be(sent: SentClocking, record: ServerRecord) -> bool:
    # Compared as moments: Protime may move a night clocking to another working day and rewrite both parts.
    moments = {record.wall_time.moment_in_minutes}
    if record.original_wall_time is not None:
        moments.add(record.original_wall_time.moment_in_minutes)
    return (
        record.kind == sent.kind
        and sent.wall_time.moment_in_minutes in moments
        and _is_of_terminal(sent.terminal_code, record)
        and _agree(sent.reason_id, record.reason_id)
        and _agree(sent.activity_ids or None, record.activity_ids or None)
    )


def _is_of_terminal(sent_code: str | None, record: ServerRecord) -> bool:
    # A record has a terminal if and only if it was sent with one: so what was entered by hand, or came from elsewhere
    # in the same minute, is another clocking.
    return record.has_terminal == (sent_code is not None) and _agree(sent_code, record.terminal_code)


def _agree(sent: object | None, shown: object | None) -> bool:
    # Protime may leave a reference out of an answer; only two different ones speak against a record.
    return sent is None or shown is None or sent == shown
