"""`run`: kiosk and courier together, for a person at a shell. As services they are two units."""

import signal
import subprocess
import time
from pathlib import Path
from types import FrameType
from typing import IO

from terminal_app.children import end_child, start_child
from terminal_app.cli.exit_codes import ExitCode
from terminal_app.cli.failure import Failure
from terminal_app.cli.options import ConfigFile
from terminal_app.client_secret import read_client_secret
from terminal_app.given_terminal import give_back, terminal_attributes
from terminal_app.settings import DEFAULT_FILE
from terminal_app.settings_child import SettingsChild

LOG_NAME = "courier.log"
_MOST_LOG_BYTES = 5_000_000
RESTART_SECONDS = 5.0
_LONGEST_RESTART_SECONDS = 300.0
_HEALTHY_SECONDS = 60.0
"""A courier that lived so long is started again soon."""
_LOOK_SECONDS = 0.5


def run(config: ConfigFile = DEFAULT_FILE) -> int:
    """Show the clocking screen here and deliver in the background; the log is courier.log in the storage folder."""
    settings = SettingsChild(config).settings()
    read_client_secret(settings.protime)  # a fault is told here and not in the background
    path = settings.storage.folder / LOG_NAME
    try:
        if path.exists() and path.stat().st_size > _MOST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        log = path.open("ab")
    except OSError as error:
        raise Failure(
            ExitCode.STORAGE,
            f"{path} cannot be written: {error.strerror}. Create the folder and give this user the right, or change"
            " storage.folder.",
        ) from error
    with log:
        return _side_by_side(config, log)


def _side_by_side(config: Path, log: IO[bytes]) -> int:
    before = terminal_attributes()
    kiosk = start_child("kiosk", "--config", str(config))
    courier, started = _start_courier(config, log), time.monotonic()
    pause = RESTART_SECONDS
    try:
        _end_on_signal(kiosk)
        restart_at: float | None = None
        while not _has_ended(kiosk):
            # Without a courier people clock as before. One that cannot read its settings never will.
            if courier.poll() in {None, ExitCode.CONFIGURATION}:
                continue
            now = time.monotonic()
            if restart_at is None:
                pause = RESTART_SECONDS if now - started >= _HEALTHY_SECONDS else pause
                restart_at, pause = now + pause, min(2 * pause, _LONGEST_RESTART_SECONDS)
            elif now >= restart_at:
                courier, started, restart_at = _start_courier(config, log), now, None
    finally:
        end_child(kiosk)
        end_child(courier)
        if kiosk.returncode < 0:  # a signal ended it, and left it no time to
            give_back(before)
    if kiosk.returncode == -signal.SIGTERM:  # it had no screen yet
        return ExitCode.OK
    return kiosk.returncode if kiosk.returncode >= 0 else ExitCode.FAILED


def _start_courier(config: Path, log: IO[bytes]) -> "subprocess.Popen[bytes]":
    return start_child("courier", "--config", str(config), log=log)


def _has_ended(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(_LOOK_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _end_on_signal(kiosk: "subprocess.Popen[bytes]") -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        kiosk.terminate()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, handle)
