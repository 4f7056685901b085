"""Converters from Wiegand to serial: a line for each card, with the bits as they came, parity included.

The parity is checked here and left out. Lengths without a known parity are refused, as nothing would prove them,
unless the option `any-length` takes them as they are. 4 bits, or 8 with their complement in front, are a key.
"""

import re
from collections import Counter
from enum import Enum

from drivers.driver import SerialDriver
from drivers.frames.decoder import (
    CardFormat,
    CardFrame,
    Decoded,
    DropCause,
    Dropped,
    KeysFrame,
    TextFrame,
    with_dropped,
)
from drivers.frames.line import LineDecoder
from drivers.options import Options, choice_of
from drivers.wiegand import FORMATS, WiegandError, data_of, from_left_aligned, left_aligned, with_parity

MOST_BITS = 96


class Layout(Enum):
    """How the bits are written."""

    COUNTED = "counted"
    """Two hex digits, how many bits; then the bits in hex, filled up with zeros at the end (TWN3, HID Prox)."""
    BITS = "bits"
    """A 0 or 1 for each bit, the first one first."""
    HEX = "hex"
    """The bits in hex, filled up with zeros at the front; the length is the option `length`'s."""


_COUNTED = re.compile(r"([0-9A-Fa-f]{2})((?:[0-9A-Fa-f]{2})+)")
_BITS = re.compile(r"[01]+")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_KEYS = "0123456789*#"
_KEY_BITS, _PROVEN_KEY_BITS = 4, 8


class WiegandTextDecoder:
    """Decodes one card or key a line; see `Decoder` for the contract."""

    def __init__(self, layout: Layout, *, length: int = 26, any_length: bool = False) -> None:
        self._layout = layout
        self._length = length
        self._any_length = any_length
        self._lines = LineDecoder()

    def feed(self, data: bytes) -> list[Decoded]:
        """The cards and keys whose lines these bytes end."""
        frames: list[CardFrame | TextFrame | KeysFrame] = []
        dropped: Counter[DropCause] = Counter()
        for line in self._lines.feed(data):
            if isinstance(line, Dropped):
                dropped[line.cause] += line.count
            elif isinstance(line, TextFrame):
                frame = self._frame(line.text)
                if frame is None:
                    dropped[DropCause.DAMAGED] += len(line.text)
                else:
                    frames.append(frame)
        return with_dropped(frames, dropped)

    def reset(self) -> int:
        """Forgets a line under way."""
        return self._lines.reset()

    def _frame(self, line: str) -> CardFrame | KeysFrame | None:
        try:
            value, bits = self._bits(line)
            if key := _key(value, bits):
                return KeysFrame(key)
            if self._any_length and bits not in FORMATS:
                return CardFrame(value.to_bytes((bits + 7) // 8, "big"), CardFormat.WIEGAND, bits)
            return CardFrame(data_of(value, bits), CardFormat.WIEGAND, bits - 2)
        except WiegandError:
            return None

    def _bits(self, line: str) -> tuple[int, int]:
        """The bits as a number, and how many. Raises WiegandError."""
        match self._layout:
            case Layout.BITS if _BITS.fullmatch(line):
                return int(line, 2), len(line)
            case Layout.COUNTED if found := _COUNTED.fullmatch(line):
                bits = int(found[1], 16)
                if bits <= MOST_BITS:
                    return from_left_aligned(bytes.fromhex(found[2]), bits), bits
            case Layout.HEX if _HEX.fullmatch(line) and len(line) == (self._length + 3) // 4:
                if (value := int(line, 16)) < 1 << self._length:
                    return value, self._length
            case _:
                pass
        raise WiegandError("no bits in this layout")


def _key(value: int, bits: int) -> str | None:
    if bits == _PROVEN_KEY_BITS:
        value, complement = value & 0xF, value >> 4
        if complement != value ^ 0xF:
            return None
    elif bits != _KEY_BITS:
        return None
    return _KEYS[value] if value < len(_KEYS) else None


def encode(card: bytes) -> bytes:
    """The counted line of a card of 3 bytes as 26 bits, of 4 bytes as 34."""
    form = {3: FORMATS[26], 4: FORMATS[34]}.get(len(card))
    if form is None:
        raise ValueError("this protocol carries cards of 3 or 4 bytes")
    bits = left_aligned(with_parity(int.from_bytes(card, "big"), form), form.bits)
    return f"{form.bits:02X}{bits.hex().upper()}\r".encode("ascii")


def _decoder(options: Options) -> WiegandTextDecoder:
    return WiegandTextDecoder(
        choice_of(options, "layout", Layout.COUNTED),
        length=int(choice_of(options, "length", _Length.W26).value),
        any_length="any-length" in options,
    )


class _Length(Enum):
    W26 = "26"
    W34 = "34"
    W37 = "37"


DRIVER = SerialDriver(
    "converters from Wiegand to serial: a line for each card, with all its bits",
    decoder=_decoder,
    encode=encode,
    cards=[bytes.fromhex("D507D0"), bytes.fromhex("66CF4DC2")],
    options={
        "layout": "counted: two hex digits with the number of bits, then the bits in hex, filled up at the end, unless"
        " set; bits: a 0 or 1 each; hex: in hex, filled up at the front",
        "length": "26, unless set, 34 or 37: the bits of layout:hex",
        "any-length": "also take cards of other lengths, whose parity nobody can check",
    },
)
