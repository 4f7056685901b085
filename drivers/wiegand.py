"""Wiegand formats: the bits of a card with their parity, and the numbers in them; pure.

Bit 0 is sent first; the first bit makes the first half even, the last one the second half odd. From the makers'
descriptions of 26 bits (H10301), 34 bits (H10306) and 37 bits (H10302 and H10304, which nothing on the wire tells
apart).
"""

from dataclasses import dataclass

from drivers.errors import ReaderError


class WiegandError(ReaderError, ValueError):
    """Bits that are no Wiegand card: of another length, or with wrong parity."""


@dataclass(frozen=True, slots=True)
class WiegandFormat:
    """A format by its number of bits with parity; the first `even` data bits are even, the last `odd` ones odd."""

    bits: int
    even: int
    odd: int

    @property
    def data_bits(self) -> int:
        """Without the two parity bits."""
        return self.bits - 2


FORMATS = {one.bits: one for one in (WiegandFormat(26, 12, 12), WiegandFormat(34, 16, 16), WiegandFormat(37, 18, 18))}


def data_of(value: int, bits: int) -> bytes:
    """The data bits of a card whose bits, parity included, are this number; as bytes, filled up at the front.

    Raises:
        WiegandError: a length that is not known, or wrong parity.
    """
    form = FORMATS.get(bits)
    if form is None:
        raise WiegandError(f"{bits} bits; known are {', '.join(map(str, FORMATS))}")
    if value != with_parity(value >> 1 & _ones(form.data_bits), form):
        raise WiegandError(f"wrong parity in {bits} bits")
    return (value >> 1 & _ones(form.data_bits)).to_bytes((form.data_bits + 7) // 8, "big")


def with_parity(data: int, form: WiegandFormat) -> int:
    """The bits on the wire, as a number, for these data bits."""
    first = data >> (form.data_bits - form.even)
    last = data & _ones(form.odd)
    return (first.bit_count() % 2) << (form.bits - 1) | data << 1 | (1 - last.bit_count() % 2)


def left_aligned(value: int, bits: int) -> bytes:
    """Bits in whole bytes, filled up with zeros at the end, as OSDP and many converters send them."""
    filler = -bits % 8
    return (value << filler).to_bytes((bits + filler) // 8, "big")


def from_left_aligned(raw: bytes, bits: int) -> int:
    """The bits of whole bytes that are filled up at the end. Raises WiegandError where the filler is not zero."""
    filler = len(raw) * 8 - bits
    value = int.from_bytes(raw, "big")
    if not 0 <= filler < 8 or value & _ones(filler):  # noqa: PLR2004
        raise WiegandError(f"{bits} bits do not fill {len(raw)} bytes")
    return value >> filler


def _ones(count: int) -> int:
    return (1 << count) - 1
