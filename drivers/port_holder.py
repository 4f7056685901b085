"""Which program has a port open, so that "busy" comes with a name."""

import os
from contextlib import suppress
from pathlib import Path


def holder_of(port: str) -> str | None:
    """The first program found that has `port` open, as `name (process 123)`; None where none can be seen.

    Programs of other users are seen by root only. Reads /proc once; takes milliseconds.
    """
    device = os.path.realpath(port)
    for process in Path("/proc").glob("[0-9]*"):
        # Processes end while they are looked at, and those of other users are closed to us.
        with suppress(OSError):
            if any(_leads_to(descriptor, device) for descriptor in (process / "fd").iterdir()):
                return f"{_name(process)} (process {process.name})"
    return None


def _leads_to(descriptor: Path, device: str) -> bool:
    with suppress(OSError):
        return str(descriptor.readlink()) == device
    return False


def _name(process: Path) -> str:
    """The name a process gave itself; any process may write anything there."""
    name = (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    return "".join(character if character.isprintable() else "?" for character in name)
