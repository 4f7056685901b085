"""Starts the kiosk with as little as possible loaded before the screen."""

import gc
from pathlib import Path

from terminal_app.settings_child import SettingsChild


def start_kiosk(settings_file: Path) -> int:
    """Show the kiosk until it is ended; gives the exit code. Raises SettingsError and LedgerError."""
    gc.disable()  # nothing that the start makes is garbage; the kiosk enables it again
    # Before the import below, so that the settings are read meanwhile.
    child = SettingsChild(settings_file)
    from terminal_app.kiosk.wiring import run_kiosk  # noqa: PLC0415 # Textual, for this command only

    return run_kiosk(child.result)
