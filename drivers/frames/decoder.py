"""What every decoder takes and gives.

A decoder does no I/O and knows no time. However the bytes are sliced, the frames and the sums of dropped bytes are the
same. It never raises on any bytes and keeps no more than one frame of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, runtime_checkable


class DropCause(Enum):
    """Why bytes were dropped; the value is for the operator."""

    STRAY = "bytes outside a frame: wrong speed, wrong driver or a disturbed line"
    DAMAGED = "damaged frames: cut off, wrong characters or wrong checksum"
    PASSING = "a card that shows another number each time, as phones do: it can be no badge"
    CUT_SHORT = "the first bytes of a longer card number, which many cards share: the reader cuts it off"


class CardFormat(Enum):
    """What kind of card the bytes are of."""

    UNKNOWN = "unknown"
    EM4100 = "EM4100"
    ISO14443A = "ISO 14443A"
    WIEGAND = "Wiegand"
    """The bits between the parity bits, as a number: the first byte is filled up with zero bits at its front."""
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class CardFrame:
    """A card's bytes as the reader sent them, most significant first; `bits` where they are no whole bytes."""

    card: bytes = field(repr=False)
    format: CardFormat = CardFormat.UNKNOWN
    bits: int | None = None


@dataclass(frozen=True, slots=True)
class TextFrame:
    """A badge number that the reader sent as text: printable ASCII, not empty, stripped."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeysFrame:
    """Keys that were pressed at the reader's keypad: digits, `*` and `#`."""

    keys: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dropped:
    """`count` bytes (one or more) that were no part of a valid frame."""

    count: int
    cause: DropCause


Frame = CardFrame | TextFrame | KeysFrame
Decoded = Frame | Dropped


class Decoder(Protocol):
    """Turns the bytes of one line into frames."""

    def feed(self, data: bytes) -> list[Decoded]:
        """The frames that these bytes complete, in order, then what was dropped, summed by cause."""
        ...

    def reset(self) -> int:
        """Forgets a frame under way, so that it cannot join the next one; how many bytes that were."""
        ...


@runtime_checkable
class EndedBySilence(Decoder, Protocol):
    """A decoder of frames that nothing but a pause ends: who has the clock tells it of the pause."""

    @property
    def silence_seconds(self) -> float:
        """A line that is quiet for so long after a byte has ended its frame; more than 0, less than 1."""
        ...

    def fall_silent(self) -> list[Decoded]:
        """The frame that a pause completes, then what was dropped; nothing where no bytes came since the last one."""
        ...


_SINGLE_SIZE = 4
_PASSING_UID = 0x08
_CASCADE_TAG = 0x88


def iso14443a(uid: bytes) -> CardFrame | DropCause:
    """The frame of a UID, or why it can be no badge number (ISO 14443-3: 08 is random, 88 only begins a longer one)."""
    if len(uid) == _SINGLE_SIZE and uid[0] == _PASSING_UID:
        return DropCause.PASSING
    if len(uid) == _SINGLE_SIZE and uid[0] == _CASCADE_TAG:
        return DropCause.CUT_SHORT
    return CardFrame(uid, CardFormat.ISO14443A)


def in_report_order(frames: Sequence[Frame], *, stray: int, damaged: int) -> list[Decoded]:
    """What `feed` gives: frames first, then one `Dropped` for each cause that has bytes."""
    if not stray and not damaged:
        return [*frames]
    return with_dropped(frames, {DropCause.STRAY: stray, DropCause.DAMAGED: damaged})


def with_dropped(frames: Sequence[Frame], dropped: Mapping[DropCause, int]) -> list[Decoded]:
    """What `feed` gives: frames first, then one `Dropped` for each cause that has bytes, in the causes' order."""
    if not dropped:
        return [*frames]
    return [*frames, *(Dropped(dropped[cause], cause) for cause in DropCause if dropped.get(cause))]
