"""The doorbell between kiosk and courier: a Unix datagram that says "look now", or "end, to be started anew".

A lost ring costs a second, never data: both sides also look on a timer.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self


def runtime_folder(configured: Path | None, storage_folder: Path) -> Path:
    """Where the doorbells hang: the setting, else systemd's RUNTIME_DIRECTORY, else beside the ledger.

    For a command at a shell, on the folder of the services, it is where theirs hang.
    """
    if configured is not None:
        return configured
    from_systemd = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
    if from_systemd:
        return Path(from_systemd)
    return (
        _RUNTIME_OF_SERVICES
        if storage_folder == _STORAGE_OF_SERVICES and _RUNTIME_OF_SERVICES.is_dir()
        else storage_folder
    )


_STORAGE_OF_SERVICES = Path("/var/lib/clocking-terminal")
_RUNTIME_OF_SERVICES = Path("/run/clocking-terminal")
"""StateDirectory= and RuntimeDirectory= of the units."""


BEAT_SECONDS = 30.0
"""How often a process shows at its doorbell that it lives; it has to come by as often as that."""
_SILENT_SECONDS = 100.0
_LOOK, _END = b"\n", b"end\n"


def ring(folder: Path, whose: str) -> bool:
    """Ring the doorbell of `whose` process ("kiosk" or "courier"). Never waits.

    False when nobody is at home, or whoever is has not come by for so long that they hang.
    """
    return _say(_LOOK, folder, whose)


def ask_to_end(folder: Path, whose: str) -> bool:
    """Ask `whose` process to end in order: whoever watches over it (systemd, `run`) starts it anew. Never waits.

    False when nobody is at home, or does not listen.
    """
    return _say(_END, folder, whose)


def _say(word: bytes, folder: Path, whose: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell, _short_path(folder) as short:
            bell.setblocking(False)
            path = f"{short}/{whose}.doorbell"
            try:
                bell.sendto(word, path)
            except BlockingIOError:  # it has rung often enough already; another word was not heard
                if word != _LOOK:
                    return False
            return time.time() - Path(path).stat().st_mtime < _SILENT_SECONDS
    except OSError:
        return False


class Doorbell:
    """One process's own doorbell, hung up while the context lasts; without a usable folder it is silent."""

    def __init__(self, folder: Path, whose: str) -> None:
        self._path = folder / f"{whose}.doorbell"
        self._rung = asyncio.Event()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self._beaten_at = time.monotonic()
        self.problem: str | None = None
        """Why it cannot ring, for the log."""
        self.is_to_end = False
        """Somebody asked this process to end."""

    async def wait(self, seconds: float) -> None:
        """Until it rings, but no longer than `seconds`; it shows that this process lives."""
        self._beat()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        self._rung.clear()

    def _beat(self) -> None:
        now = time.monotonic()
        if now - self._beaten_at >= BEAT_SECONDS:
            with contextlib.suppress(OSError):  # a folder that cannot be used: the process is taken for one that hangs
                os.utime(self._path)
            self._beaten_at = now

    def _answer(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self.is_to_end |= self._socket.recv(16) == _END
                self._rung.set()

    def __enter__(self) -> Self:
        try:
            self._path.unlink(missing_ok=True)
            with _short_path(self._path.parent) as short:
                self._socket.bind(f"{short}/{self._path.name}")
            self._path.chmod(0o660)
        except OSError as error:
            self.problem = f"no doorbell at {self._path}: {error.strerror}; looking once a second instead"
        else:
            asyncio.get_running_loop().add_reader(self._socket, self._answer)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
        with contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)


@contextlib.contextmanager
def _short_path(folder: Path) -> Iterator[str]:
    # A Unix socket's path ends at 107 bytes; through an open folder it never gets long.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)
