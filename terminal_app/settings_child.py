"""Reads the settings in a forked child, so that this process never imports pydantic and goes on meanwhile."""

import io
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from terminal_app.settings_errors import SettingsError

if TYPE_CHECKING:  # loaded when the answer is: until then both processes load what they need side by side
    from terminal_app.kiosk.first_picture import FirstPicture
    from terminal_app.settings import Settings

_Faults = tuple[str, ...]


class SettingsChild:
    """Begins to read at once. Make it before any thread."""

    def __init__(self, path: Path) -> None:
        reading, writing = os.pipe()
        self._path = path
        self._process = os.fork()
        if self._process == 0:
            os.close(reading)
            _answer(path, writing)
        os.close(writing)
        self._answer = reading
        self._picture: FirstPicture | None = None
        self._rest = io.BytesIO()

    def first_picture(self) -> "FirstPicture":
        """Wait for the settings, and make of them what the first painting needs.

        Raises SettingsError for what is wrong with them, or when the child died.
        """
        if self._picture is None:
            self._wait()
            self._picture = pickle.load(self._rest)  # noqa: S301 # from our own child, through a pipe of nobody else
        return self._picture

    def settings(self) -> "Settings":
        """All of them; raises what `first_picture` raises. Ask once."""
        self.first_picture()
        settings: Settings = pickle.load(self._rest)  # noqa: S301 # as above
        return settings

    def _wait(self) -> None:
        with os.fdopen(self._answer, "rb") as pipe:
            self._rest = io.BytesIO(pipe.read())
        _, status = os.waitpid(self._process, 0)
        if status != 0 or not self._rest.getbuffer().nbytes:
            ended = os.waitstatus_to_exitcode(status)
            how = f"signal {-ended}" if ended < 0 else f"exit code {ended}"
            raise SettingsError(f"{self._path}: the process that reads the settings ended early ({how}). Start again.")
        faults: _Faults = pickle.load(self._rest)  # noqa: S301 # as above
        if faults:
            raise SettingsError(*faults)


def _answer(path: Path, writing: int) -> None:
    """In the child: write faults, first picture and settings, and end without touching what the parent gave it."""
    code = 1
    with suppress(BaseException):
        answer = b"".join(map(pickle.dumps, _read(path)))
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(answer)
        code = 0
    os._exit(code)


def _read(path: Path) -> "tuple[_Faults] | tuple[_Faults, FirstPicture, Settings]":
    from terminal_app.kiosk.of_settings import first_picture_of  # noqa: PLC0415 # what the parent must not import
    from terminal_app.settings_file import load_settings  # noqa: PLC0415

    try:
        settings = load_settings(path)
        return (), first_picture_of(settings), settings
    except SettingsError as error:
        return (error.faults,)
    except Exception as error:  # noqa: BLE001 # the parent tells it
        return ((f"{path}: the settings could not be read ({type(error).__name__}).",),)
