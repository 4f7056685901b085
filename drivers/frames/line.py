"""Readers and scanners that send the badge number as a line of text, ended by CR, LF or CR LF.

There is no checksum, so a line with anything but printable ASCII is dropped whole: leaving a bad byte out would make
up another number.
"""

import re

from drivers.driver import SerialDriver
from drivers.frames.decoder import Decoded, TextFrame, in_report_order

LONGEST_LINE = 64
"""In bytes as sent, without the end of the line."""

_LINE_END = re.compile(rb"[\r\n]")
_PRINTABLE = re.compile(rb"[ -~]*")


class LineDecoder:
    """Decodes one badge number a line; see `Decoder` for the contract. Empty lines are no noise and no badge."""

    def __init__(self) -> None:
        self._pending = b""
        self._overlong = False  # the line under way is too long already; its end is awaited

    def feed(self, data: bytes) -> list[Decoded]:
        """The texts whose lines these bytes end."""
        frames: list[TextFrame] = []
        damaged = 0
        *ended, pending = _LINE_END.split(self._pending + data)
        for line in ended:
            text = None if self._overlong else _text(line)
            self._overlong = False
            if text is None:
                damaged += len(line)
            elif text:
                frames.append(TextFrame(text))
        if self._overlong or len(pending) > LONGEST_LINE:
            self._overlong = True
            damaged += len(pending)
            pending = b""
        self._pending = pending
        return in_report_order(frames, stray=0, damaged=damaged)

    def reset(self) -> int:
        """Forgets a line under way."""
        forgotten, self._pending, self._overlong = len(self._pending), b"", False
        return forgotten


def encode(text: str) -> bytes:
    """The line of a text of 1 to 64 printable ASCII characters, ended by CR LF."""
    line = text.encode("ascii", errors="replace")
    if not _text(line) or _text(line) != text:
        raise ValueError(f"a line is 1 to {LONGEST_LINE} printable ASCII characters, without blanks around them")
    return line + b"\r\n"


def encode_card(card: bytes) -> bytes:
    """The line of a card's bytes in hex."""
    return encode(card.hex().upper())


def _text(line: bytes) -> str | None:
    """The badge number of a line, empty where there is none; None where the line is not fit to be one."""
    if len(line) > LONGEST_LINE or _PRINTABLE.fullmatch(line) is None:
        return None
    return line.decode("ascii").strip(" ")


DRIVER = SerialDriver(
    "readers and scanners that send a line of printable ASCII, at most 64 characters, ended by CR, LF or CR LF",
    decoder=lambda _: LineDecoder(),
    encode=encode_card,
    cards=[bytes.fromhex("0600D507D0"), bytes.fromhex("66CF4DC2"), bytes.fromhex("04A1B2C3D4E580")],
    bauds=(9600, 19200, 115200),
)
