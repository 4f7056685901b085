"""`admin-pin`: writes the hash of the PIN that opens the administrator's screen."""

import os
from pathlib import Path
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.output import say


def admin_pin(
    file: Annotated[Path, typer.Argument(help="The file that [admin] pin_file names; it is written anew.")],
) -> None:
    """Ask for a PIN twice and write its hash, for the administrator's screen (F12)."""
    from terminal_app.admin_pin import LONGEST, SHORTEST, hashed, is_pin  # noqa: PLC0415 # hashlib, hmac

    pin = typer.prompt("PIN", hide_input=True)
    if not is_pin(pin):
        raise Failure(ExitCode.USAGE, f"a PIN has {SHORTEST} to {LONGEST} digits; nothing was written")
    if typer.prompt("Again", hide_input=True) != pin:
        raise Failure(ExitCode.USAGE, "the two differ; nothing was written")
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
        with os.fdopen(descriptor, "w", encoding="ascii") as target:
            target.write(hashed(pin) + "\n")
    except OSError as error:
        raise Failure(ExitCode.STORAGE, f"{file} cannot be written: {error.strerror}") from error
    say(f"written to {file}; name it in [admin] pin_file and let the terminal's user read it")
