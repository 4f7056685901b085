"""What the kiosk last saw of its readers, in a small file: for an operator's command beside it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

FILE_NAME = "kiosk.readers"


def write_reader_states(folder: Path, states: Mapping[str, str]) -> None:
    """Replace what was seen by `states`, by the readers' names. A folder that cannot be written is no failure."""
    path = folder / FILE_NAME
    with suppress(OSError):
        new = path.with_suffix(".new")
        new.write_text(json.dumps(dict(states)), encoding="utf-8")
        new.replace(path)


def read_reader_states(folder: Path) -> dict[str, str]:
    """The states by the readers' names; empty where nothing was seen, or it cannot be read."""
    with suppress(OSError, ValueError):
        seen = json.loads((folder / FILE_NAME).read_bytes())
        if isinstance(seen, dict):
            return {str(name): str(state) for name, state in seen.items()}
    return {}
