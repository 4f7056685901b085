"""Brings back from a mirror what the ledger does not have."""

from collections.abc import Iterator
from pathlib import Path

from terminal_app.clocking.clocking import DeliveryState
from terminal_app.ledger.backup import alone_with, merge_into, open_or_salvage
from terminal_app.ledger.errors import LedgerUnusable
from terminal_app.ledger.mirror_lines import day_files, read_lines
from terminal_app.ledger.rows import Values

_ONLY_IN_THE_MIRROR = "from the mirror: it may have been sent"


def recover(folder: Path, mirror: Path) -> str:
    """Put the clockings of a mirror together with those of the present ledger, if any; what was done, in words.

    Nothing is doubled: a clocking is known by its id. Whether one that only the mirror has was delivered is not known,
    so Protime is asked before it is sent; one that was taken back stays so. A damaged ledger is salvaged first. Call it
    only while neither kiosk nor courier works. Raises LedgerUnusable.
    """
    try:
        files = day_files(mirror)
        found = {str(path): list(read_lines(path)) for path in files}
    except OSError as error:
        raise LedgerUnusable(f"{mirror} cannot be read: {error.strerror}. Look at the name and the medium.") from error
    if not files:
        raise LedgerUnusable(f"{mirror} is no mirror: there is no file of clockings in it. Look at the name.")
    lines = [values for one in found.values() for values in one if values is not None]
    damaged = sum(len(one) for one in found.values()) - len(lines)
    open_or_salvage(folder)
    with alone_with(folder):
        said = merge_into(folder, _rows(lines), _ONLY_IN_THE_MIRROR, f"recovered from {mirror}")
    return f"{said} Damaged lines of the mirror: {damaged}."


def _rows(lines: list[Values]) -> Iterator[Values]:
    undone = {values["id"] for values in lines if values.get("state") == DeliveryState.UNDONE}
    # Of two lines of a clocking the one whose time was settled says more: it was written once that was known.
    latest: dict[object, Values] = {}
    for values in lines:
        if "state" not in values and (values["id"] not in latest or values.get("time_settled") is not None):
            latest[values["id"]] = values
    for values in latest.values():
        state = DeliveryState.RECORDED if values.get("person_id") is not None else DeliveryState.HELD
        if values["id"] in undone:
            state = DeliveryState.UNDONE
        yield {**values, "state": state.value, "attempts": 0}
