"""Frames of ASCII text with settable framing: what most readers that talk by themselves send.

    start  prefix  data  check  end

Each but the data may be missing; a frame ends at its end bytes, after `length` characters of data, or by silence
(`drivers.frames.silence`). CR and LF between frames are no noise. Formats of makers, from their manuals, are the
drivers at the end.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial, reduce
from operator import xor

from drivers.driver import SerialDriver
from drivers.frames.decoder import CardFrame, Decoded, Decoder, DropCause, Frame, TextFrame, with_dropped
from drivers.frames.silence import SilenceDecoder
from drivers.options import OptionError, Options, bytes_of, choice_of, number_of

LONGEST_DATA = 64
"""In characters."""

LEAST_SILENCE_MS, MOST_SILENCE_MS = 50, 900
"""An adapter on USB tears a frame by up to 16 ms; and what stands still for a second is given up."""

_LINE_ENDS = b"\r\n"


class Check(Enum):
    """What follows the data to prove it."""

    NONE = "none"
    XOR = "xor"
    """Two hex digits: the XOR of the bytes that the hex data stands for (ID-12)."""
    TWOS = "twos"
    """Two hex digits: the two's complement of the sum of the bytes that the hex data stands for (TWN3)."""
    LRC = "lrc"
    """Two hex digits: the XOR of the data's characters (STid)."""
    SUM = "sum"
    """Two hex digits: the lowest byte of the sum of the data's characters."""
    LRC_BYTE = "lrc-byte"
    """One byte: the XOR of the data's characters. It may look like an end, so it needs `length` or `silence_ms`."""


class Charset(Enum):
    """What the data is made of."""

    HEX = "hex"
    """Pairs of hex digits: card bytes."""
    DECIMAL = "dec"
    """Digits: text."""
    TEXT = "text"
    """Printable ASCII: text."""


_CHARACTERS = {
    Charset.HEX: re.compile(rb"(?:[0-9A-Fa-f]{2})+"),
    Charset.DECIMAL: re.compile(rb"[0-9]+"),
    Charset.TEXT: re.compile(rb"[ -~]+"),
}
_OF_BYTES = frozenset({Check.XOR, Check.TWOS})
_CHECK_LENGTHS = {Check.NONE: 0, Check.LRC_BYTE: 1}
_HEX_DIGITS = 2


@dataclass(frozen=True, slots=True)
class AsciiFormat:
    """How a frame looks; `length`, `shortest` and `longest` count the characters of the data.

    `silence_ms` is the pause, in milliseconds, that ends a frame which has neither `end` nor `length`.
    """

    start: bytes = b""
    prefix: bytes = b""
    end: bytes = b"\r"
    length: int | None = None
    charset: Charset = Charset.TEXT
    check: Check = Check.NONE
    shortest: int = 1
    longest: int = LONGEST_DATA
    silence_ms: int | None = None

    def __post_init__(self) -> None:
        """Raises OptionError for a framing that could not be told from its data."""
        if self.silence_ms is not None and (self.end or self.length is not None):
            raise OptionError("silence ends a frame that nothing else ends: it needs end:none, and no length")
        if not self.end and self.length is None and self.silence_ms is None:
            raise OptionError("a frame needs end or length or silence")
        if self.check is Check.LRC_BYTE and self.length is None and self.silence_ms is None:
            raise OptionError("check:lrc-byte may look like an end: it needs length or silence")
        if self.charset is Charset.HEX and self.length is not None and self.length % _HEX_DIGITS:
            raise OptionError("charset:hex needs an even length")
        if self.check in _OF_BYTES and self.charset is not Charset.HEX:
            raise OptionError(f"check:{self.check.value} needs charset:hex")
        for name, mark in (("start", self.start), ("end", self.end)):
            if mark and _CHARACTERS[self.charset].fullmatch(mark[:1] * _HEX_DIGITS) and self.length is None:
                raise OptionError(f"{name} may not begin with a character of the data")

    @property
    def check_length(self) -> int:
        """In characters."""
        return _CHECK_LENGTHS.get(self.check, _HEX_DIGITS)

    @property
    def longest_frame(self) -> int:
        """In bytes, from the start to the end."""
        data = self.longest if self.length is None else self.length
        return len(self.start) + len(self.prefix) + data + self.check_length + len(self.end)


