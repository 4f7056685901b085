"""Reads the settings in a forked child, so that this process never imports pydantic and goes on meanwhile."""

import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from terminal_app.settings_errors import SettingsError

if TYPE_CHECKING:  # loaded when the answer is: until then both processes load what they need side by side
    from terminal_app.settings import Settings


class SettingsChild:
    """Begins to read at once. Make it before any thread, and ask for the result once."""

    def __init__(self, path: Path) -> None:
        reading, writing = os.pipe()
        self._path = path
        self._process = os.fork()
        if self._process == 0:
            os.close(reading)
            _answer(path, writing)
        os.close(writing)
        self._answer = reading

    def result(self) -> "Settings":
        """Wait for the settings. Raises SettingsError for what is wrong with them, or when the child died."""
        with os.fdopen(self._answer, "rb") as pipe:
            answer = pipe.read()
        _, status = os.waitpid(self._process, 0)
        if status != 0 or not answer:
            ended = os.waitstatus_to_exitcode(status)
            how = f"signal {-ended}" if ended < 0 else f"exit code {ended}"
            raise SettingsError(f"{self._path}: the process that reads the settings ended early ({how}). Start again.")
        # From our own child, through a pipe that nobody else holds.
        settings: Settings | tuple[str, ...] = pickle.loads(answer)  # noqa: S301
        if isinstance(settings, tuple):
            raise SettingsError(*settings)
        return settings


def _answer(path: Path, writing: int) -> None:
    """In the child: write Settings or faults, and end without touching what was inherited from the parent."""
    code = 1
    with suppress(BaseException):
        answer = pickle.dumps(_settings_or_faults(path))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        code = 0
    os._exit(code)


def _settings_or_faults(path: Path) -> "Settings | tuple[str, ...]":
    from terminal_app.settings_file import load_settings  # noqa: PLC0415 # the import that the parent must not make

    try:
        return load_settings(path)
    except SettingsError as error:
        return error.faults
    except Exception as error:  # noqa: BLE001 # the parent tells it
        return (f"{path}: the settings could not be read ({type(error).__name__}).",)
