"""Virtual readers: the true frames of a driver's protocol on a real pseudo terminal."""

import os
import select
import tty
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from drivers.driver import SerialDriver
from drivers.errors import ReaderError
from drivers.names import UnknownDriverError, driver_of

__all__ = ["NoVirtualReaderError", "UnknownDriverError", "VirtualReader"]


class NoVirtualReaderError(ReaderError):
    """This driver's readers are on no serial port."""


class VirtualReader:
    """A reader that is plugged in while its context lasts.

    With `link` the port is a symbolic link of that name, which survives `unplug` and `replug` as a name under
    /dev/serial/by-id does; without it `replug` may give another name. One that is asked answers from a thread of its
    own.

    Raises:
        UnknownDriverError: there is no driver of that name.
        NoVirtualReaderError: its readers are on no serial port.
    """

    def __init__(self, driver: str, *, link: Path | None = None) -> None:
        made = driver_of(driver)
        if not isinstance(made, SerialDriver):
            raise NoVirtualReaderError(f"readers of the driver {driver!r} are on no serial port")
        self._encode = made.encode
        self.twin = made.twin() if made.twin else None
        """What answers for a reader that is asked; None for one that talks by itself."""
        self._link = link
        self._descriptors: tuple[int, int] | None = None
        self._answering: Thread | None = None
        self._stop: int | None = None

    def __enter__(self) -> Self:
        self.replug()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.unplug()

    @property
    def port(self) -> str:
        """The path to open; without a link only while it is plugged in."""
        return str(self._link) if self._link is not None else os.ttyname(self._plugged_in()[1])

    def hold(self, card: bytes, *, repeats: int = 1) -> None:
        """Lays a card down: sends its frame as often as it is repeated while it lies there, without pauses.

        A reader that is asked has it until `take` instead.
        """
        if self.twin is None:
            self.write(self._encode(card) * repeats)
        else:
            self.twin.lay(card)

    def take(self) -> None:
        """Takes the card away; nothing for a reader that talks by itself."""
        if self.twin is not None:
            self.twin.lay(None)

    def write(self, raw: bytes) -> int:
        """Sends bytes as they are; how many got through. What nobody reads in time is lost, as on a real line."""
        with suppress(BlockingIOError):
            return os.write(self._plugged_in()[0], raw)
        return 0

    def unplug(self) -> None:
        """Takes the port away, also from a program that has it open; nothing where it is unplugged already."""
        if self._descriptors is None:
            return
        if self._link is not None:
            self._link.unlink(missing_ok=True)
        if self._answering is not None and self._stop is not None:
            os.close(self._stop)
            self._answering.join()
            self._answering = self._stop = None
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors = None

    def replug(self) -> None:
        """Makes the port (again), as a new device; an already plugged reader is unplugged first."""
        self.unplug()
        # The second descriptor, the program's end, stays open so that the port outlives a program that closes it. A
        # fresh terminal would echo, turn CR into LF and take ETX for Ctrl-C.
        ours, theirs = os.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        self._descriptors = ours, theirs
        if self.twin is not None:
            stopped, self._stop = os.pipe()
            self._answering = Thread(target=self._answer, args=(ours, stopped), daemon=True)
            self._answering.start()
        if self._link is not None:
            if self._link.is_symlink():  # left by a run that was killed
                self._link.unlink()
            self._link.symlink_to(os.ttyname(theirs))

    def _answer(self, line: int, stopped: int) -> None:
        assert self.twin is not None  # noqa: S101 # only then is there a thread
        while stopped not in (ready := select.select([line, stopped], [], [])[0]):
            if ready:
                with suppress(BlockingIOError):
                    os.write(line, self.twin.answer(os.read(line, 4096)))
        os.close(stopped)

    def _plugged_in(self) -> tuple[int, int]:
        if self._descriptors is None:
            raise RuntimeError("this virtual reader is unplugged")
        return self._descriptors
