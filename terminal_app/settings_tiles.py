"""The forms in which settings write the hours and the words of a tile."""

import re

_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)", re.ASCII)
_LABEL = re.compile(r"(?:([a-z]{2}): *)?(.*)", re.ASCII)
_A_DAY = 1440


def hours_of(text: str) -> tuple[int, int]:
    """The first minute of the day and the one after the last. Raises ValueError for anything but "HH:MM-HH:MM"."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise ValueError("must be like 11:30-14:00")
    begins, ends = (60 * int(hour) + int(minute) for hour, minute in (found.groups()[:2], found.groups()[2:]))
    if begins >= _A_DAY or ends > _A_DAY or begins == ends:
        raise ValueError("must be two different times of a day, like 11:30-14:00")
    return begins, ends


def label_of(text: str) -> tuple[str, str]:
    """The language, empty for all others, and the words."""
    found = _LABEL.fullmatch(text.strip())
    assert found is not None  # noqa: S101 # it takes any line
    return found[1] or "", found[2].strip()
