"""Check digits of printed numbers; pure."""

from enum import Enum
from itertools import cycle


class CheckDigit(Enum):
    """The rule by which the last digit follows from those before it."""

    LUHN = "luhn"
    """ISO/IEC 7812: bank cards and many printed badges."""
    EAN = "ean"
    """GS1: barcodes."""


def check_digit(digits: str, rule: CheckDigit) -> str:
    """The digit that belongs after these decimal digits."""
    reverse = [int(digit) for digit in reversed(digits)]
    if rule is CheckDigit.LUHN:
        total = sum(sum(divmod(2 * digit, 10)) if place % 2 == 0 else digit for place, digit in enumerate(reverse))
    else:
        total = sum(weight * digit for weight, digit in zip(cycle((3, 1)), reverse))
    return str(-total % 10)
