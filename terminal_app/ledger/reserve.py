"""Room on the disk for clockings: some of it is taken beforehand, and given up once all the rest is full.

Given up in pieces, so that whatever has filled the disk does not get all of it at once.
"""

import logging
import os
from pathlib import Path

from terminal_app.ledger.files import RESERVE

log = logging.getLogger(__name__)

RESERVE_BYTES = 16 * 1024 * 1024
"""More than 10,000 clockings with their histories (docs/durability.md); on a small disk a twentieth of it."""
FULL_PERCENT = 80
"""From then on the operator is warned."""
_PIECE_BYTES = 1024 * 1024
_BLOCK_BYTES = 4096
_FREE_TIMES = 4


def reserve(folder: Path) -> None:
    """Take the room, where there is plenty; what is missing after a shortage too. Never fails."""
    try:
        disk = os.statvfs(folder)
        wanted = min(RESERVE_BYTES, disk.f_blocks * disk.f_frsize // 20) // _BLOCK_BYTES * _BLOCK_BYTES
        taken = _taken(folder)
        if taken >= wanted or disk.f_bavail * disk.f_frsize < _FREE_TIMES * wanted:
            return
        descriptor = os.open(folder / RESERVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            os.posix_fallocate(descriptor, 0, wanted)
        finally:
            os.close(descriptor)
    except OSError as error:
        log.warning("reserve-not-taken %s", error.strerror)


def give_up_some(folder: Path) -> bool:
    """Give some of the room to the ledger, whose disk is full; False when there is none left."""
    try:
        taken = _taken(folder)
        if not taken:
            return False
        os.truncate(folder / RESERVE, max(taken - _PIECE_BYTES, 0))
    except OSError as error:
        log.error("reserve-not-given-up %s", error.strerror)
        return False
    log.error("disk-full: clockings go into the reserve, %d bytes of it are left", max(taken - _PIECE_BYTES, 0))
    return True


def fullness(folder: Path) -> int:
    """How full the disk is, in per cent of what its users may have, as `df` tells. Raises OSError."""
    disk = os.statvfs(folder)
    used = disk.f_blocks - disk.f_bfree
    return -(-100 * used // max(used + disk.f_bavail, 1))


def _taken(folder: Path) -> int:
    try:
        return (folder / RESERVE).stat().st_size
    except FileNotFoundError:
        return 0
