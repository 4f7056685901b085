"""125 kHz readers that send STX, 10 hex digits, 2 hex digits of checksum, ETX.

RDM6300 and RDM630 send those 14 bytes again every 65 ms while the card stays; ID-2, ID-3, ID-12 and ID-20 send them
once, with CR LF before the ETX. Both are 9600 8N1. The checksum is the XOR of the five data bytes. From the makers'
data sheets and the common open decoders.
"""

import re
from functools import reduce
from operator import xor

from drivers.driver import SerialDriver
from drivers.frames.decoder import CardFormat, CardFrame, Decoded, in_report_order

STX = b"\x02"
ETX = b"\x03"
CARD_BYTES = 5

_BODY = re.compile(rb"([0-9A-Fa-f]{12})(?:\r\n)?")
_LONGEST_BODY = 14


class Rdm6300Decoder:
    """Decodes both frames; see `Decoder` for the contract."""

    def __init__(self) -> None:
        self._pending = b""  # empty, or STX and at most 14 bytes of a body

    def feed(self, data: bytes) -> list[Decoded]:
        """The cards whose frames these bytes complete."""
        frames: list[CardFrame] = []
        before, *begun = (self._pending + data).split(STX)
        self._pending = b""
        stray, damaged = len(before), 0
        for nth, piece in enumerate(begun, start=1):
            end = piece.find(ETX, 0, _LONGEST_BODY + 1)
            if end < 0 and nth == len(begun) and len(piece) <= _LONGEST_BODY:
                self._pending = STX + piece
            elif end < 0:
                damaged += len(STX) + len(piece[: _LONGEST_BODY + 1])
                stray += len(piece[_LONGEST_BODY + 1 :])
            else:
                card = _card(piece[:end])
                if card is None:
                    damaged += len(STX) + end + len(ETX)
                else:
                    frames.append(CardFrame(card, CardFormat.EM4100))
                stray += len(piece) - end - len(ETX)
        return in_report_order(frames, stray=stray, damaged=damaged)

    def reset(self) -> int:
        """Forgets a frame under way."""
        forgotten, self._pending = len(self._pending), b""
        return forgotten


def encode(card: bytes) -> bytes:
    """The RDM6300 frame of a card of 5 bytes."""
    return STX + _digits(card) + ETX


def encode_id12(card: bytes) -> bytes:
    """The ID-12 frame of a card of 5 bytes."""
    return STX + _digits(card) + b"\r\n" + ETX


def _digits(card: bytes) -> bytes:
    if len(card) != CARD_BYTES:
        raise ValueError(f"this protocol carries cards of {CARD_BYTES} bytes, not of {len(card)}")
    return (card + bytes([reduce(xor, card)])).hex().upper().encode("ascii")


def _card(body: bytes) -> bytes | None:
    match = _BODY.fullmatch(body)
    if match is None:
        return None
    *card, checksum = bytes.fromhex(match[1].decode("ascii"))
    return bytes(card) if reduce(xor, card) == checksum else None


DRIVER = SerialDriver(
    "RDM6300, RDM630; ID-2, ID-3, ID-12, ID-20: 125 kHz, checked frames between STX and ETX",
    decoder=lambda _: Rdm6300Decoder(),
    encode=encode,
    cards=[bytes.fromhex("0600D507D0"), bytes.fromhex("01026F6C3A"), bytes(5), b"\xff" * 5],
)
