"""Finds records in pages without the help of any tree, pointer or schema: for a table that SQLite cannot walk.

A record of the table `clocking` begins with its header's length, a null (the local number is the row's key) and a blob
of 16 bytes (the clocking's id): rare enough to look for, and its lengths have to agree from end to end.
"""

import re
import struct
from collections.abc import Container, Iterator
from dataclasses import dataclass

from terminal_app.ledger.page_images import PageImages
from terminal_app.ledger.rows import Value

_START = re.compile(rb"(?=([\x13-\x7f])\x00\x2c)", re.DOTALL)
_ID_BYTES = 16
_LONGEST_VARINT = 9
_WIDTHS = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)
"""Bytes of a value, by its serial type."""
_REAL = 7
_LONGEST_RECORD = 1_000_000
_MOST_ROWS = 2**31


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record that is whole as far as its lengths tell."""

    rowid: int
    values: tuple[Value, ...]


def records(
    images: PageImages, least_columns: int, most_columns: int, known: Container[bytes]
) -> Iterator[FoundRecord]:
    """Everything in the pages that has the shape of a clocking's record; older copies of a row too.

    Ids that are `known` are passed over.
    """
    for page in images.all():
        for match in _START.finditer(page):
            first = match.start() + page[match.start()]
            if page[first : first + _ID_BYTES] in known:
                continue
            found = _record_at(images, page, match.start(), least_columns, most_columns)
            if found is not None:
                yield found


def _record_at(images: PageImages, page: bytes, start: int, least: int, most: int) -> FoundRecord | None:
    types = _serial_types(page, start)
    if types is None or not least <= len(types) <= most:
        return None
    size = page[start] + sum(map(_width, types))
    rowid = _rowid_before(page, start, size)
    if rowid is None or size > _LONGEST_RECORD:
        return None
    payload = _payload(images, page, start, size)
    if payload is None:
        return None
    values, at = [], page[start]
    for kind in types:
        raw = payload[at : at + _width(kind)]
        at += len(raw)
        values.append(_value(kind, raw))
    return FoundRecord(rowid, tuple(values))


def _serial_types(page: bytes, start: int) -> list[int] | None:
    at, end = start + 1, start + page[start]
    types = []
    while at < end:
        kind, at = _varint(page, at)
        types.append(kind)
    return types if at == end and end <= len(page) and not {10, 11} & set(types) else None


def _rowid_before(page: bytes, start: int, size: int) -> int | None:
    """The key that stands before a record, after its size."""
    for begin in range(start - 2, max(start - 2 * _LONGEST_VARINT, 0) - 1, -1):
        told, at = _varint(page, begin)
        if told == size and at < start:
            rowid, at = _varint(page, at)
            if at == start and 0 < rowid < _MOST_ROWS:
                return rowid
    return None


def _payload(images: PageImages, page: bytes, start: int, size: int) -> bytes | None:
    """The record's bytes, from its overflow pages too."""
    usable = images.page_bytes
    here = size
    if size > usable - 35:
        least = (usable - 12) * 32 // 255 - 23
        here = least + (size - least) % (usable - 4)
        if here > usable - 35:
            here = least
    payload = page[start : start + here]
    at = start + here
    following = int.from_bytes(page[at : at + 4], "big") if here < size else 0
    while len(payload) < size:
        overflow = images.page(following)
        piece = overflow[4 : 4 + size - len(payload)]
        if not piece:
            return None
        payload += piece
        following = int.from_bytes(overflow[:4], "big")
    return payload


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for byte in page[at : at + _LONGEST_VARINT - 1]:
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 # the last byte of a varint
            return value, at
    return value << 8 | (page[at] if at < len(page) else 0), at + 1


def _width(kind: int) -> int:
    return _WIDTHS[kind] if kind < len(_WIDTHS) else (kind - 12) // 2


def _value(kind: int, raw: bytes) -> Value:
    if kind == 0:
        return None
    if kind in {8, 9}:
        return kind - 8
    if kind == _REAL:
        return float(struct.unpack(">d", raw)[0])
    if kind < _REAL:
        return int.from_bytes(raw, "big", signed=True)
    return raw if kind % 2 == 0 else raw.decode(errors="replace")
