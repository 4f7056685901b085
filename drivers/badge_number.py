"""Card bytes to the text that the HR system knows: one pure function, so that no driver makes up a number."""

from enum import Enum

from drivers.reader import ReaderError

SHORTEST_CARD_BYTES = 4
LONGEST_CARD_BYTES = 10


class BadgeNumberForm(Enum):
    """How a card's bytes are written as a badge number; each vector is the card 06 00 D5 07 D0."""

    HEX = "hex"
    """All bytes, two upper-case digits each: `0600D507D0`."""
    DECIMAL = "decimal"
    """The last 4 bytes as a number of 10 digits, the usual print ("8H10D"): `0013961168`."""
    WIEGAND26 = "wiegand26"
    """Third last byte (facility, 3 digits) and last 2 bytes (card, 5 digits), joined: `21302000`.

    Different cards can share one: only 24 bits are in it.
    """


class CardLengthError(ReaderError, ValueError):
    """Card data that is shorter or longer than any card's."""

    def __init__(self, length: int) -> None:
        super().__init__(
            f"card data of {length} bytes; a badge number is made of {SHORTEST_CARD_BYTES} to {LONGEST_CARD_BYTES}"
        )
        self.length = length


def badge_number(card: bytes, form: BadgeNumberForm) -> str:
    """The badge number of a card's bytes, most significant first; leading zeros are kept.

    Raises:
        CardLengthError: the card has fewer than 4 or more than 10 bytes.
    """
    if not SHORTEST_CARD_BYTES <= len(card) <= LONGEST_CARD_BYTES:
        raise CardLengthError(len(card))
    match form:
        case BadgeNumberForm.HEX:
            return card.hex().upper()
        case BadgeNumberForm.DECIMAL:
            return f"{int.from_bytes(card[-4:], 'big'):010d}"
        case BadgeNumberForm.WIEGAND26:
            return f"{card[-3]:03d}{int.from_bytes(card[-2:], 'big'):05d}"
