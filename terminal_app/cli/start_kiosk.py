"""Starts the kiosk with as little as possible loaded before the screen."""

import gc
import os
import signal
from pathlib import Path

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.settings_child import SettingsChild

_KEYS, _PICTURE = 0, 2
"""Textual reads keys from the standard input and draws on the error output."""


def start_kiosk(settings_file: Path) -> int:
    """Show the kiosk until it is ended; gives the exit code. Raises SettingsError, LedgerError and Failure."""
    # The terminal makes signals of keys until the screen takes it: none of them may stop or end what starts here.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_IGN)
    gc.disable()  # nothing that the start makes is garbage; the kiosk enables it again
    # Before the import below, so that the settings are read meanwhile.
    child = SettingsChild(settings_file)
    # Textual paints 60 times a second at most: an answer would wait up to 17 ms after a tick of the clock.
    os.environ.setdefault("TEXTUAL_FPS", "250")
    from terminal_app.kiosk.wiring import TerminalGone, run_kiosk  # noqa: PLC0415 # Textual, for this command only

    picture = child.first_picture()
    if not (os.isatty(_KEYS) and os.isatty(_PICTURE)):
        raise Failure(
            ExitCode.UNAVAILABLE,
            "the kiosk needs a terminal for its keys and its screen. Start it on a console, or as the service"
            " that systemd/README.md describes.",
        )
    try:
        return run_kiosk(picture, child.settings, keys=_KEYS)
    except TerminalGone as error:
        raise Failure(ExitCode.UNAVAILABLE, str(error)) from error
