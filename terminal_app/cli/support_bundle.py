"""`support-bundle`: one archive for a supporter, without secrets and personal data."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.settings import DEFAULT_FILE


def support_bundle(
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; left out: a name with the time, in this folder.")
    ] = None,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Write one archive with all that a supporter needs, and no secret and no personal data."""
    from terminal_app.cli.bundle import write_bundle  # noqa: PLC0415 # SQLite

    now = datetime.now(UTC)
    path = output or Path(f"clocking-terminal-{now:%Y%m%dT%H%M%SZ}.tar.gz")
    try:
        count = write_bundle(path, config, now)
    except OSError as error:
        raise Failure(ExitCode.FAILED, f"{path} cannot be written: {error.strerror}. Name another --output.") from error
    say(f"{path}: {count} files, without secrets and personal data. Look through it before you send it.")
