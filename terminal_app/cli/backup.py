"""`backup`, `restore` and `recover`: a copy of the ledger, and the ways back from one and from the mirror."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.cli.output import say
from terminal_app.settings import DEFAULT_FILE

_Target = Annotated[Path, typer.Argument(help="The copy's file, or a folder for it.", show_default=False)]
_Backup = Annotated[Path, typer.Argument(help="What `backup` has written.", show_default=False)]
_Mirror = Annotated[Path, typer.Argument(help="The folder that storage.mirror names.", show_default=False)]


def backup(
    target: _Target,
    keep: Annotated[
        int | None,
        typer.Option(min=1, help="Of the copies in the folder keep so many, the newest.", show_default="all"),
    ] = None,
    config: ConfigFile = DEFAULT_FILE,
) -> None:
    """Copy the ledger while kiosk and courier work; nobody waits for it."""
    from terminal_app.ledger.backup import back_up, remove_older_copies  # noqa: PLC0415 # SQLite

    if keep is not None and not target.is_dir():
        raise Failure(ExitCode.USAGE, f"--keep is for a folder of copies, and {target} is none. Create it first.")
    try:
        written = back_up(_folder(config), target)
        if keep is not None:
            remove_older_copies(target, keep)
    except OSError as error:
        raise Failure(
            ExitCode.STORAGE, f"{target} cannot be written: {error.strerror}. Look at the disk and the rights."
        ) from error
    say(f"backed up to {written}, checked and synced")


def restore(file: _Backup, config: ConfigFile = DEFAULT_FILE) -> None:
    """Bring back the clockings of a backup that the present ledger does not have; kiosk and courier must not run."""
    from terminal_app.ledger.backup import restore as restore_ledger  # noqa: PLC0415 # SQLite

    folder = _folder(config)
    with _nobody_else_in(folder):
        say(restore_ledger(folder, file))


def recover(mirror: _Mirror, config: ConfigFile = DEFAULT_FILE) -> None:
    """Bring back the clockings of the mirror that the present ledger does not have; kiosk and courier must not run."""
    from terminal_app.ledger.recovery import recover as recover_ledger  # noqa: PLC0415 # SQLite

    folder = _folder(config)
    with _nobody_else_in(folder):
        say(recover_ledger(folder, mirror))


def _folder(config: Path) -> Path:
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # pydantic

    return load_settings(config).storage.folder


@contextmanager
def _nobody_else_in(folder: Path) -> Iterator[None]:
    """Be kiosk and courier oneself. Raises LedgerUnusable while one of them works."""
    from terminal_app.ledger.alone import alone_in  # noqa: PLC0415

    held: list[int] = []
    try:
        for who in ("kiosk", "courier"):
            held.append(alone_in(folder, who))  # noqa: PERF401 # what is held is let go of in any case
        yield
    finally:
        for one in held:
            os.close(one)
