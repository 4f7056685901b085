"""PN532 on a serial line (HSU): asked for ISO 14443A cards.

    00 00 FF  LEN  -LEN  D4 command data  -sum  00      answers: D5, command + 1
    00 00 FF  00 FF  00                                 acknowledgement

Both checksums make a sum of zero. 115200 8N1. From the chip's user manual.
"""

from collections import Counter
from typing import Final

from drivers.driver import SerialDriver
from drivers.feedback import Signal
from drivers.frames.decoder import CardFrame, Decoded, DropCause, Frame, iso14443a, with_dropped
from drivers.frames.polled import Questions

WAKE: Final = b"\x55\x55" + bytes(14)
MODE: Final = bytes.fromhex("14011401")
"""SAMConfiguration: normal mode."""
RETRIES: Final = bytes.fromhex("3205FF0101")
"""Do not wait for ever for a card."""
LIST: Final = bytes.fromhex("4A0100")
"""InListPassiveTarget: one card, type A at 106 kbit/s."""

_START: Final = b"\x00\xff"
_ACK: Final = b"\x00\xff\x00\xff\x00"
_HEAD = 4  # 00 FF LEN LCS
_TAIL = 2  # DCS 00
_OURS, _THEIRS = 0xD4, 0xD5
_UID_AT = 8  # D5, 4B, count, number, ATQA (2), SAK, length
_UID_LENGTHS = frozenset({4, 7, 10})


class Pn532Decoder:
    """Asks for cards and decodes the answers; see `Polled` for the contract."""

    advice = "check that its switches choose HSU (serial), and that transmit and receive are crossed"

    def __init__(self) -> None:
        self._questions = Questions((MODE, RETRIES), LIST)
        self._pending = b""

    @property
    def missed(self) -> int:
        """How many questions in a row had no answer."""
        return self._questions.missed

    @property
    def is_connected(self) -> bool:
        """Whether the reader has answered all that a connection begins with, and answers still."""
        return self._questions.is_connected

    def ask(self) -> bytes:
        """What to send now; with the bytes that wake the chip while it has not answered."""
        asked = self._questions.next()
        if not asked:
            return b""
        return (WAKE if asked == MODE else b"") + frame_of(bytes([_OURS]) + asked)

    def signal(self, signal: Signal) -> bool:  # noqa: ARG002 # part of the contract
        """It has neither light nor tone."""
        return False

    def feed(self, data: bytes) -> list[Decoded]:
        """The cards in the answers that these bytes complete."""
        frames: list[Frame] = []
        dropped: Counter[DropCause] = Counter()
        buffer, at = self._pending + data, 0
        while True:
            begin = buffer.find(_START, at)
            if begin < 0:
                begin = len(buffer) - buffer.endswith(_START[:1])
            dropped[DropCause.STRAY] += _not_zero(buffer[at:begin])
            at = begin
            end = _end_of_frame(buffer, at)
            if end is None:
                break
            if end == at:
                dropped[DropCause.DAMAGED] += len(_START)
                at += len(_START)
                continue
            found = self._answered(buffer[at + _HEAD : end - _TAIL])
            if isinstance(found, CardFrame):
                frames.append(found)
            elif found is not None:
                dropped[found] += end - at
            at = end
        self._pending = buffer[at:]
        return with_dropped(frames, dropped)

    def reset(self) -> int:
        """Forgets an answer under way and begins anew."""
        forgotten, self._pending = len(self._pending), b""
        self._questions.begin()
        return forgotten

    def _answered(self, body: bytes) -> CardFrame | DropCause | None:
        if not body:  # an acknowledgement
            return None
        asked = self._questions.asked
        if asked is None or body[:2] != bytes([_THEIRS, asked[0] + 1]):
            return DropCause.DAMAGED
        if asked == LIST:
            found = _card(body)
            if found is DropCause.DAMAGED:
                return found
            self._questions.answered()
            return found
        self._questions.answered()
        return None


def _end_of_frame(buffer: bytes, at: int) -> int | None:
    """Where the frame or acknowledgement at `at` ends; `at` itself where it is none, None where bytes are missing."""
    if len(buffer) - at < len(_ACK):
        return None
    if buffer.startswith(_ACK, at):
        return at + len(_ACK)
    length = buffer[at + 2]
    end = at + _HEAD + length + _TAIL
    if (length + buffer[at + 3]) & 0xFF or not length:
        return at
    if len(buffer) < end:
        return None
    return at if sum(buffer[at + _HEAD : end - 1]) & 0xFF or buffer[end - 1] else end


def _card(body: bytes) -> CardFrame | DropCause | None:
    if body[2:] == b"\0":
        return None
    uid = body[_UID_AT:]
    if len(body) <= _UID_AT or body[2:4] != b"\1\1" or body[_UID_AT - 1] not in _UID_LENGTHS:
        return DropCause.DAMAGED
    if len(uid) < body[_UID_AT - 1]:
        return DropCause.DAMAGED
    return iso14443a(uid[: body[_UID_AT - 1]])  # cards that can more send their ATS after it


def _not_zero(raw: bytes) -> int:
    """Zeros before a frame are legal, as many as there are."""
    return len(raw) - raw.count(0)


def frame_of(body: bytes) -> bytes:
    """A frame around this body (D4 or D5, command, data) of 1 to 255 bytes."""
    length = bytes([len(body), -len(body) & 0xFF])
    return b"\x00" + _START + length + body + bytes([-sum(body) & 0xFF, 0])


def encode(card: bytes) -> bytes:
    """The answer that lists one card with this UID of 4, 7 or 10 bytes."""
    if len(card) not in _UID_LENGTHS:
        raise ValueError("a UID has 4, 7 or 10 bytes")
    kind = bytes.fromhex("000408" if len(card) == 4 else "004400")  # noqa: PLR2004 # MIFARE Classic, or Ultralight
    return frame_of(bytes([_THEIRS, LIST[0] + 1, 1, 1]) + kind + bytes([len(card)]) + card)


class Pn532Twin:
    """The chip's side, for demo and tests; see `Twin`."""

    def __init__(self) -> None:
        self.card: bytes | None = None
        self._pending = b""

    def lay(self, card: bytes | None) -> None:
        """This card lies there from now on."""
        self.card = card

    def answer(self, data: bytes) -> bytes:
        """An acknowledgement and the answer for each command that these bytes complete."""
        self._pending += data
        answers = b""
        for command in (MODE, RETRIES, LIST):
            wanted = frame_of(bytes([_OURS]) + command)
            while wanted in self._pending:
                self._pending = self._pending.partition(wanted)[2]
                body = bytes([_THEIRS, command[0] + 1])
                empty = frame_of(body + (b"\0" if command == LIST else b""))
                answers += b"\x00" + _ACK
                answers += encode(self.card) if command == LIST and self.card is not None else empty
        return answers


DRIVER = SerialDriver(
    "PN532 boards on a serial line (HSU): asked for ISO 14443A cards; no light, no tone",
    decoder=lambda _: Pn532Decoder(),
    encode=encode,
    cards=[bytes.fromhex("66CF4DC2"), bytes.fromhex("04A1B2C3D4E580"), bytes.fromhex("66CF4DC2A1B2C3D4E580")],
    bauds=(115200,),
    twin=Pn532Twin,
)
