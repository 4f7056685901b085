"""The service manager's end of what a service tells it."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Manager:
    """Hears what is told."""

    def __init__(self, there: socket.socket) -> None:
        self._there = there

    async def hears(self) -> dict[str, str]:
        """The next message, its lines by name."""
        said = await asyncio.get_running_loop().sock_recv(self._there, 4096)
        return dict(line.split("=", 1) for line in said.decode().splitlines())

    async def hears_of(self, name: str) -> str:
        """What is said of `name`, as soon as it is."""
        while name not in (said := await self.hears()):
            pass
        return said[name]

    def forgets(self) -> None:
        """What was said until now was not heard."""
        while self.has_heard():
            pass

    def has_heard(self) -> bool:
        """Whether there is a message, which is taken."""
        try:
            self._there.recv(4096)
        except BlockingIOError:
            return False
        return True


@contextmanager
def service_manager(folder: Path, monkeypatch: pytest.MonkeyPatch, *, watchdog_seconds: float) -> Iterator[Manager]:
    """One that asks for signs of life, of this process and of those that it starts."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as there:
        there.bind(str(folder / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", str(int(watchdog_seconds * 1_000_000)))
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        yield Manager(there)
