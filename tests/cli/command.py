"""Runs the program as a person does."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from terminal_app.cli.main import exit_code_of
from terminal_app.simulator.server import SimulatorThread
from tests.settings.files import LEAST

PROGRAM = [sys.executable, "-m", "terminal_app"]


def command(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CLOCKING_TERMINAL")}
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**inherited, **environment},
    )


def command_here(*arguments: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """As `command`, but in this process, whose program is loaded already: a start costs a second.

    That both say the same is what `protime/test_cold_start.py` shows; of other commands the first test of a module
    starts them.
    """
    out, err = (TextIOWrapper(BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith("CLOCKING_TERMINAL")]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        code = exit_code_of([str(one) for one in arguments])
    said, complained = (one.detach().getvalue().decode() for one in (out, err))
    return subprocess.CompletedProcess(arguments, code, said, complained)


def command_on_terminal(*arguments: str | Path, program: Sequence[str] = PROGRAM) -> tuple[int, str]:
    """The exit code, and what stands on the terminal once the screen was given back, if it was taken."""
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*program, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # its end of the pty is gone
            while piece := os.read(ours, 65536):
                seen += piece
        os.close(ours)
        code = process.wait(60)
    return code, re.sub(r"\x1b\[[0-9;?<>=]*[A-Za-z]", "", seen.decode().rpartition("\x1b[?1049l")[2])


@contextmanager
def started(*arguments: str | Path) -> "Iterator[subprocess.Popen[str]]":
    """The running program, its outputs in pipes; killed at the end if it still runs."""
    with subprocess.Popen(
        [*PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        try:
            yield program
        finally:
            program.kill()


def settings_with(simulator: SimulatorThread, folder: Path, extra: str = "") -> Path:
    """As `settings_for`, of the tenant that this simulator plays."""
    names, path = simulator.state.settings, settings_for(folder, extra)
    (folder / "secret").write_text(names.client_secret, encoding="utf-8")
    text = path.read_text(encoding="utf-8").replace('"terminal"', f'"{names.client_id}"')
    addresses = f'[protime]\nbase_url = "{simulator.url}"\nauthentication_url = "{simulator.url}"\n'
    path.write_text(text.replace("[protime]\n", addresses), encoding="utf-8")
    return path


def settings_for(folder: Path, extra: str = "") -> Path:
    """A settings file whose storage is `folder`, with a secret file in place."""
    secret = folder / "secret"
    secret.write_text("hush-hush-secret\n", encoding="utf-8")
    secret.chmod(0o600)
    path = folder / "terminal.toml"
    path.write_text(
        f'{LEAST}client_secret_file = "{secret}"\n[storage]\nfolder = "{folder}"\n{extra}', encoding="utf-8"
    )
    return path
