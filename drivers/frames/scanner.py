"""Barcode and QR scanners on a serial port: a line for each code, perhaps with the AIM mark of its kind before it.

A printed code is copied with a telephone: it is a badge only where somebody chose this driver.
"""

import re
from collections import Counter

from drivers.driver import SerialDriver
from drivers.frames.decoder import Decoded, DropCause, Dropped, TextFrame, with_dropped
from drivers.frames.line import LineDecoder
from drivers.frames.line import encode as encode_line
from drivers.options import OptionError, Options

_MARK = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
"""ISO/IEC 15424, such as `]Q1` for QR and `]C1` for GS1-128."""


class ScannerDecoder:
    """Decodes one code a line; see `Decoder` for the contract. `kind`: only codes with this mark."""

    def __init__(self, kind: str | None = None) -> None:
        self._kind = kind
        self._lines = LineDecoder()

    def feed(self, data: bytes) -> list[Decoded]:
        """The codes whose lines these bytes end, without their marks."""
        frames: list[TextFrame] = []
        dropped: Counter[DropCause] = Counter()
        for line in self._lines.feed(data):
            if isinstance(line, Dropped):
                dropped[line.cause] += line.count
            elif isinstance(line, TextFrame):
                text = self._content(line.text)
                if text:
                    frames.append(TextFrame(text))
                else:
                    dropped[DropCause.DAMAGED] += len(line.text)
        return with_dropped(frames, dropped)

    def reset(self) -> int:
        """Forgets a line under way."""
        return self._lines.reset()

    def _content(self, text: str) -> str:
        mark = _MARK.match(text)
        if self._kind is not None and (mark is None or mark[1] != self._kind):
            return ""
        return text[mark.end() :].strip(" ") if mark else text


def _decoder(options: Options) -> ScannerDecoder:
    kind = options.get("kind")
    if kind is not None and not _MARK.fullmatch(f"]{kind}"):
        raise OptionError("kind must be a letter and a character, as kind:Q1")
    return ScannerDecoder(kind)


def encode(card: bytes) -> bytes:
    """The line of a QR code that holds these bytes in hex."""
    return encode_line(f"]Q1{card.hex().upper()}")


DRIVER = SerialDriver(
    "scanners of barcodes and QR codes: a line a code; the AIM mark of its kind, such as `]Q1`, is left out",
    decoder=_decoder,
    encode=encode,
    cards=[bytes.fromhex("0600D507D0"), bytes.fromhex("66CF4DC2"), bytes.fromhex("04A1B2C3D4E580")],
    bauds=(9600, 115200),
    options={"kind": "take only codes with this AIM mark, such as Q1 for QR; the scanner has to send it"},
)
