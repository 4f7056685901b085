"""Readers and scanners that are keyboards: key events in, a badge number at Enter or Tab out; sans-I/O.

Codes are positions, not characters: a reader that is set for AZERTY types a 1 as Shift and the first key of the upper
row. So the layout is a setting of the reader's, never the console's. From linux/input-event-codes.h.
"""

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from drivers.frames.decoder import Decoded, DropCause, TextFrame, with_dropped

LONGEST_NUMBER = 64
LONGEST_GAP_SECONDS = 0.1
"""Between two keys of one badge: readers type one in 1 to 10 ms, people take more than 30."""

EVENT = struct.Struct("@llHHi")
"""struct input_event: seconds, microseconds, type, code, value."""
EV_KEY = 1
UP, DOWN = 0, 1

_ENDS = frozenset({28, 96, 15})  # Enter, the keypad's Enter, Tab
_SHIFTS = frozenset({42, 54})
_COMMANDS = frozenset({29, 97, 56, 100, 125, 126})  # Ctrl, Alt, Meta: no badge number has them
SHIFT, ENTER = 42, 28


class Layout(Enum):
    """The layout that a reader is set for."""

    US = "us"
    BE = "be"
    FR = "fr"
    DE = "de"


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """One event of an input device; `seconds` of any clock that does not jump."""

    seconds: float
    type: int
    code: int
    value: int


_KEYPAD = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 74, 83), "0123456789-.", strict=True))
_ROWS = ((2, "1234567890-=", "!@#$%^&*()_+"), (16, "qwertyuiop[]", "QWERTYUIOP{}"))
_LOW_ROWS = ((30, "asdfghjkl;'`", 'ASDFGHJKL:"~'), (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"))
_AZERTY = ((16, "azertyuiop", "AZERTYUIOP"), (30, "qsdfghjklm", "QSDFGHJKLM"), (44, "wxcvbn", "WXCVBN"))


def _keys(*rows: tuple[int, str, str]) -> dict[tuple[int, bool], str]:
    keys: dict[tuple[int, bool], str] = {}
    for first, plain, shifted in rows:
        for place, pair in enumerate(zip(plain, shifted, strict=True)):
            keys |= {(first + place, bool(level)): character for level, character in enumerate(pair)}
    return {key: character for key, character in keys.items() if character != "\0"}


_US = _keys(*_ROWS, *_LOW_ROWS, (57, " ", " "))
_CHARACTERS: Mapping[Layout, Mapping[tuple[int, bool], str]] = {
    Layout.US: _US,
    Layout.DE: _keys(
        (2, "1234567890", '!"\0$%&/()='),
        (16, "qwertzuiop", "QWERTZUIOP"),
        (30, "asdfghjkl", "ASDFGHJKL"),
        (44, "yxcvbnm,.-", "YXCVBNM;:_"),
        (57, " ", " "),
    ),
    Layout.FR: _keys((2, "&\0\"'(-\0_\0\0)=", "1234567890\0+"), *_AZERTY, (50, ",;:!", "?./\0"), (57, " ", " ")),
    Layout.BE: _keys((2, "&\0\"'(\0\0!\0\0)-", "1234567890\0_"), *_AZERTY, (50, ",;:=", "?./+"), (57, " ", " ")),
}


class KeyDecoder:
    """Decodes key events; slow typing, keys without a character and keys of commands make no badge number."""

    def __init__(self, layout: Layout = Layout.US) -> None:
        self._characters = _CHARACTERS[layout]
        self._text = ""
        self._wrong = 0  # keys of the number under way that no number has
        self._shifted = False
        self._last_seconds = 0.0

    def feed(self, events: Iterable[KeyEvent]) -> list[Decoded]:
        """The numbers that these events end, then how many keys were dropped."""
        frames = []
        damaged = 0
        for event in events:
            if event.type != EV_KEY:
                continue
            if event.code in _SHIFTS:
                self._shifted = event.value != UP
            elif event.value == DOWN:
                if event.seconds - self._last_seconds > LONGEST_GAP_SECONDS:
                    damaged += self.reset()
                self._last_seconds = event.seconds
                if event.code not in _ENDS:
                    self._press(event.code)
                elif self._wrong or len(self._text) > LONGEST_NUMBER:
                    damaged += self.reset()
                elif self._text.strip(" "):
                    frames.append(TextFrame(self._text.strip(" ")))
                    self._text = ""
        return with_dropped(frames, {DropCause.DAMAGED: damaged})

    def reset(self) -> int:
        """Forgets a number under way; how many keys that were."""
        forgotten, self._text, self._wrong = len(self._text) + self._wrong, "", 0
        return forgotten

    def _press(self, code: int) -> None:
        character = _KEYPAD.get(code) or self._characters.get((code, self._shifted))
        if character is None or code in _COMMANDS or len(self._text) > LONGEST_NUMBER:
            self._wrong += 1
        else:
            self._text += character


def events_in(raw: bytes) -> Iterator[KeyEvent]:
    """The events of whole structures, as the kernel writes them."""
    for seconds, microseconds, kind, code, value in EVENT.iter_unpack(raw):
        yield KeyEvent(seconds + microseconds / 1e6, kind, code, value)


def keys_of(text: str, layout: Layout = Layout.US) -> Iterator[tuple[int, int]]:
    """Code and value of each event with which a reader types this text and Enter. Raises ValueError."""
    places = {character: key for key, character in reversed(list(_CHARACTERS[layout].items()))}
    for character in text:
        if character not in places:
            raise ValueError("this layout has no key for one of the characters")
        code, shifted = places[character]
        yield from [(SHIFT, DOWN)] * shifted
        yield from ((code, DOWN), (code, UP))
        yield from [(SHIFT, UP)] * shifted
    yield from ((ENTER, DOWN), (ENTER, UP))


def encode(text: str, layout: Layout = Layout.US, *, seconds: float = 1.0) -> bytes:
    """The bytes that the kernel gives for a reader that types this text from that time on, a key each 2 ms."""
    raw = b""
    for nth, (code, value) in enumerate(keys_of(text, layout)):
        at = seconds + nth * 0.002
        raw += EVENT.pack(int(at), round(at % 1 * 1e6), EV_KEY, code, value) + EVENT.pack(int(at), 0, 0, 0, 0)
    return raw
