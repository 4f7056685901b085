"""The lines of `status` about the machine: warmth, supply, wear; and which versions of what run on it."""

import platform
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from terminal_app import __version__
from terminal_app.cli.fact import Fact
from terminal_app.machine import (
    HOT_CELSIUS,
    WORN_PERCENT,
    card_worn_percent,
    has_low_voltage,
    temperature_celsius,
)


def machine_facts(sys: Path = Path("/sys")) -> Iterator[Fact]:
    """A line for each sensor that the machine has."""
    celsius = temperature_celsius(sys)
    if celsius is not None:
        cool = "it slows down when hotter: let air to it, away from the sun" if celsius >= HOT_CELSIUS else None
        yield Fact("temperature", f"{celsius:.0f} degrees Celsius", {"celsius": celsius}, cool)
    is_low = has_low_voltage(sys)
    if is_low is not None:
        better = "take the maker's own supply and a short cable: too little power damages cards" if is_low else None
        yield Fact("power", "too little voltage" if is_low else "enough", {"is_voltage_low": is_low}, better)
    worn = card_worn_percent(sys)
    if worn is not None:
        new = (
            "replace it before it fails; `clocking-terminal backup` copies the ledger" if worn >= WORN_PERCENT else None
        )
        yield Fact("card", f"{worn} % of its life used", {"worn_percent": worn}, new)


def versions_fact() -> Fact:
    """What runs here."""
    found = {
        "clocking-terminal": __version__,
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "system": _system(),
        "kernel": platform.release(),
    }
    return Fact("versions", ", ".join(f"{name} {version}" for name, version in found.items()), {"versions": found})


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()