class AsciiDecoder:
    """Decodes frames of one format that end by themselves; see `Decoder` for the contract."""

    def __init__(self, form: AsciiFormat) -> None:
        self._form = form
        self._body_at = len(form.start)
        self._pending = b""
        self._cause = DropCause.STRAY  # of what lies before the next start
        self._to_end = False  # what comes up to the next end belongs to a frame that is too long

    def feed(self, data: bytes) -> list[Decoded]:
        """The frames that these bytes complete."""
        frames: list[Frame] = []
        dropped: Counter[DropCause] = Counter()
        buffer, at = self._pending + data, 0
        while True:
            begin = self._begin(buffer, at)
            lost = begin - at - (sum(map(buffer[at:begin].count, (b"\r", b"\n"))) if not self._to_end else 0)
            if lost:
                dropped[self._cause] += lost
            at = begin
            end = self._end(buffer, at)
            if end is None:
                break
            frame = frame_of(self._form, buffer[at:end]) if end > 0 else None
            if frame is not None:
                frames.append(frame)
                self._cause = DropCause.STRAY
                at = end
                continue
            self._cause = DropCause.DAMAGED
            skipped = self._skipped(buffer, at, end)
            dropped[self._cause] += skipped
            at += skipped
        self._pending = buffer[at:]
        return with_dropped(frames, dropped)

    def reset(self) -> int:
        """Forgets a frame under way."""
        forgotten, self._pending = len(self._pending), b""
        self._cause, self._to_end = DropCause.STRAY, False
        return forgotten

    def _begin(self, buffer: bytes, at: int) -> int:
        """Where the next frame may begin."""
        form = self._form
        if self._to_end:
            return at
        if form.start:
            found = buffer.find(form.start, at)
            if found >= 0:
                return found
            # The rest may be the first bytes of a start.
            for kept in range(min(len(form.start) - 1, len(buffer) - at), 0, -1):
                if form.start.startswith(buffer[len(buffer) - kept :]):
                    return len(buffer) - kept
            return len(buffer)
        while at < len(buffer) and buffer[at] in _LINE_ENDS:
            at += 1
        return at

    def _end(self, buffer: bytes, at: int) -> int | None:
        """Where the frame that begins at `at` ends; 0 where it can be none, None where more bytes are needed."""
        form = self._form
        if self._to_end:
            return 0 if len(buffer) - at >= len(form.end) else None
        have = len(buffer) - at
        if not have or not buffer.startswith(form.start, at):
            return None
        if form.length is not None:
            return at + form.longest_frame if have >= form.longest_frame else None
        end = buffer.find(form.end, at + self._body_at)
        again = buffer.find(form.start, at + self._body_at) if form.start else -1
        if again >= 0 and (end < 0 or again < end):
            return 0
        if end >= 0:
            return end + len(form.end) if end + len(form.end) - at <= form.longest_frame else 0
        return 0 if have >= form.longest_frame else None

    def _skipped(self, buffer: bytes, at: int, end: int) -> int:
        """How many bytes of what is no frame to leave out, once it is known to be none."""
        form = self._form
        if form.start:
            return len(form.start)  # what follows is looked at for another start
        if form.length is not None and not form.end:
            return 1
        if end > 0 and form.length is None:
            return end - at
        found = buffer.find(form.end, at)
        self._to_end = found < 0
        # What may be the first bytes of the end stays.
        return found + len(form.end) - at if found >= 0 else max(1, len(buffer) - at - len(form.end) + 1)


def frame_of(form: AsciiFormat, raw: bytes) -> Frame | None:
    """The frame that these bytes, from its start to its end, are; None where anything about it is wrong."""
    data = _data_of(form, raw)
    if data is None:
        return None
    if form.charset is Charset.HEX:
        return CardFrame(bytes.fromhex(data.decode("ascii")))
    text = data.decode("ascii").strip(" ")
    return TextFrame(text) if text else None


def _data_of(form: AsciiFormat, raw: bytes) -> bytes | None:
    """The characters of a frame, where all about it is right."""
    body = raw[len(form.start) : len(raw) - len(form.end)]
    data = body[len(form.prefix) : len(body) - form.check_length]
    given = body[len(form.prefix) + len(data) :]
    is_framed = raw.endswith(form.end) and body.startswith(form.prefix) and len(given) == form.check_length
    if not is_framed or _CHARACTERS[form.charset].fullmatch(data) is None:
        return None
    if form.length is None and not form.shortest <= len(data) <= form.longest:
        return None
    wanted = check_of(form.check, data)
    is_proven = given == wanted or (form.check is not Check.LRC_BYTE and given == wanted.lower())
    return data if is_proven else None


def check_of(check: Check, data: bytes) -> bytes:
    """The check of these characters; of hex ones where it is one of the bytes that they stand for."""
    match check:
        case Check.NONE:
            return b""
        case Check.XOR:
            return b"%02X" % reduce(xor, bytes.fromhex(data.decode("ascii")), 0)
        case Check.TWOS:
            return b"%02X" % (-sum(bytes.fromhex(data.decode("ascii"))) & 0xFF)
        case Check.LRC:
            return b"%02X" % reduce(xor, data, 0)
        case Check.SUM:
            return b"%02X" % (sum(data) & 0xFF)
        case Check.LRC_BYTE:
            return bytes([reduce(xor, data, 0)])


def encode(form: AsciiFormat, data: bytes) -> bytes:
    """The frame of these characters. Raises ValueError where the decoder would not give them back."""
    if _CHARACTERS[form.charset].fullmatch(data) is None:
        raise ValueError("this format cannot carry that data")
    raw = form.start + form.prefix + data + check_of(form.check, data) + form.end
    if AsciiDecoder(form).feed(raw) != [_as_frame(form, data)]:
        raise ValueError("this format cannot carry that data")
    return raw


