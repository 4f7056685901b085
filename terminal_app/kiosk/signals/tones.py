"""Tones, as the settings write them: "1320/90 880/90" is 1320 Hz for 90 milliseconds, then 880 Hz for 90."""

import math
import re
from collections.abc import Sequence
from struct import pack
from typing import NamedTuple

_RATE = 16000
_LOUDNESS = 12000
_RAMP_SECONDS = 0.005
"""A tone that begins at once clicks."""
_TONE = re.compile(r"([0-9]{2,5})/([0-9]{1,4})", re.ASCII)
LOWEST, HIGHEST = 50, 10000
"""Hz."""
LONGEST_SECONDS = 2.0
"""Of all tones of an outcome together."""


class Tone(NamedTuple):
    """One tone."""

    hertz: int
    seconds: float


def tones_of(text: str) -> tuple[Tone, ...] | None:
    """The tones that a setting writes, none for an empty one; None where it does not write tones."""
    found = [_TONE.fullmatch(part) for part in text.split()]
    tones = tuple(Tone(int(one[1]), int(one[2]) / 1000) for one in found if one is not None)
    is_well = (
        len(tones) == len(found)
        and all(LOWEST <= tone.hertz <= HIGHEST for tone in tones)
        and sum(tone.seconds for tone in tones) <= LONGEST_SECONDS
    )
    return tones if is_well else None


def as_wave(tones: Sequence[Tone]) -> bytes:
    """The tones as a WAVE file: one channel of 16 bits, 16 kHz, with soft edges."""
    samples = [_sample(tone, number) for tone in tones for number in range(int(tone.seconds * _RATE))]
    data = pack(f"<{len(samples)}h", *samples)
    head = pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, 1, _RATE, 2 * _RATE, 2, 16,
                b"data", len(data))  # fmt: skip
    return head + data


def _sample(tone: Tone, number: int) -> int:
    at = number / _RATE
    softness = max(0.0, min(1.0, at / _RAMP_SECONDS, (tone.seconds - at) / _RAMP_SECONDS))
    return int(_LOUDNESS * softness * math.sin(2 * math.pi * tone.hertz * at))
