"""The cards of the vectors (one imaginary set, so that all agree), and what several tests of drivers ask."""

import itertools
from pathlib import Path

from drivers.frames.decoder import Decoder, DropCause, Dropped, Frame

EM_A = bytes.fromhex("0600D507D0")
EM_B = bytes.fromhex("01026F6C3A")
DATA_SHEET = bytes.fromhex("0C000621A5")
MIFARE_4 = bytes.fromhex("66CF4DC2")
MIFARE_7 = bytes.fromhex("04A1B2C3D4E580")


def decode(decoder: Decoder, pieces: list[bytes]) -> tuple[list[Frame], dict[DropCause, int]]:
    """All frames, and the dropped bytes by cause."""
    frames: list[Frame] = []
    dropped: dict[DropCause, int] = {}
    for piece in pieces:
        for decoded in decoder.feed(piece):
            if isinstance(decoded, Dropped):
                assert decoded.count > 0
                dropped[decoded.cause] = dropped.get(decoded.cause, 0) + decoded.count
            else:
                frames.append(decoded)
    return frames, dropped


def sliced(data: bytes, cuts: list[int]) -> list[bytes]:
    """The data in pieces, cut at these places (modulo its length)."""
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in itertools.pairwise(places)]


def open_descriptors() -> int:
    """How many this process has."""
    return len(list(Path("/proc/self/fd").iterdir()))
