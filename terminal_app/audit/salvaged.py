"""What the chain of a salvaged ledger says of the one before it, which is in the file that was kept aside."""

import re

_NOTE = re.compile(
    r"salvaged; (\S+), whose chain (?:ended with event (\d{1,18}) [0-9a-f]{64}|cannot be read at its end)"
)
_UNKNOWN_END = 2**63


def note_of_salvage(kept: str, end: tuple[int, bytes] | None) -> str:
    """The note: the name of the file, and number and hash of the last event of its chain, where that can be read."""
    how = "cannot be read at its end" if end is None else f"ended with event {end[0]} {end[1].hex()}"
    return f"salvaged; {kept}, whose chain {how}"


def kept_file(note: str | None) -> str | None:
    """The name of the file with the chain before; None for any other note."""
    found = _NOTE.fullmatch(note or "")
    return found[1] if found else None


def former_end(note: str | None) -> int:
    """The number of the last event that the chain before may have; 0 for any other note."""
    found = _NOTE.fullmatch(note or "")
    if found is None:
        return 0
    return _UNKNOWN_END if found[2] is None else int(found[2])
