"""The forms in which a card's bytes are written as a number. What a site does with one is in `badge_rule`."""

from collections.abc import Callable, Mapping
from enum import Enum

from drivers.errors import ReaderError

SHORTEST_CARD_BYTES = 3
LONGEST_CARD_BYTES = 32


class BadgeNumberForm(Enum):
    """How a card's bytes are written as a badge number; each vector is the card 06 00 D5 07 D0.

    Forms with less bits than a card has are the same for several cards.
    """

    HEX = "hex"
    """All bytes, two upper-case digits each: `0600D507D0`."""
    DECIMAL = "decimal"
    """The last 4 bytes as a number of 10 digits, the usual print ("8H10D"): `0013961168`."""
    WIEGAND26 = "wiegand26"
    """Third last byte (facility, 3 digits) and last 2 bytes (card, 5 digits), joined: `21302000`."""
    NUMBER = "number"
    """All bytes as one number, without zeros before it: `25783764944`."""
    SIX_HEX_EIGHT_DECIMAL = "6h8d"
    """The last 3 bytes as a number of 8 digits: `13961168`."""
    TWO_HEX_FOUR_HEX = "2h4h"
    """As wiegand26 with a comma, a usual print ("3+5"): `213,02000`."""
    FOUR_HEX_FOUR_HEX = "4h4h"
    """As wiegand34 with a comma, another print ("5+5"): `00213,02000`."""
    WIEGAND34 = "wiegand34"
    """The last 4 bytes as facility and card of 5 digits each, joined: `0021302000`."""
    WIEGAND37 = "wiegand37"
    """The last 35 bits as a number of 11 digits (H10302, no facility): `25783764944`."""
    WIEGAND37_FACILITY = "wiegand37-facility"
    """Of the last 35 bits 16 as facility (5 digits) and 19 as card (6 digits), joined (H10304): `49178329680`."""


class BadgeNumberError(ReaderError, ValueError):
    """A rule that is none, or a card that cannot be written by it; the text never holds the card."""


class CardLengthError(BadgeNumberError):
    """Card data that is shorter or longer than any card's."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"card data of {length} bytes; a badge number is made of {SHORTEST_CARD_BYTES} to {LONGEST_CARD_BYTES}"
        )
        self.length = length


def badge_number(card: bytes, form: BadgeNumberForm) -> str:
    """The number of a card's bytes, most significant first; leading zeros are kept.

    Raises:
        CardLengthError: the card has fewer than 3 or more than 32 bytes.
    """
    if not SHORTEST_CARD_BYTES <= len(card) <= LONGEST_CARD_BYTES:
        raise CardLengthError(len(card))
    return _WRITTEN[form](card, int.from_bytes(card, "big"))


_WRITTEN: Mapping[BadgeNumberForm, Callable[[bytes, int], str]] = {
    BadgeNumberForm.HEX: lambda card, _: card.hex().upper(),
    BadgeNumberForm.DECIMAL: lambda _, value: f"{value & 0xFFFFFFFF:010d}",
    BadgeNumberForm.WIEGAND26: lambda _, value: f"{value >> 16 & 0xFF:03d}{value & 0xFFFF:05d}",
    BadgeNumberForm.NUMBER: lambda _, value: str(value),
    BadgeNumberForm.SIX_HEX_EIGHT_DECIMAL: lambda _, value: f"{value & 0xFFFFFF:08d}",
    BadgeNumberForm.TWO_HEX_FOUR_HEX: lambda _, value: f"{value >> 16 & 0xFF:03d},{value & 0xFFFF:05d}",
    BadgeNumberForm.FOUR_HEX_FOUR_HEX: lambda _, value: f"{value >> 16 & 0xFFFF:05d},{value & 0xFFFF:05d}",
    BadgeNumberForm.WIEGAND34: lambda _, value: f"{value >> 16 & 0xFFFF:05d}{value & 0xFFFF:05d}",
    BadgeNumberForm.WIEGAND37: lambda _, value: f"{value & 0x7FFFFFFFF:011d}",
    BadgeNumberForm.WIEGAND37_FACILITY: lambda _, value: f"{value >> 19 & 0xFFFF:05d}{value & 0x7FFFF:06d}",
}
