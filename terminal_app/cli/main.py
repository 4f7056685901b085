"""The commands put together, and every error turned into one line and an exit code."""

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from terminal_app import __version__
from terminal_app.cli import check, courier, demo, kiosk, queue, reader, run, settings, simulator
from terminal_app.cli.exit_codes import ExitCode, listed
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import PROGRAM, complain, say
from terminal_app.ledger.errors import LedgerError
from terminal_app.settings_errors import SettingsError

DEBUG_VARIABLE = "CLOCKING_TERMINAL_DEBUG"

app = typer.Typer(
    name=PROGRAM,
    help="A clocking terminal for Protime: badge, commit, answer, delivery.",
    epilog=f"\b\n{listed()}",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (kiosk.kiosk, courier.courier, run.run, check.check, queue.queue, simulator.simulator, demo.demo):
    app.command()(command)
app.add_typer(reader.app, name="reader")
app.add_typer(settings.app, name="settings")


def _show_version(wanted: bool) -> None:  # called by Typer
    if wanted:
        say(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
def _before_any_command(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """A clocking terminal for Protime: badge, commit, answer, delivery."""


def main() -> NoReturn:
    """The console script: runs the command of this process and ends it with the command's exit code."""
    sys.exit(exit_code_of(sys.argv[1:]))


def exit_code_of(arguments: Sequence[str]) -> int:
    """Run a command; errors are told on the error output."""
    try:
        config = kiosk.config_of(arguments)
        code = kiosk.kiosk(config) if config else app(args=list(arguments), prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who read our output has gone; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001 # the last resort of the process
        return _told(error)
    return code if isinstance(code, int) else ExitCode.OK


def _told(error: Exception) -> ExitCode:
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]  # a task group around one failure
    if os.environ.get(DEBUG_VARIABLE) == "1":
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
        case typer.TyperException():
            complain(f"{error.format_message()} Help: {PROGRAM} --help".replace("\n", " "))
            return ExitCode.USAGE
        case _:
            complain(
                f"unexpected error ({type(error).__name__}). The log says what was under way (journalctl, or"
                f" courier.log in the storage folder); {DEBUG_VARIABLE}=1 shows where it happened."
            )
            return ExitCode.FAILED
