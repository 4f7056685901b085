"""The contract of every badge reader: the events it reports, the states it can be in, the errors it may raise.

ReaderError
+-- BadgeNumberError     (badge_rule)    a rule that is none, or a card that it does not fit
+-- OptionError          (options)       an option that the driver does not have
+-- WiegandError         (wiegand)       bits that are no card
+-- UnknownDriverError   (names)         no driver of that name
+-- BrokenDriverError    (names)         a third party's driver that cannot be loaded
+-- DriverNotInstalledError              its optional packages are missing
+-- PortError            each names the port and the state it puts a reader in
    +-- PortMissingError     no such device
    +-- PortBusyError        another program has it
    +-- PortForbiddenError   no right to open it
    +-- PortUnusableError    not a serial port, or one that refuses its settings
    +-- PortLostError        it went away while open
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from drivers.errors import ReaderError
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat


class ReaderState(Enum):
    """What keeps a reader from reading, or READY."""

    READY = "ready"
    MISSING = "missing"
    BUSY = "busy"
    FORBIDDEN = "forbidden"
    UNUSABLE = "unusable"
    GARBLED = "garbled"
    """Bytes come in and none of them make a frame: another speed, or another driver."""
    SILENT = "silent"
    """The port is open, and a reader that has to answer does not."""
    UNTRUSTED = "untrusted"
    """It answers, and not with the key that it must have."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """A card was laid on a reader; reported once for as long as it stays there.

    `card` is its bytes, most significant first, or its text as ASCII bytes where `format` is TEXT; `bits` where they
    are no whole bytes. `instant` (aware UTC) and `monotonic_ns` were taken when the last byte of it was read. The card
    is personal data, so it is no part of the repr.
    """

    card: bytes = field(repr=False)
    format: CardFormat
    bits: int | None
    reader: str
    instant: datetime
    monotonic_ns: int


@dataclass(frozen=True, slots=True)
class KeysPressed:
    """Keys of the reader's keypad: digits, `*` and `#`; not for a log, as they may be a PIN."""

    keys: str = field(repr=False)
    reader: str
    instant: datetime


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


class ReaderStateChanged(NamedTuple):
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


CardEvent = CardRead | KeysPressed | ReaderStateChanged | Noise
ReaderEvent = BadgeRead | KeysPressed | ReaderStateChanged | Noise


class CardReader(Protocol):
    """One reader as its driver sees it: cards, not yet the numbers that somebody made of them."""

    @property
    def name(self) -> str:
        """The name that its events carry."""
        ...

    def events(self) -> AsyncGenerator[CardEvent, None]:
        """Reports what happens at the reader, for ever; the port is closed on cancellation or `aclose`.

        The first event is the reader's state. A reader that is absent or goes away is a state, never an exception. One
        iteration at a time.
        """
        ...

    def signal(self, signal: Signal) -> bool:
        """Has the reader say this to the person before it; at once, without waiting. False: it cannot."""
        ...


class BadgeReader(Protocol):
    """One reader whose cards are badge numbers."""

    @property
    def name(self) -> str:
        """The name that its events carry."""
        ...

    def events(self) -> AsyncGenerator[ReaderEvent, None]:
        """Reports what happens at the reader, for ever; the port is closed on cancellation or `aclose`.

        A reader that is absent or goes away is a state, never an exception. One iteration at a time.
        """
        ...

    def signal(self, signal: Signal) -> bool:
        """Has the reader say this to the person before it; at once, without waiting. False: it cannot."""
        ...


TellBytes = Callable[[bytes], None]
"""Called in the reader's event loop with the bytes (one or more) of a frame, or of what is none. Personal data."""


@runtime_checkable
class Overheard(Protocol):
    """A reader of either kind that can tell the bytes of its line."""

    def overhear(self, tell: TellBytes | None) -> None:
        """From now on tell them, each frame before its event; None: not any more."""
        ...


class DriverNotInstalledError(ReaderError):
    """A driver's optional packages are missing; the text says how to get them."""

    def __init__(self, driver: str, remedy: str) -> None:
        super().__init__(f"the badge reader driver {driver!r} needs packages that are not installed: {remedy}")


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
