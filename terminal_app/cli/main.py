"""The console script: finds the command, and turns every error into one line and an exit code."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import complain
from terminal_app.cli.start_kiosk import start_kiosk
from terminal_app.ledger.errors import LedgerError
from terminal_app.settings_errors import SettingsError

DEBUG_VARIABLE = "CLOCKING_TERMINAL_DEBUG"


def main() -> NoReturn:
    """Run the command of this process and end it with the command's exit code."""
    sys.exit(exit_code_of(sys.argv[1:]))


def exit_code_of(arguments: Sequence[str]) -> int:
    """Run a command; errors are told on the error output."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who read our output has gone; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 # the last resort of the process
        return _told(error)
    return code


def _run(arguments: Sequence[str]) -> int:
    # Typer, and pydantic which it imports to read an option (0.29), would cost a kiosk a fourth of its start and
    # memory for its whole life: its usual command line does without.
    match arguments:
        case ["kiosk"]:
            from terminal_app.settings import DEFAULT_FILE  # noqa: PLC0415 # see SettingsChild

            return start_kiosk(DEFAULT_FILE)
        case ["kiosk", "--config", str(path)]:
            return start_kiosk(Path(path))
        case ["clock"]:
            from terminal_app.cli.clock import clock  # noqa: PLC0415 # without Typer, as above

            return clock()
        case _:
            from terminal_app.cli.commands import run_command  # noqa: PLC0415 # see above

            return run_command(arguments)


def _told(error: Exception) -> ExitCode:
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]  # a task group around one failure
    if os.environ.get(DEBUG_VARIABLE) == "1":
        import traceback  # noqa: PLC0415 # seldom needed

        traceback.print_exception(error)
    match error:
        case Failure():
            complain(str(error))
            return error.code
        case SettingsError():
            complain(str(error))
            return ExitCode.CONFIGURATION
        case LedgerError():
            complain(str(error))
            return ExitCode.STORAGE
        case _:
            complain(
                f"unexpected error ({type(error).__name__}). The log says what was under way (journalctl, or"
                f" courier.log in the storage folder); {DEBUG_VARIABLE}=1 shows where it happened."
            )
            return ExitCode.FAILED
