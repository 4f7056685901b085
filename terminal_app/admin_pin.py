"""The PIN of the administrator's screen: only its hash is kept, made with scrypt and a salt."""

import hashlib
import hmac
import os
from pathlib import Path

_NAME = "scrypt"
_COST, _BLOCK, _LANES = 2**14, 8, 1
_SALT_BYTES, _HASH_BYTES = 16, 32
SHORTEST, LONGEST = 4, 12
"""Digits."""


class BadPinFile(Exception):
    """The file does not hold the hash of a PIN; the text says what to do."""


def is_pin(text: str) -> bool:
    """Whether this can be one: SHORTEST to LONGEST digits."""
    return SHORTEST <= len(text) <= LONGEST and text.isascii() and text.isdigit()


def hashed(pin: str) -> str:
    """What is kept of a PIN: one line of text."""
    salt = os.urandom(_SALT_BYTES)
    return "$".join((_NAME, str(_COST), salt.hex(), _hash(pin, salt, _COST).hex()))


def is_right(pin: str, kept: str) -> bool:
    """Whether it is the PIN; takes tens of milliseconds, on purpose. Raises BadPinFile."""
    try:
        name, cost, salt, expected = kept.strip().split("$")
        found = _hash(pin, bytes.fromhex(salt), int(cost) if name == _NAME else 0)
        return hmac.compare_digest(found, bytes.fromhex(expected))
    except (ValueError, OverflowError) as error:
        raise BadPinFile("the PIN's file is none. Write it anew with `clocking-terminal admin-pin`.") from error


def read_pin_file(path: Path) -> str:
    """What the file keeps. Raises BadPinFile."""
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPinFile(
            f"{path} cannot be read. Write it with `clocking-terminal admin-pin`, readable for the terminal's user."
        ) from error


def _hash(pin: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        pin.encode("ascii", "replace"), salt=salt, n=cost, r=_BLOCK, p=_LANES, dklen=_HASH_BYTES, maxmem=64 * 2**20
    )