def _as_frame(form: AsciiFormat, data: bytes) -> Frame:
    if form.charset is Charset.HEX:
        return CardFrame(bytes.fromhex(data.decode("ascii")))
    return TextFrame(data.decode("ascii"))


OPTIONS: Mapping[str, str] = {
    "start": "bytes in hex before each frame; none: none",
    "prefix": "text after the start that belongs to no number",
    "end": "bytes in hex after each frame, 0D unless set; none: a frame ends after `length` characters, or by silence",
    "length": "characters of data, where it is always the same",
    "silence": f"with end:none, the pause in milliseconds that ends a frame, {LEAST_SILENCE_MS} to {MOST_SILENCE_MS}",
    "longest": f"most characters of data, {LONGEST_DATA} unless set",
    "charset": "hex: pairs of hex digits, card bytes; dec: digits; text: printable ASCII, unless set",
    "check": f"what follows the data: {', '.join(one.value for one in Check)}",
}


def format_of(options: Options) -> AsciiFormat:
    """The format that options describe. Raises OptionError."""
    length = number_of(options, "length", 0, least=1, most=LONGEST_DATA) or None
    prefix = options.get("prefix", "")
    if not prefix.isascii():
        raise OptionError("prefix must be ASCII")
    return AsciiFormat(
        start=bytes_of(options, "start", b""),
        prefix=prefix.encode("ascii"),
        end=bytes_of(options, "end", b"\r"),
        length=length,
        longest=number_of(options, "longest", LONGEST_DATA, least=1, most=LONGEST_DATA),
        silence_ms=number_of(options, "silence", 0, least=LEAST_SILENCE_MS, most=MOST_SILENCE_MS) or None,
        charset=choice_of(options, "charset", Charset.TEXT),
        check=choice_of(options, "check", Check.NONE),
    )


def decoder_of(form: AsciiFormat) -> Decoder:
    """A fresh decoder of this format."""
    if form.silence_ms is None:
        return AsciiDecoder(form)
    return SilenceDecoder(
        start=form.start,
        longest_frame=form.longest_frame,
        frame_of=partial(frame_of, form),
        silence_seconds=form.silence_ms / 1000,
    )


def _driver(readers: str, form: AsciiFormat, *cards: str, bauds: tuple[int, ...] = (9600,)) -> SerialDriver:
    """A driver of one fixed format; its readers send a card as hex digits."""
    return SerialDriver(
        readers,
        decoder=lambda _: AsciiDecoder(form),
        encode=lambda card: encode(form, card.hex().upper().encode("ascii")),
        cards=[bytes.fromhex(card) for card in cards],
        bauds=bauds,
    )


_EM, _UID_4, _UID_7 = "0600D507D0", "66CF4DC2", "04A1B2C3D4E580"
_BAUDS = (9600, 19200, 115200)

ASCII = SerialDriver(
    "any that sends frames of ASCII text; `options` say how they look",
    decoder=lambda options: decoder_of(format_of(options)),
    encode=lambda card: encode(AsciiFormat(), card.hex().upper().encode("ascii")),
    cards=[bytes.fromhex(card) for card in (_EM, _UID_4, _UID_7)],
    bauds=(9600, 19200, 38400, 57600, 115200, 4800, 2400),
    options=OPTIONS,
)
TWN4_ASCII = _driver(
    "Elatec TWN4, TWN3 and others that send the card as hex digits and CR by themselves",
    AsciiFormat(end=b"\r", charset=Charset.HEX, shortest=8, longest=20),
    _EM,
    _UID_4,
    _UID_7,
    bauds=_BAUDS,
)
TWN3_CHECKED = _driver(
    "Elatec TWN3 in transparent mode, IndiTag: `:`, hex digits, checksum, CR LF",
    AsciiFormat(start=b":", end=b"\r\n", charset=Charset.HEX, check=Check.TWOS, shortest=8, longest=20),
    _EM,
    _UID_4,
)
STID = _driver(
    "STid read-only readers in ASCII mode, all parts on: STX, hex digits, LRC, CR LF ETX",
    AsciiFormat(start=b"\x02", end=b"\r\n\x03", charset=Charset.HEX, check=Check.LRC, shortest=8, longest=20),
    _EM,
    _UID_4,
    _UID_7,
    bauds=_BAUDS,
)
ROGER = _driver(
    "Roger PRT readers: STX, 10 hex digits, CR LF ETX, no checksum; PINs are left out",
    AsciiFormat(start=b"\x02", end=b"\r\n\x03", charset=Charset.HEX, shortest=10, longest=10),
    _EM,
)
CODATEX = _driver(
    "Codatex: STX, R, 10 hex digits, EOT",
    AsciiFormat(start=b"\x02", prefix=b"R", end=b"\x04", charset=Charset.HEX, shortest=10, longest=10),
    _EM,
)
PROMAG = _driver(
    "Promag (GIGA-TMS) PCR and GP readers: STX, hex digits, CR",
    AsciiFormat(start=b"\x02", end=b"\r", charset=Charset.HEX, shortest=8, longest=20),
    _EM,
    _UID_4,
    bauds=_BAUDS,
)
