"""What the status line says: network, what waits, readers."""

from datetime import datetime, timedelta

from drivers.reader import ReaderState
from terminal_app.kiosk.desk import DeskStatus
from terminal_app.kiosk.wording import Wording
from terminal_app.ledger.reserve import FULL_PERCENT
from terminal_app.roster.link import LinkState


def status_text(
    wording: Wording, status: DeskStatus, readers: dict[str, ReaderState], *, courier_lives: bool, now: datetime
) -> str:
    """The state of the terminal in words, worst first."""
    waiting = status.waiting
    if waiting is None:
        queue = wording.storage_fails
    elif not waiting.count:
        queue = wording.all_sent
    else:
        age = "?" if waiting.oldest is None else _age(wording, now - waiting.oldest)
        queue = wording.waiting.of(waiting.count).format(count=waiting.count, age=age)
    # One place for all of them: on the smallest screen there is no more. The idle screen says it of the clock too.
    unsure = wording.clock_unsure if status.is_time_doubtful else None
    machine = _reader_fault(wording, readers) or _storage(wording, status) or unsure or wording.reader_ready
    return " · ".join((machine, _network(wording, status, courier_lives=courier_lives), queue))


def _reader_fault(wording: Wording, readers: dict[str, ReaderState]) -> str | None:
    """Missing goes before taken: one word has to do for all of them; None when all are ready."""
    wrong = {state for state in readers.values() if state is not ReaderState.READY}
    if wrong == {ReaderState.BUSY}:
        return wording.port_taken
    return wording.reader_missing if wrong or not readers else None


def _age(wording: Wording, age: timedelta) -> str:
    if age < timedelta(minutes=100):
        return wording.minutes_old.format(count=max(0, age // timedelta(minutes=1)))
    if age < timedelta(days=2):
        return wording.hours_old.format(count=age // timedelta(hours=1))
    return wording.days_old.format(count=age.days)


def _storage(wording: Wording, status: DeskStatus) -> str | None:
    """What the operator has to look at, in place of a reader that is well."""
    if status.is_ledger_damaged:
        return wording.ledger_damaged
    if status.disk_percent >= FULL_PERCENT:
        return wording.disk_full.format(percent=status.disk_percent)
    return wording.mirror_missing if status.is_mirror_missing else None


def _network(wording: Wording, status: DeskStatus, *, courier_lives: bool) -> str:
    if not courier_lives:
        return wording.courier_stopped
    match status.link.state if status.link else None:
        case LinkState.UP | LinkState.LIMITED:
            return wording.online
        case LinkState.REFUSED:
            return wording.server_refuses
        case _:
            return wording.offline
