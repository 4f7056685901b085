"""The pages of a SQLite file and of its write-ahead log as bytes, without SQLite: for a file that it cannot read.

The formats are those of "Database File Format" and "WAL-mode File Format" (sqlite.org).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap

from terminal_app.ledger.connection import PAGE_BYTES

_PAGE_SIZES = tuple(512 << step for step in range(8))
_TREE_PAGES = frozenset({2, 5, 10, 13})
"""First bytes of the pages of tables and indexes."""
_PAGES_TO_GUESS_FROM = 1000
_MOSTLY = 0.7
_WAL_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_WAL_MAGIC = 0x377F0682
"""The lowest bit says in which order the checksums' numbers are read."""
_WORD = 0xFFFFFFFF


@dataclass(slots=True)
class PageImages:
    """What is left of a database."""

    file: bytes | mmap
    page_bytes: int
    newer: dict[int, bytes] = field(default_factory=dict)
    """By page number, from 1: what the log has committed."""
    others: list[bytes] = field(default_factory=list)
    """Of frames that SQLite passes over: behind a damaged one, or behind the last commit."""
    is_log_broken: bool = False
    """The log has damage: what SQLite reads may be older than what was committed."""

    @property
    def count(self) -> int:
        """How many pages there are, older and newer ones of the same number counted once."""
        return max([-(-len(self.file) // self.page_bytes), *self.newer])

    def page(self, number: int) -> bytes:
        """A page as SQLite would see it; empty where there is none."""
        newer = self.newer.get(number)
        start = (number - 1) * self.page_bytes
        return self.file[max(start, 0) : max(start, 0) + self.page_bytes] if newer is None else newer

    def all(self) -> Iterator[bytes]:
        """Every image, the current ones first."""
        yield from map(self.page, range(1, self.count + 1))
        yield from self.others


def page_images(file: bytes | mmap, log: bytes) -> PageImages:
    """The pages of a file, overlaid with what its log (or nothing: b"") has committed."""
    images = PageImages(file, _page_bytes(file, log))
    _overlay(images, log)
    return images


def _page_bytes(file: bytes | mmap, log: bytes) -> int:
    for raw in (file[16:18], log[10:12]):
        size = int.from_bytes(raw, "big")
        size = 65536 if size == 1 else size
        if size >= 512 and size & (size - 1) == 0:  # noqa: PLR2004 # the format's smallest page
            return size
    return _likely_page_bytes(file)


def _likely_page_bytes(file: bytes | mmap) -> int:
    """Nothing tells the size any more: the smallest one at whose multiples the pages of trees begin."""
    for size in _PAGE_SIZES:
        starts = file[size : _PAGES_TO_GUESS_FROM * size : size]
        if starts and sum(start in _TREE_PAGES for start in starts) >= _MOSTLY * len(starts):
            return size
    return PAGE_BYTES


def _overlay(images: PageImages, log: bytes) -> None:
    if not log.strip(b"\0"):
        return
    header = log[:_WAL_HEADER_BYTES].ljust(_WAL_HEADER_BYTES, b"\0")
    magic, _, _, _, salt_1, salt_2, sum_1, sum_2 = struct.unpack(">8I", header)
    order = ">" if magic & 1 else "<"
    checksum = _checksum(header[:24], (0, 0), order)
    is_whole = magic & ~1 == _WAL_MAGIC and checksum == (sum_1, sum_2)
    images.is_log_broken = not is_whole
    pending: list[tuple[int, bytes]] = []
    step = _FRAME_HEADER_BYTES + images.page_bytes
    for start in range(_WAL_HEADER_BYTES, len(log) - _FRAME_HEADER_BYTES, step):
        head = log[start : start + _FRAME_HEADER_BYTES]
        page = log[start + _FRAME_HEADER_BYTES : start + step]
        number, commit, *salts, sum_1, sum_2 = struct.unpack(">6I", head)
        if salts != [salt_1, salt_2]:
            if images.is_log_broken:
                images.others.append(page)
            continue  # left from an earlier round of the log: carried over into the file since
        if is_whole:
            checksum = _checksum(page, _checksum(head[:8], checksum, order), order)
            is_whole = checksum == (sum_1, sum_2)
        if not is_whole:
            images.is_log_broken = True
            images.others.append(page)
            continue
        pending.append((number, page))
        if commit:
            images.newer.update(pending)
            pending = []
    images.others.extend(page for _, page in pending)


def _checksum(data: bytes, former: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = former
    words = struct.unpack(f"{order}{len(data) // 8 * 2}I", data[: len(data) // 8 * 8])
    for one, other in zip(words[::2], words[1::2], strict=True):
        first = (first + one + second) & _WORD
        second = (second + other + first) & _WORD
    return first, second
