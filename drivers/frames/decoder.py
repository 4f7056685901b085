"""What every decoder takes and gives.

A decoder does no I/O and knows no time. However the bytes are sliced, the frames and the sums of dropped bytes are the
same. It never raises on any bytes and keeps no more than one frame of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol


class DropCause(Enum):
    """Why bytes were dropped; the value is for the operator."""

    STRAY = "bytes outside a frame: wrong speed, wrong driver or a disturbed line"
    DAMAGED = "damaged frames: cut off, wrong characters or wrong checksum"


@dataclass(frozen=True, slots=True)
class CardFrame:
    """A card's bytes as the reader sent them, most significant first."""

    card: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextFrame:
    """A badge number that the reader sent as text: printable ASCII, not empty, stripped."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Dropped:
    """`count` bytes (one or more) that were no part of a valid frame."""

    count: int
    cause: DropCause


Decoded = CardFrame | TextFrame | Dropped


class Decoder(Protocol):
    """Turns the bytes of one line into frames."""

    def feed(self, data: bytes) -> list[Decoded]:
        """The frames that these bytes complete, in order, then what was dropped, summed by cause."""
        ...

    def reset(self) -> int:
        """Forgets a frame under way, so that it cannot join the next one; how many bytes that were."""
        ...


def in_report_order(frames: Sequence[CardFrame | TextFrame], *, stray: int, damaged: int) -> list[Decoded]:
    """What `feed` gives: frames first, then one `Dropped` for each cause that has bytes."""
    dropped = (Dropped(stray, DropCause.STRAY), Dropped(damaged, DropCause.DAMAGED))
    return [*frames, *(part for part in dropped if part.count)]
