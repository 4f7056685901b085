"""Numbers that look drawn but follow from the seed, and the keys of records that belong to a person and a day."""

from datetime import date, timedelta

_MASK = 0xFFFF_FFFF_FFFF_FFFF
_EPOCH = date(2010, 1, 1).toordinal()
_PERSON_BITS, _SLOT_BITS = 17, 4

MOST_PEOPLE = (1 << _PERSON_BITS) - 1
SLOTS = 1 << _SLOT_BITS
FIRST_DAY = date.fromordinal(_EPOCH + 1)
LAST_DAY = FIRST_DAY + timedelta(days=30_000)


def mixed(*numbers: int) -> int:
    """A number of 0..2**32 - 1 that follows from these and looks drawn (the finish of splitmix64)."""
    state = 0x9E37_79B9_7F4A_7C15
    for number in numbers:
        state = ((state ^ (number & _MASK)) * 0xBF58_476D_1CE4_E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D0_49BB_1331_11EB) & _MASK
        state ^= state >> 31
    return state >> 32


def day_key(day: date, person: int, slot: int = 0) -> int:
    """The id of a record of a person and a day: it rises with the day, then the person; up to 36 bits."""
    return ((day.toordinal() - _EPOCH) << (_PERSON_BITS + _SLOT_BITS)) | (person << _SLOT_BITS) | slot


def of_day_key(key: int) -> tuple[date, int, int]:
    """Day, person and slot of such an id; a day out of range becomes the first or the last one."""
    ordinal = _EPOCH + (key >> (_PERSON_BITS + _SLOT_BITS))
    day = date.fromordinal(min(max(ordinal, FIRST_DAY.toordinal()), LAST_DAY.toordinal()))
    return day, (key >> _SLOT_BITS) & MOST_PEOPLE, key & (SLOTS - 1)
