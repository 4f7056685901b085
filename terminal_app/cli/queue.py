"""`queue`: what waits for Protime, or was refused by it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.clocking.clocking import WAITING_STATES, DeliveryState
from terminal_app.settings import DEFAULT_FILE
from terminal_app.timekeeping.zones import zone_of

if TYPE_CHECKING:
    from terminal_app.ledger.reading import Waiting
    from terminal_app.ledger.rows import LedgerEntry, UnreadableEntry

_NOBODYS = "nobody known has this badge; it goes out once somebody in service does"
_UNREADABLE = "unreadable"
_SHOWN_DIGITS = 4
_HEADINGS = ("no.", "recorded at", "badge", "kind", "state", "waits", "sent", "explanation")


@dataclass(frozen=True, slots=True)
class Line:
    """One clocking as it is shown; the names are those of the JSON output."""

    sequence: int
    recorded_at: str
    """Local time of the terminal, ISO 8601 with offset; empty, as the kind, when the row is unreadable."""
    badge: str
    kind: str
    state: str
    """That of the delivery, or "unreadable"."""
    waiting_seconds: int | None
    """None once it waits no more."""
    attempts: int
    explanation: str | None
    clock: str | None
    """What the wall clock was worth at the recording: trusted, drifting, untrusted, jumped; None: not looked at."""
    clock_said: str | None
    """The time as read, where `recorded_at` was corrected."""
    true_time: str | None
    """What the time turned out to be, where it was sent with another."""
    note: str | None
    """On its time, in words."""

    def cells(self) -> tuple[str, ...]:
        """The columns of the table."""
        waits = "" if self.waiting_seconds is None else in_words(timedelta(seconds=self.waiting_seconds))
        at = self.recorded_at.replace("T", " ")[:19]
        last = "; ".join(one for one in (self.explanation, self.note) if one)
        return (str(self.sequence), at, self.badge, self.kind, self.state, waits, str(self.attempts), last)


def queue(
    config: ConfigFile = DEFAULT_FILE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, no summary.")] = False,
    all_: Annotated[bool, typer.Option("--all", help="Delivered and undone clockings too.")] = False,
    badges: Annotated[bool, typer.Option("--badges", help="Whole badge numbers instead of the last digits.")] = False,
) -> None:
    """List the clockings that wait for Protime or were refused."""
    from terminal_app.ledger.reading import entries, ledger_to_read, waiting  # noqa: PLC0415 # SQLite
    from terminal_app.ledger.rows import LedgerEntry  # noqa: PLC0415
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    settings = load_settings(config)
    zone, now = zone_of(settings.terminal.timezone), datetime.now(UTC)
    with ledger_to_read(settings.storage.folder) as connection:
        lines = (
            _line(entry, zone, now, whole=badges)
            if isinstance(entry, LedgerEntry)
            else _unreadable(entry, whole=badges)
            for entry in entries(connection, settled=all_)
        )
        if as_json:
            for line in lines:
                say(json.dumps(asdict(line)))
            return
        shown = list(lines)
        for row in table([line.cells() for line in shown]):
            say(row)
        refused = sum(line.state == DeliveryState.REFUSED for line in shown)
        say(summary(waiting(connection), refused, zone))
        unreadable = sum(line.state == _UNREADABLE for line in shown)
        if unreadable:
            say(f"Damaged and not sent: {unreadable}. Enter them in Protime by hand, and put the ledger on a new disk.")


def masked(badge_number: str) -> str:
    """All but the last four characters hidden; all of a number so short that they would tell it."""
    shown = badge_number[-_SHOWN_DIGITS:] if len(badge_number) > _SHOWN_DIGITS else ""
    return "*" * (len(badge_number) - len(shown)) + shown


def table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Rows under headings in columns; nothing for no rows."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    for row in (_HEADINGS, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def summary(waits: "Waiting", refused: int, zone: ZoneInfo) -> str:
    """How many wait and since when, and how many need a decision."""
    decide = f" Refused, for HR to decide: {refused}." if refused else ""
    if not waits.count:
        return f"No clocking waits for delivery.{decide}"
    since = waits.oldest.astimezone(zone).strftime(", the oldest since %Y-%m-%d %H:%M") if waits.oldest else ""
    return f"Waiting for delivery: {waits.count}{since}.{decide}"


def _line(entry: "LedgerEntry", zone: ZoneInfo, now: datetime, *, whole: bool) -> Line:
    clocking = entry.clocking
    instant = clocking.moment.instant
    return Line(
        sequence=entry.sequence,
        recorded_at=instant.astimezone(zone).isoformat(timespec="seconds"),
        badge=clocking.badge_number if whole else masked(clocking.badge_number),
        kind=clocking.kind.value,
        state=entry.state.value,
        waiting_seconds=int((now - instant).total_seconds()) if entry.state in WAITING_STATES else None,
        attempts=entry.attempts,
        explanation=entry.explanation or (_NOBODYS if entry.state is DeliveryState.HELD else None),
        clock=clocking.time.state.value if clocking.time else None,
        clock_said=_local(entry.raw.instant if entry.raw else None, zone),
        true_time=_local(entry.true_time, zone) if entry.raw is None else None,
        note=_note(entry, zone),
    )


def _local(instant: datetime | None, zone: ZoneInfo) -> str | None:
    return None if instant is None else instant.astimezone(zone).isoformat(timespec="seconds")


def _note(entry: "LedgerEntry", zone: ZoneInfo) -> str | None:
    from terminal_app.clocking.doubtful_time import TimeSettled  # noqa: PLC0415 # with what it belongs to

    if entry.raw is not None:
        return f"time corrected: the clock had said {entry.raw.instant.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    if entry.waits_for_time:
        return "waits until the clock is verified"
    if entry.time_settled is TimeSettled.TOO_LATE and entry.true_time is not None:
        true = entry.true_time.astimezone(zone)
        return f"sent with a wrong time: it was {true:%Y-%m-%d %H:%M:%S}. Correct it in Protime"
    return "its time was not verified" if entry.time_settled is TimeSettled.ACCEPTED else None


def _unreadable(entry: "UnreadableEntry", *, whole: bool) -> Line:
    badge = entry.badge_number if whole else masked(entry.badge_number)
    return Line(entry.sequence, "", badge, "", _UNREADABLE, None, 0, "the row is damaged", None, None, None, None)


def in_words(time: timedelta) -> str:
    """A length of time in its two largest units, from minutes on."""
    minutes = max(int(time.total_seconds()) // 60, 0)
    if time.days > 0:
        return f"{time.days} d {minutes // 60 % 24} h"
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 # an hour
