"""What the status line says: network, what waits, readers."""

from datetime import datetime, timedelta

from drivers.reader import ReaderState
from terminal_app.kiosk.desk import DeskStatus
from terminal_app.kiosk.wording import Wording
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
        age = "?" if waiting.oldest is None else _age(now - waiting.oldest)
        queue = wording.waiting.format(count=waiting.count, age=age)
    return " · ".join((_readers(wording, readers), _network(wording, status, courier_lives=courier_lives), queue))


def _readers(wording: Wording, readers: dict[str, ReaderState]) -> str:
    """Missing goes before taken: one word has to do for all of them."""
    wrong = {state for state in readers.values() if state is not ReaderState.READY}
    if wrong == {ReaderState.BUSY}:
        return wording.port_taken
    return wording.reader_missing if wrong or not readers else wording.reader_ready


def _age(age: timedelta) -> str:
    if age < timedelta(minutes=100):
        return f"{max(0, age // timedelta(minutes=1))}'"
    return f"{age // timedelta(hours=1)} h" if age < timedelta(days=2) else f"{age.days} d"


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
