"""Virtual readers: the true frames of a driver's protocol on a real pseudo terminal."""

import os
import tty
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.catalogue import UnknownDriverError
from drivers.frames.protocols import TALKING_PROTOCOLS


class VirtualReader:
    """A reader that is plugged in while its context lasts.

    With `link` the port is a symbolic link of that name, which survives `unplug` and `replug` as a name under
    /dev/serial/by-id does; without it `replug` may give another name.

    Raises:
        UnknownDriverError: there is no driver of that name.
    """

    def __init__(self, driver: str, *, link: Path | None = None) -> None:
        protocol = TALKING_PROTOCOLS.get(driver)
        if protocol is None:
            raise UnknownDriverError(driver)
        self._encode = protocol.encode
        self._link = link
        self._descriptors: tuple[int, int] | None = None

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
        """Sends the frame of a card as often as it is repeated while the card lies there, without pauses."""
        self.write(self._encode(card) * repeats)

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
        if self._link is not None:
            if self._link.is_symlink():  # left by a run that was killed
                self._link.unlink()
            self._link.symlink_to(os.ttyname(theirs))

    def _plugged_in(self) -> tuple[int, int]:
        if self._descriptors is None:
            raise RuntimeError("this virtual reader is unplugged")
        return self._descriptors
