"""Any bytes, and damaged frames, to every serial driver: no crash, no card that was not there.

And how often chance makes a number of noise: measured, for each driver. By `random`, not by hypothesis: ten million
inputs are wanted, and each is its own example. An input that fails is told in hex. Keys, OSDP and PC/SC are not here:
no noise of a line reaches them but through checksums of others.
"""

import random
import re
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple
from unittest.mock import patch

from drivers.driver import SerialDriver
from drivers.frames import rdm6300
from drivers.frames.decoder import CardFrame, Decoder, Dropped, Frame, KeysFrame, TextFrame
from drivers.frames.polled import Polled
from drivers.names import BUILT_IN, driver_of
from faults.reader_oracles import ORACLES
from faults.report import Report

_NOT_THERE = "a card that is not in the bytes"
_CONTROL = 4_000
_RANDOM_BYTES_AN_INPUT = 10
_CHUNK = 1 << 16
_MOST_FAULTS = 5
_FRAMES = 500
_SLICED = 4
"""Each fourth input is given in pieces, too."""


@dataclass
class _Subject:
    """A driver under trial, with what became of its inputs."""

    name: str
    driver: SerialDriver
    frames: list[tuple[bytes, bytes]]
    """Cards, each with its frame."""
    tried: int = 0
    damaged: int = 0
    """Inputs that were one frame with some wrong bytes."""
    accepted: int = 0
    """Of these, how many gave another card than the frame's."""


class _Tried(NamedTuple):
    """What became of the inputs of one driver."""

    figures: dict[str, str]
    faults: list[str]


def run(count: int, seed: int) -> Report:
    """`count` inputs in all, and ten times as many random bytes; and a control, a decoder that takes any checksum.

    Each driver has a course of chance and a process of its own, so the result does not depend on the cores.
    """
    names = [name for name in BUILT_IN if isinstance(driver_of(name), SerialDriver)]
    each = -(-count // len(names))
    with ProcessPoolExecutor() as pool:
        tried = list(pool.map(_try_driver, names, repeat(each), repeat(seed)))
    noticed = _control_is_noticed(seed)
    return Report(
        claim="whatever comes over a reader's line: no crash, the same in any slicing, and no card that is not in it",
        tried=f"{each * len(names)} inputs to {len(names)} drivers",
        figures={
            **{text: figure for one in tried for text, figure in one.figures.items()},
            "control, a decoder that takes any checksum": "found" if noticed else "not found",
        },
        faults=[fault for one in tried for fault in one.faults],
        void=[] if noticed else ["control, a decoder that takes any checksum: not found"],
    )


def _try_driver(name: str, count: int, seed: int) -> _Tried:
    chance = random.Random(f"{seed} {name}")
    subject = _subject(name, chance)
    faults: list[str] = []
    for _ in range(count):
        fault = _try_one(subject, chance)
        if fault and len(faults) < _MOST_FAULTS:
            faults.append(f"{name}: {fault}")
    frames, heard = _accepted_of_noise(subject.driver, count * _RANDOM_BYTES_AN_INPUT, chance)
    figures = {
        f"{name}: numbers made of random bytes": f"{frames} in {heard}",
        f"{name}: other numbers made of damaged frames": f"{subject.accepted} in {subject.damaged}",
    }
    return _Tried(figures, faults)


def _control_is_noticed(seed: int) -> bool:
    chance = random.Random(seed)
    with patch.object(rdm6300, "_card", lambda body: bytes.fromhex(body[:10].decode()) if _is_hex(body) else None):
        control = _subject("rdm6300", chance)
        return any(_NOT_THERE in _try_one(control, chance) for _ in range(_CONTROL))


def _subject(name: str, chance: random.Random) -> _Subject:
    driver = driver_of(name)
    assert isinstance(driver, SerialDriver)  # the only ones that are asked for
    cards = [chance.randbytes(len(chance.choice(driver.cards))) for _ in range(_FRAMES)]
    return _Subject(name, driver, [(card, driver.encode(card)) for card in cards])


def _try_one(subject: _Subject, chance: random.Random) -> str:
    """What went wrong with one input; nothing when nothing did."""
    card, frame = chance.choice(subject.frames)
    raw, is_one_frame = _input(frame, chance.choice(subject.frames)[1], chance)
    subject.tried += 1
    try:
        found = _read(_asking(subject.driver), [raw])
        if subject.tried % _SLICED == 0 and found != _read(_asking(subject.driver), _pieces(raw, chance)):
            return f"another result by slicing of {raw.hex()}"
    except Exception as error:  # noqa: BLE001 # whatever it is, it is the fault that was looked for
        return f"{type(error).__name__} on {raw.hex()}"
    contents = [_content(one) for one in found if not isinstance(one, KeysFrame)]  # a key is no card
    if is_one_frame:
        subject.damaged += 1
        subject.accepted += any(one.upper() not in (card.upper(), card.hex().upper().encode()) for one in contents)
    return next((f"{_NOT_THERE}: {raw.hex()}" for one in contents if not ORACLES[subject.name](raw, one)), "")


def _input(frame: bytes, other: bytes, chance: random.Random) -> tuple[bytes, bool]:
    """Bytes to try, and whether they are one frame of which some bytes are wrong."""
    at = chance.randrange(len(frame))
    match chance.randrange(6):
        case 0:
            return chance.randbytes(chance.randrange(80)), False
        case 1:
            return bytes(chance.choices(b"0123456789ABCDEF\x02\x03\r\n:R]", k=chance.randrange(80))), False
        case 2:
            return frame[:at] + other, False
        case 3:
            return frame[:at] + frame[at + 1 :] + other, False
        case _:
            raw = bytearray(frame)
            for _ in range(chance.randrange(1, 4)):
                raw[chance.randrange(len(raw))] = chance.randrange(256)
            return bytes(raw), True


def _accepted_of_noise(driver: SerialDriver, wanted: int, chance: random.Random) -> tuple[int, int]:
    """How many frames a driver made of so many random bytes."""
    decoder = _asking(driver)
    frames = heard = 0
    while heard < wanted:
        if isinstance(decoder, Polled):
            decoder.ask()
        frames += len(_read(decoder, [chance.randbytes(_CHUNK)]))
        heard += _CHUNK
    return frames, heard


def _asking(driver: SerialDriver) -> Decoder:
    """A decoder that awaits a card."""
    decoder = driver.decoder({})
    if driver.twin is not None and isinstance(decoder, Polled):
        twin = driver.twin()
        while not decoder.is_connected:
            decoder.feed(twin.answer(decoder.ask()))
        decoder.ask()
    return decoder


def _read(decoder: Decoder, pieces: list[bytes]) -> list[Frame]:
    return [one for piece in pieces for one in decoder.feed(piece) if not isinstance(one, Dropped)]


def _pieces(raw: bytes, chance: random.Random) -> list[bytes]:
    cut = chance.randrange(len(raw) + 1)
    later = chance.randrange(cut, len(raw) + 1)
    return [raw[:cut], raw[cut:later], raw[later:]]


def _content(frame: Frame) -> bytes:
    match frame:
        case CardFrame(card):
            return card
        case TextFrame(text):
            return text.encode("ascii")
        case KeysFrame(keys):
            return keys.encode("ascii")


def _is_hex(body: bytes) -> bool:
    return re.fullmatch(rb"[0-9A-Fa-f]{12}(?:\r\n)?", body) is not None
