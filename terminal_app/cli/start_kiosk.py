"""Starts the kiosk with as little as possible loaded before the screen, and side by side what can be."""

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from terminal_app.settings_child import SettingsChild


def start_kiosk(settings_file: Path) -> int:
    """Show the kiosk until it is ended; gives the exit code.

    Raises SettingsError and LedgerError before the screen is touched.
    """
    gc.disable()  # nothing that the start makes is garbage; the kiosk enables it again
    child = SettingsChild(settings_file)  # a fork: before any thread
    from terminal_app.kiosk.opening import open_desk  # noqa: PLC0415 # while the child reads

    with ThreadPoolExecutor(1, thread_name_prefix="storage") as storage:
        opening = storage.submit(open_desk, child.result)
        from terminal_app.kiosk.wiring import run_kiosk  # noqa: PLC0415 # Textual, while the ledger is opened

        settings, desk = opening.result()
        try:
            return run_kiosk(settings, desk, storage)
        finally:
            storage.submit(desk.close).result()
