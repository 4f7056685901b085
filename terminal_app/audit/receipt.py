"""The short code by which an employee can prove that a clocking was recorded: eight characters, of its event's hash."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U."""
_READ_AS = str.maketrans("ILO", "110", "- ")
_VALUE_BITS = 35
_LENGTH = 8
_FIELD = 0b100101
"""x^5 + x^2 + 1: the check character is a remainder in GF(32); one wrong character, or two exchanged, are noticed."""


def receipt_of(event_hash: bytes) -> str:
    """The code of the clocking whose `recorded` event has this hash, as in "3F7K-Q9ZD"."""
    value = int.from_bytes(event_hash[:5]) >> (40 - _VALUE_BITS)
    digits = [value >> shift & 31 for shift in range(_VALUE_BITS - 5, -1, -5)]
    code = "".join(_ALPHABET[digit] for digit in [*digits, _check(digits)])
    return f"{code[:4]}-{code[4:]}"


def read_receipt(typed: str) -> str | None:
    """The code that a person typed, as `receipt_of` writes it; None when it was mistyped.

    Small letters, spaces and dashes do not matter; I and L are read as 1, O as 0.
    """
    code = typed.upper().translate(_READ_AS)
    if len(code) != _LENGTH or not set(code) <= set(_ALPHABET):
        return None
    *digits, check = (_ALPHABET.index(character) for character in code)
    return f"{code[:4]}-{code[4:]}" if _check(digits) == check else None


def _check(digits: list[int]) -> int:
    remainder = 0
    for digit in digits:
        remainder = _times_x(remainder) ^ digit
    return _times_x(remainder)


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD if doubled & 32 else doubled
