"""The contract of every badge reader: the events it reports, the states it can be in, the errors it may raise.

ReaderError
+-- CardLengthError      (badge_number)  card data outside 4 to 10 bytes
+-- UnknownDriverError   (catalogue)     no driver of that name
+-- PortError            each names the port and the state it puts a reader in
    +-- PortMissingError     no such device
    +-- PortBusyError        another program has it
    +-- PortForbiddenError   no right to open it
    +-- PortUnusableError    not a serial port, or one that refuses its settings
    +-- PortLostError        it went away while open
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import ClassVar, Protocol


class ReaderState(Enum):
    """What keeps a reader from reading, or READY."""

    READY = "ready"
    MISSING = "missing"
    BUSY = "busy"
    FORBIDDEN = "forbidden"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class BadgeRead:
    """A badge was laid on a reader; reported once for as long as it stays there.

    `instant` (aware UTC) and `monotonic_ns` were taken when the last byte of the frame was read. The number is
    personal data, so it is no part of the repr.
    """

    badge_number: str = field(repr=False)
    reader: str
    instant: datetime
    monotonic_ns: int


@dataclass(frozen=True, slots=True)
class ReaderStateChanged:
    """A reader came into another state; the first event of every reader. `detail` is a sentence for the operator."""

    reader: str
    state: ReaderState
    detail: str


@dataclass(frozen=True, slots=True)
class Noise:
    """`count` bytes (one or more) were dropped because they were no part of a valid frame; `detail` says why."""

    reader: str
    count: int
    detail: str


ReaderEvent = BadgeRead | ReaderStateChanged | Noise


class BadgeReader(Protocol):
    """One badge reader."""

    @property
    def name(self) -> str:
        """The name that its events carry."""
        ...

    def events(self) -> AsyncGenerator[ReaderEvent, None]:
        """Reports what happens at the reader, for ever; the port is closed on cancellation or `aclose`.

        A reader that is absent or goes away is a state, never an exception. One iteration at a time.
        """
        ...


class ReaderError(Exception):
    """Base of all that this package raises on purpose."""


class PortError(ReaderError):
    """A port that cannot be used; the text tells the operator why and what to do."""

    state: ClassVar[ReaderState]

    def __init__(self, port: str, problem: str) -> None:
        super().__init__(f"{port}: {problem}")
        self.port = port


class PortMissingError(PortError):
    """There is no such device."""

    state = ReaderState.MISSING


class PortBusyError(PortError):
    """Another program has the port."""

    state = ReaderState.BUSY


class PortForbiddenError(PortError):
    """This user may not open the port."""

    state = ReaderState.FORBIDDEN


class PortUnusableError(PortError):
    """The path is no serial port, or the port refuses its settings."""

    state = ReaderState.UNUSABLE


class PortLostError(PortError):
    """The port went away while it was open."""

    state = ReaderState.MISSING
