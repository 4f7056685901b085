"""What a driver is: how to make a reader of it, and what people are told about it.

A third party's driver is one of these, named by an entry point of the group `clocking_terminal.drivers`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from drivers.frames.decoder import Decoder
from drivers.options import Options
from drivers.reader import CardReader


class Twin(Protocol):
    """The other end of a polled reader's line, for demo and tests: what the device would answer."""

    def lay(self, card: bytes | None) -> None:
        """This card lies on the reader from now on; None: none does."""
        ...

    def answer(self, data: bytes) -> bytes:
        """What the device sends after it received these bytes; no bytes where it says nothing."""
        ...


@dataclass(frozen=True, slots=True)
class SerialDriver:
    """A driver of readers on a serial port.

    `decoder` makes a fresh one with these options, or raises OptionError; one that is `Polled` asks the reader.
    `encode` gives the bytes that a reader with the default options sends when it has this card; ValueError where the
    protocol cannot carry it. `cards` are some that it can: the contract tests and the benchmark use them.
    """

    readers: str
    """Which readers, for the table in the documentation."""
    decoder: Callable[[Options], Decoder]
    encode: Callable[[bytes], bytes]
    cards: Sequence[bytes]
    bauds: tuple[int, ...] = (9600,)
    """The speeds that such readers have, the usual one first."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What may be set, each with its meaning and default."""
    twin: Callable[[], Twin] | None = None
    """For a polled reader, which needs more than `encode`."""


@dataclass(frozen=True, slots=True)
class OtherDriver:
    """A driver of readers that are on no serial port, or that bring their own way of talking over one.

    `create` gets name, port, speed (None: the driver's own) and options, and opens nothing yet. It raises
    DriverNotInstalledError where a package is missing, and OptionError.
    """

    readers: str
    create: Callable[[str, str, int | None, Options], CardReader]
    port: str
    """What `port` is in the settings, for the table in the documentation."""
    options: Mapping[str, str] = field(default_factory=dict)
    extra: str | None = None
    """The optional packages that it needs: `clocking-terminal[extra]`."""
    address: Callable[[Options], int] | None = None
    """Which of the readers on one port these options mean, or OptionError; None where a port has one reader."""


Driver = SerialDriver | OtherDriver
