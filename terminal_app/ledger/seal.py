"""The seal of a row: a checksum of what the badge was, by which a row that has changed on the disk is told.

A CRC-32: against damage, not against somebody with intent.
"""

import json
import sqlite3
import zlib
from collections.abc import Sequence

from terminal_app.audit.event import columns_of

SEALED_COLUMNS = (
    "id, badge_number, person_id, kind, reason, activity_levels, instant, monotonic_ns, boottime_ns, boot_id, date,"
    " minute, reader"
)
"""In this order. Who changes one of them later calls `reseal`."""
_NAMES = tuple(SEALED_COLUMNS.split(", "))
_FORMER = json.JSONEncoder(default=bytes.hex)


def seal_of(sealed: str) -> int:
    """The seal of a row, from its SEALED_COLUMNS as the audit chain writes them (audit/event.py: columns_of)."""
    return zlib.crc32(sealed.encode())


def is_sealed(seal: int, values: Sequence[object]) -> bool:
    """Whether the values of SEALED_COLUMNS are what was sealed. Rows of before version 0.2 have a list under theirs."""
    return seal == _seal_of_values(values) or seal == zlib.crc32(_FORMER.encode(values).encode())


def reseal(connection: sqlite3.Connection, sequence: int) -> None:
    """Seal one row anew after a sealed column was changed; within the same transaction."""
    row = connection.execute(f"SELECT {SEALED_COLUMNS} FROM clocking WHERE sequence = ?", (sequence,)).fetchone()  # noqa: S608 # constants
    connection.execute("UPDATE clocking SET seal = ? WHERE sequence = ?", (_seal_of_values(row), sequence))


def _seal_of_values(values: Sequence[object]) -> int:
    return seal_of(columns_of(dict(zip(_NAMES, values, strict=True))))
