"""One event of the audit chain, and its hash. The canonical form is told to the byte in docs/audit.md."""

import json
from collections.abc import Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

NOTHING_BEFORE = bytes(32)
"""What the first event's hash is joined to."""
SALT_BYTES = 16


class EventKind(StrEnum):
    """What an event tells of."""

    ANCHOR = "anchor"
    """A new day begins (UTC); its hash is in the log too."""
    RECORDED = "recorded"
    """A clocking is on the disk. The content is its row."""
    MOVED = "moved"
    """A clocking went from one delivery state to another: sent, confirmed, undone, released, discarded, ..."""
    EDITED = "edited"
    """An operator changed what a clocking is sent with. The content has the values before and after."""
    NOTED = "noted"
    """Something was found out about a clocking, which stays where it is; where that changed it, the values after."""
    SUPPRESSED = "suppressed"
    """A badge was read again and taken for a repeat: nothing was recorded."""
    ERASED = "erased"
    """The contents of earlier events were erased; the note says why, and which."""


class Event(NamedTuple):
    """A row of the chain. Only `content` may hold what is personal; without it and the salt the chain still holds."""

    id: int
    """1, 2, 3, ... without gaps."""
    kind: str
    """An EventKind, or one that a newer terminal writes."""
    at: str
    """UTC, ISO 8601 with microseconds."""
    sequence: int | None
    """The local number of the clocking that it is about."""
    former: str | None
    state: str | None
    """Delivery states, of a clocking that has moved or was recorded."""
    note: str | None
    """Nothing personal; ASCII."""
    digest: bytes | None
    """Of salt and content; None when the event never had any."""
    hash: bytes
    salt: bytes | None = None
    content: str | None = None
    """Canonical JSON; None when there was none, or when it is erased."""

    @property
    def is_erased(self) -> bool:
        """Whether its content is gone."""
        return self.digest is not None and self.content is None


_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=bytes.hex)


def canonical(value: object) -> str:
    """JSON in one form only: ASCII, no spaces, members in the order in which they are given."""
    return _ENCODER.encode(value)


def digest_of(salt: bytes, content: str) -> bytes:
    """What stands for a content in the chain: without the salt nobody can try out badge numbers against it."""
    return blake2b(salt + content.encode(errors="surrogatepass"), digest_size=32).digest()


Head = tuple[int, str, str, int | None, str | None, str | None, str | None, bytes | None]
"""What of an event is hashed: id, kind, at, sequence, former, state, note, digest."""


def hash_of(previous: bytes, event: Event) -> bytes:
    """The hash that joins an event to the one whose hash is `previous`."""
    head = (event.id, event.kind, event.at, event.sequence, event.former, event.state, event.note, event.digest)
    return hash_of_head(previous, head)


def hash_of_head(previous: bytes, head: Head) -> bytes:
    """The same, from what is hashed."""
    return blake2b(previous + canonical(head).encode("ascii"), digest_size=32).digest()


def day_of(at: str) -> str:
    """The day of an event's time, UTC."""
    return at[:10]


def columns_of(values: Mapping[str, object]) -> str:
    """A content from named values; bytes are written in hexadecimal."""
    return canonical(values)
