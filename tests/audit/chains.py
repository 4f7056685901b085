"""Chains to verify, made as the ledger makes them, and by somebody who only read docs/audit.md."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from hypothesis import strategies as st

from terminal_app.audit.event import NOTHING_BEFORE, Event, EventKind, canonical, digest_of, hash_of
from terminal_app.audit.export import lines_of, verified
from terminal_app.audit.verification import ChainCheck, listed

START = datetime(2026, 7, 1, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Fact:
    """What an event tells, before it is in a chain."""

    kind: str
    hours: int
    sequence: int | None
    content: dict[str, object] | None


FACTS = st.lists(
    st.builds(
        Fact,
        st.sampled_from(
            [EventKind.RECORDED, EventKind.MOVED, EventKind.EDITED, EventKind.SUPPRESSED, "of a newer one"]
        ),
        st.integers(0, 30),
        st.none() | st.integers(1, 99),
        st.none() | st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=9), min_size=1),
    ),
    min_size=1,
    max_size=12,
)


def chain_of(facts: Sequence[Fact], erased: frozenset[int] = frozenset()) -> list[Event]:
    """Joined, with the anchors; the contents of the events at `erased` are gone, and an event says so."""
    events: list[Event] = []
    at = START
    for fact in facts:
        at += timedelta(hours=fact.hours)
        _add(events, fact.kind, at, sequence=fact.sequence, content=fact.content)
    gone = [event.id for event in events if event.id in erased and event.content is not None]
    if gone:
        _add(events, EventKind.ERASED, at, note=f"retention {listed(gone)}")
        events = [one._replace(salt=None, content=None) if one.id in gone else one for one in events]
    return events


def _add(
    events: list[Event],
    kind: str,
    at: datetime,
    *,
    sequence: int | None = None,
    note: str | None = None,
    content: dict[str, object] | None = None,
) -> None:
    moment = at.isoformat(timespec="microseconds")
    if not events or events[-1].at[:10] != moment[:10]:
        _join(events, Event(len(events) + 1, EventKind.ANCHOR, moment, None, None, None, None, None, b""))
    salt, text = (os.urandom(16), canonical(content)) if content is not None else (None, None)
    digest = digest_of(salt, text) if salt is not None and text is not None else None
    _join(events, Event(len(events) + 1, kind, moment, sequence, None, None, note, digest, b"", salt, text))


def _join(events: list[Event], event: Event) -> None:
    events.append(event._replace(hash=hash_of(events[-1].hash if events else NOTHING_BEFORE, event)))


def file_of(events: Sequence[Event]) -> bytes:
    return "".join(f"{line}\n" for line in lines_of(events)).encode()


def read_back(file: bytes) -> list[Event]:
    """Raises BrokenLine."""
    return list(verified(BytesIO(file), ChainCheck()))


def holds_for_a_stranger(file: bytes) -> bool:
    """A verifier written from docs/audit.md alone, for a file that was not tampered with."""
    first, *lines, last = file.split(b"\n")[:-1]
    previous = bytes(32)
    for line in lines:
        one = json.loads(line)
        if one["content"] is not None:
            content = line[line.index(b',"content":') + 11 : line.rindex(b',"hash":')]
            assert hashlib.blake2b(bytes.fromhex(one["salt"]) + content, digest_size=32).hexdigest() == one["digest"]
        head = json.dumps(
            [one[name] for name in ("id", "kind", "at", "sequence", "former", "state", "note", "digest")],
            separators=(",", ":"),
        )
        previous = hashlib.blake2b(previous + head.encode(), digest_size=32).digest()
        if previous.hex() != one["hash"]:
            return False
    assert json.loads(first) == {"format": "clocking-terminal audit", "version": 1}
    return last == f'{{"events":{len(lines)},"last":"{previous.hex()}"}}'.encode()
