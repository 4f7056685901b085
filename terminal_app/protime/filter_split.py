"""Cuts a filter into several, so that no URI is too long and no range of dates passes a year (reference, 4 and 5.1).

Each record that the whole filter would find is found by one of the pieces; by several where somebody is in several
circles or groups. Pure.
"""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import quote

from terminal_app.protime.filters import Both, Comparison, Condition, FilterError, Membership, RangeField, parts_of

LONGEST_URI = 4096
"""Characters; beyond them the API answers 414."""
TOKEN_ROOM = 1024
"""Kept free for the paging token, which counts too; how long one is was not seen."""
SHORTEST_ROOM = 256
"""However long the rest of the address is."""


def pieces(condition: Condition, room: int = LONGEST_URI - TOKEN_ROOM) -> list[Condition]:
    """The filters to ask one after another, each at most `room` characters when it is encoded.

    A range without an end stays one piece: how the API counts its year is not documented. Raises FilterError when a
    piece cannot be made short enough.
    """
    return [
        Both(short) if len(short) > 1 else short[0]
        for year in _years(parts_of(condition))
        for short in _short(year, room)
    ]


def encoded(condition: Condition) -> str:
    """The filter as it stands in a query."""
    return quote(str(condition), safe="")


def year_after(day: dt.date) -> dt.date:
    """The same day of the next year; 28 February for the 29th. The last day there is when there is no such year."""
    if day.year == dt.MAXYEAR:
        return dt.date.max
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def _short(parts: tuple[Condition, ...], room: int) -> Iterator[tuple[Condition, ...]]:
    if len(encoded(Both(parts))) <= room:
        yield parts
        return
    lists = [part for part in parts if isinstance(part, Membership) and len(part.values) > 1]
    if not lists:
        raise FilterError(f"a filter cannot be made shorter than {room} characters")
    longest = max(lists, key=lambda one: len(one.values))
    middle = len(longest.values) // 2
    for half in (longest.values[:middle], longest.values[middle:]):
        one = Membership(longest.field, half, longest.group)
        yield from _short(tuple(one if part is longest else part for part in parts), room)


def _years(parts: tuple[Condition, ...]) -> Iterator[tuple[Condition, ...]]:
    for field in dict.fromkeys(one.field for one in parts if isinstance(one, Comparison)):
        limits = [
            one for one in parts if isinstance(one, Comparison) and one.field == field and one.operator in ("ge", "le")
        ]
        first = max((_day(one) for one in limits if one.operator == "ge"), default=None)
        last = min((_day(one) for one in limits if one.operator == "le"), default=None)
        if isinstance(field, RangeField) and first is not None and last is not None and last >= year_after(first):
            others = tuple(one for one in parts if one not in limits)
            for begin, end in _spans(first, last):
                yield (field >= begin, field <= end, *others)
            return
    yield parts


def _spans(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    while (following := year_after(first)) <= last and following > first:
        yield first, following - dt.timedelta(days=1)
        first = following
    yield first, last


def _day(one: Comparison) -> dt.date:
    assert isinstance(one.value, dt.date), "a range field is compared with days"  # noqa: S101
    return one.value
