"""The seal of a row: a checksum of what the badge was, by which a row that has changed on the disk is told."""

import json
import sqlite3
import zlib
from collections.abc import Sequence

SEALED_COLUMNS = (
    "id, badge_number, person_id, kind, reason, activity_levels, instant, monotonic_ns, boottime_ns, boot_id, date,"
    " minute, reader"
)
"""In this order. Who changes one of them later calls `reseal`."""


_ENCODER = json.JSONEncoder(default=bytes.hex)


def seal_of(values: Sequence[object]) -> int:
    """The seal of the values of SEALED_COLUMNS: a CRC-32, against damage, not against somebody with intent."""
    return zlib.crc32(_ENCODER.encode(values).encode())


def reseal(connection: sqlite3.Connection, sequence: int) -> None:
    """Seal one row anew after a sealed column was changed; within the same transaction."""
    row = connection.execute(f"SELECT {SEALED_COLUMNS} FROM clocking WHERE sequence = ?", (sequence,)).fetchone()  # noqa: S608 # constants
    connection.execute("UPDATE clocking SET seal = ? WHERE sequence = ?", (seal_of(row), sequence))
