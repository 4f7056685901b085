"""Reports that stay, in docs/proof/."""

import platform
import sqlite3
from pathlib import Path

_KEPT = Path(__file__).parents[1] / "docs" / "proof"


def keep(name: str, text: str) -> None:
    """Write a report, over the one of the run before."""
    _KEPT.mkdir(exist_ok=True)
    (_KEPT / name).write_text(text, encoding="utf-8")


def machine() -> dict[str, str]:
    """What a report says of where it was made."""
    return {
        "kernel": f"{platform.system()} {platform.release().partition('-')[0]} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
