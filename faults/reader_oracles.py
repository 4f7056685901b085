"""Which cards are in a stream of bytes, told without the drivers' decoders: every frame, wherever it may begin."""

import re
from collections.abc import Callable, Mapping
from functools import reduce
from operator import xor

Oracle = Callable[[bytes, bytes], bool]
"""Whether this card (or this text, as ASCII) is in this stream."""

_PAIRS = rb"((?:[0-9A-Fa-f]{2})+)"


def _framed(pattern: bytes, check: Callable[[bytes], int] | None = None) -> Oracle:
    """Frames of hex digits by a pattern whose first group is the digits, and its second their check."""
    frames = re.compile(b"(?=" + pattern + b")", re.DOTALL)

    def is_there(stream: bytes, card: bytes) -> bool:
        for found in frames.finditer(stream):
            if bytes.fromhex(found[1].decode()) == card and (check is None or check(found[1]) == int(found[2], 16)):
                return True
        return False

    return is_there


def _xor_of_bytes(digits: bytes) -> int:
    return reduce(xor, bytes.fromhex(digits.decode()))


def _minus_sum_of_bytes(digits: bytes) -> int:
    return (256 - sum(bytes.fromhex(digits.decode()))) % 256


def _xor_of_characters(digits: bytes) -> int:
    return reduce(xor, digits)


def _line(stream: bytes, text: bytes) -> bool:
    return text in [line.strip(b" ")[-len(text) :] for line in stream.replace(b"\r", b"\n").split(b"\n")[:-1]]


def _wiegand(stream: bytes, card: bytes) -> bool:
    for found in re.finditer(rb"(?=([0-9A-Fa-f]{2})" + _PAIRS + rb"[ \r\n])", stream):
        count = int(found[1], 16)
        bits = "".join(f"{byte:08b}" for byte in bytes.fromhex(found[2].decode()))[:count]
        halves = {26: (13, 13), 34: (17, 17), 37: (19, 18)}.get(count)
        if halves is None or len(bits) != count:
            continue
        first, last = bits[: halves[0]], bits[halves[1] :]
        if first.count("1") % 2 == 0 and last.count("1") % 2 == 1 and int(bits[1:-1], 2) == int.from_bytes(card):
            return True
    return False


def _twn4(stream: bytes, card: bytes) -> bool:
    head = rb"0001[0-9A-Fa-f]{2}[0-9A-Fa-f]{2}%02X" % len(card)
    return re.search(head + card.hex().encode() + rb"\r", stream, re.IGNORECASE) is not None


def _pn532(stream: bytes, card: bytes) -> bool:
    for found in re.finditer(rb"(?=\x00\xff)", stream):
        at = found.start() + 2
        length = stream[at] if at < len(stream) else 0
        body = stream[at + 2 : at + 2 + length]
        whole = stream[at : at + 2 + length + 2]
        if len(whole) < length + 4 or sum(whole[:2]) % 256 or sum(whole[2:-1]) % 256 or whole[-1]:
            continue
        if body[:4] == b"\xd5\x4b\x01\x01" and body[8 : 8 + len(card)] == card and body[7:8] == bytes([len(card)]):
            return True
    return False


ORACLES: Mapping[str, Oracle] = {
    "ascii": _line,
    "codatex": _framed(rb"\x02R([0-9A-Fa-f]{10})\x04"),
    "line": _line,
    "pn532": _pn532,
    "promag": _framed(rb"\x02" + _PAIRS + rb"\r"),
    "rdm6300": _framed(rb"\x02([0-9A-Fa-f]{10})([0-9A-Fa-f]{2})(?:\r\n)?\x03", _xor_of_bytes),
    "roger": _framed(rb"\x02([0-9A-Fa-f]{10})\r\n\x03"),
    "scanner": _line,
    "stid": _framed(rb"\x02" + _PAIRS + rb"([0-9A-Fa-f]{2})\r\n\x03", _xor_of_characters),
    "twn3": _framed(rb":" + _PAIRS + rb"([0-9A-Fa-f]{2})\r\n", _minus_sum_of_bytes),
    "twn4": _twn4,
    "twn4-ascii": _framed(_PAIRS + rb"\r"),
    "wiegand-serial": _wiegand,
}
