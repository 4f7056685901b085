"""Elatec TWN4 with Simple Protocol firmware (its name holds PRS), ASCII mode: hex text that ends with CR.

A command is an API byte, a function byte and parameters; an answer is an error byte (0 is well) and results. The reader
never speaks unasked. With the option `crc`, which the reader has to be set to as well, both end with two bytes of
CRC-16/MCRF4XX. From the maker's description of the protocol.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from drivers.driver import SerialDriver
from drivers.feedback import Signal
from drivers.frames.decoder import CardFormat, CardFrame, Decoded, DropCause, Frame, iso14443a, with_dropped
from drivers.frames.polled import Questions

VERSION: Final = bytes.fromhex("0004FF")
ALL_TAGS: Final = bytes.fromhex("0502FFFFFFFFFFFFFFFF")
LEDS: Final = bytes.fromhex("041007")
SEARCH: Final = bytes.fromhex("050010")
SIGNALS: Final = {
    Signal.ACCEPTED: tuple(map(bytes.fromhex, ("041102", "040764600964000000", "041202"))),
    Signal.REFUSED: tuple(map(bytes.fromhex, ("041101", "040764F4012C010000", "041201"))),
}
"""Green or red on, volume 100 (2400 Hz for 100 ms, or 500 Hz for 300 ms), off."""

_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_LONGEST_LINE = 600  # a version of 255 characters
_EM4X02, _ISO14443A = 0x40, 0x80
_HEAD = 5  # error, found, type, bits, bytes
_MOST_BYTES = 16


class Twn4Decoder:
    """Asks for cards and decodes the answers; see `Polled` for the contract."""

    advice = (
        "check the speed, and that its firmware is one with Simple Protocol (PRS in its name); a reader that sends hex"
        ' lines by itself wants driver = "twn4-ascii"'
    )

    def __init__(self, *, crc: bool = False) -> None:
        self._crc = crc
        self._questions = Questions((VERSION, ALL_TAGS, LEDS), SEARCH)
        self._pending = b""
        self._overlong = False

    @property
    def missed(self) -> int:
        """How many questions in a row had no answer."""
        return self._questions.missed

    @property
    def is_connected(self) -> bool:
        """Whether the reader has answered all that a connection begins with, and answers still."""
        return self._questions.is_connected

    def ask(self) -> bytes:
        """What to send now."""
        asked = self._questions.next()
        return line_of(asked, crc=self._crc) if asked else b""

    def signal(self, signal: Signal) -> bool:
        """Light and tone with the next questions."""
        for command in SIGNALS[signal]:
            self._questions.later(command)
        return True

    def feed(self, data: bytes) -> list[Decoded]:
        """The cards in the answers that these bytes end."""
        frames: list[Frame] = []
        dropped: Counter[DropCause] = Counter()
        *lines, self._pending = (self._pending + data).split(b"\r")
        for line in lines:
            found = DropCause.DAMAGED if self._overlong else self._answered(line.removeprefix(b"\n"))
            self._overlong = False
            if isinstance(found, CardFrame):
                frames.append(found)
            elif found is not None:
                dropped[found] += len(line) + 1
        if self._overlong or len(self._pending) > _LONGEST_LINE:
            dropped[DropCause.DAMAGED] += len(self._pending)
            self._pending, self._overlong = b"", True
        return with_dropped(frames, dropped)

    def reset(self) -> int:
        """Forgets an answer under way and begins anew."""
        forgotten, self._pending, self._overlong = len(self._pending), b"", False
        self._questions.begin()
        return forgotten

    def _answered(self, line: bytes) -> CardFrame | DropCause | None:
        """The card in an answer; None where there is none on the reader, and for answers without cards."""
        answer = _bytes_of(line, crc=self._crc)
        asked = self._questions.asked
        if answer is None or asked is None:
            return DropCause.DAMAGED
        if asked == SEARCH:
            found = _card(answer)
            if found is DropCause.DAMAGED:
                return found
            self._questions.answered()
            return found
        if asked == VERSION and not (len(answer) > 1 and answer[0] == 0 and answer[1] == len(answer) - 2):
            return DropCause.DAMAGED
        self._questions.answered()  # also where it says that it has no such light
        return None


def _card(answer: bytes) -> CardFrame | DropCause | None:
    if answer == b"\0\0":
        return None
    if len(answer) <= _HEAD or answer[:2] != b"\0\1":
        return DropCause.DAMAGED
    bits, count = answer[3:5]
    card = answer[_HEAD:]
    if len(card) != count or count != (bits + 7) // 8 or count > _MOST_BYTES:
        return DropCause.DAMAGED
    if answer[2] == _ISO14443A:
        return iso14443a(card)
    kind = CardFormat.EM4100 if answer[2] == _EM4X02 else CardFormat.UNKNOWN
    return CardFrame(card, kind, bits if bits % 8 else None)


def line_of(raw: bytes, *, crc: bool = False) -> bytes:
    """A command or an answer as it is sent."""
    return (raw + (crc16(raw) if crc else b"")).hex().upper().encode("ascii") + b"\r"


def _bytes_of(line: bytes, *, crc: bool) -> bytes | None:
    if _HEX.fullmatch(line) is None:
        return None
    raw = bytes.fromhex(line.decode("ascii"))
    if not crc:
        return raw
    return raw[:-2] if raw[-2:] == crc16(raw[:-2]) else None


def crc16(data: bytes) -> bytes:
    """CRC-16/MCRF4XX, low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x8408 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


def encode(card: bytes) -> bytes:
    """The answer to a search that finds this card: 5 bytes are an EM4102, others an ISO 14443A."""
    kind = _EM4X02 if len(card) == 5 else _ISO14443A  # noqa: PLR2004
    if not 1 <= len(card) <= _MOST_BYTES:
        raise ValueError("this protocol carries cards of 1 to 16 bytes")
    return line_of(bytes([0, 1, kind, len(card) * 8, len(card)]) + card)


class Twn4Twin:
    """The reader's side, for demo and tests; see `Twin`."""

    def __init__(self) -> None:
        self.card: bytes | None = None
        self.heard: list[bytes] = []
        """All commands but the searches."""
        self._pending = b""

    def lay(self, card: bytes | None) -> None:
        """This card lies there from now on."""
        self.card = card

    def answer(self, data: bytes) -> bytes:
        """The answers to the commands that these bytes end."""
        *lines, self._pending = (self._pending + data).split(b"\r")
        return b"".join(self._answers(lines))

    def _answers(self, lines: list[bytes]) -> Iterator[bytes]:
        for line in lines:
            command = _bytes_of(line, crc=False)
            if command == SEARCH:
                yield line_of(b"\0\0") if self.card is None else encode(self.card)
            elif command is not None:
                self.heard.append(command)
                version = b"TWN4/B1.03/CCF1.57/PRS1.03/PI"
                yield line_of(bytes([0, len(version)]) + version if command == VERSION else b"\0")
            else:
                yield line_of(b"\5")


DRIVER = SerialDriver(
    "Elatec TWN4 with Simple Protocol firmware (PRS): asked for cards, with light and beeper",
    decoder=lambda options: Twn4Decoder(crc="crc" in options),
    encode=encode,
    cards=[bytes.fromhex("0600D507D0"), bytes.fromhex("66CF4DC2"), bytes.fromhex("04A1B2C3D4E580")],
    options={"crc": "questions and answers end with a CRC; the reader has to be set so, too"},
    twin=Twn4Twin,
)
