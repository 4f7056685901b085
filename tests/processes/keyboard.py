"""Everything that a keyboard, a mouse or a hostile terminal can send to a program on a terminal."""

import itertools
import random
from collections.abc import Iterator

_MODIFIERS = range(1, 17)
"""xterm's numbers: 1 + shift, alt, control and meta as bits."""


def single_bytes() -> Iterator[bytes]:
    """Every byte: every letter, every control character, every start of a sequence."""
    return (bytes([value]) for value in range(256))


def with_alt() -> Iterator[bytes]:
    """Alt and every key, as a terminal sends it."""
    return (b"\x1b" + bytes([value]) for value in range(256))


def named_keys() -> Iterator[bytes]:
    """Arrows, Home, F1 to F24 and the rest, with every combination of modifiers; in the console's form too."""
    for modifier in _MODIFIERS:
        yield from (f"\x1b[1;{modifier}{final}".encode() for final in "ABCDEFHPQRSZ")
        yield from (f"\x1b[{number};{modifier}~".encode() for number in range(1, 35))
    yield from (f"\x1b[[{final}".encode() for final in "ABCDE")
    yield from (f"\x1bO{final}".encode() for final in "ABCDFHMPQRSXjklmnopqrstuvwxy")


def kitty_keys() -> Iterator[bytes]:
    """Every ASCII key and the special ones with modifiers, as terminals with the kitty protocol send them."""
    special = [*range(57344, 57455, 7)]
    for code, modifier in itertools.product([*range(1, 128), *special], (1, 3, 5, 6, 7, 9, 13)):
        yield f"\x1b[{code};{modifier}u".encode()


def reports() -> Iterator[bytes]:
    """What is no key: mouse, focus, pastes, and answers to questions that nobody asked."""
    for button, end in itertools.product((0, 1, 2, 3, 32, 35, 64, 65, 128), "Mm"):
        yield f"\x1b[<{button};40;12{end}".encode()
    yield from (b"\x1b[I", b"\x1b[O", b"\x1b[M !!", b"\x1b[?1;2c", b"\x1b[24;80R", b"\x1b[?2026;2$y", b"\x1b[?2048;0$y")
    yield b"\x1b[200~\x03\x1a\x1c:!sh\n\x1b[201~"
    yield b"\x1b]52;c;c2g=\x07"
    yield b"\x1bP+q544e\x1b\\"
    yield b"\x1b[8;24;80t\x1b[48;24;80;480;800t"


def words_of_old() -> Iterator[bytes]:
    """What has led out of kiosks: quit, shells, debuggers."""
    yield from (
        b":q!\r",
        b"!sh\r",
        b"q\r",
        b"exit\r",
        b"\x18\x03",
        b"\x1b\x1b\x1b",
        b"\x11",
        b"\x10quit\r",
        b"\x1c" * 5,
    )


def pairs(seed: int, count: int) -> Iterator[bytes]:
    """Two of all of these after one another, at random."""
    everything = list(all_keys())
    chosen = random.Random(seed)
    return (chosen.choice(everything) + chosen.choice(everything) for _ in range(count))


def all_keys() -> Iterator[bytes]:
    """All of it once."""
    return itertools.chain(single_bytes(), with_alt(), named_keys(), kitty_keys(), reports(), words_of_old())
