"""The exported chain as text: JSON Lines, a line at the beginning, one for each event, one at the end.

Each line has one form only, so that no byte of a file can change unnoticed.
"""

import json
from collections.abc import Iterable, Iterator
from types import NoneType
from typing import BinaryIO

from terminal_app.audit.event import NOTHING_BEFORE, Event, canonical
from terminal_app.audit.verification import BrokenLink, ChainCheck

FIRST_LINE = canonical({"format": "clocking-terminal audit", "version": 1})
_LONGEST_LINE = 1024 * 1024
_NAMES = ["id", "kind", "at", "sequence", "former", "state", "note", "digest", "salt", "content", "hash"]
_TEXT_OR_NULL = (str, NoneType)
_TYPES: dict[str, tuple[type, ...]] = {
    "id": (int,),
    "kind": (str,),
    "at": (str,),
    "sequence": (int, NoneType),
    "former": _TEXT_OR_NULL,
    "state": _TEXT_OR_NULL,
    "note": _TEXT_OR_NULL,
    "digest": _TEXT_OR_NULL,
    "salt": _TEXT_OR_NULL,
    "hash": (str,),
}


class BrokenLine(Exception):
    """The first line of an export that does not fit; the text says what does not."""

    def __init__(self, line: int, what: str, *, event: int | None = None) -> None:
        place = f"line {line}" if event is None else f"line {line}, event {event}"
        super().__init__(f"{place}: {what}")
        self.line = line
        """From 1."""
        self.event = event
        """Its number, where it is known."""


def lines_of(events: Iterable[Event]) -> Iterator[str]:
    """The lines of a whole chain, without line ends."""
    yield FIRST_LINE
    count, last = 0, NOTHING_BEFORE
    for event in events:
        yield _line(event)
        count, last = count + 1, event.hash
    yield _last_line(count, last)


def verified(file: BinaryIO, check: ChainCheck) -> Iterator[Event]:
    """The events of an exported file, each after it was joined to the one before. Raises BrokenLine."""
    number = 1
    if _read(file, number) != FIRST_LINE:
        raise BrokenLine(number, "this is no audit export of version 1, or its beginning is missing")
    try:
        while True:
            number += 1
            text = _read(file, number)
            if text == _last_line(check.count, check.last_hash):
                break
            event = _event(text, number)
            check.take(event)
            yield event
        if file.read(1):
            raise BrokenLine(number + 1, "there is something after the end")
        check.finish()
    except BrokenLink as error:
        # At the end it may be one of those before; each has a line, after the first one.
        line = number if error.event is None or error.event > check.last_id else error.event + 1
        raise BrokenLine(line, str(error), event=error.event) from error


def _line(event: Event) -> str:
    values = {
        "id": event.id,
        "kind": event.kind,
        "at": event.at,
        "sequence": event.sequence,
        "former": event.former,
        "state": event.state,
        "note": event.note,
        "digest": None if event.digest is None else event.digest.hex(),
        "salt": None if event.salt is None else event.salt.hex(),
    }
    content = "null" if event.content is None else _json_of(event.content)
    return f'{canonical(values)[:-1]},"content":{content},"hash":"{event.hash.hex()}"}}'


def _json_of(content: str) -> str:
    """The content as it is, so that its bytes are those that were hashed; as a text if damage made it no JSON."""
    try:
        is_canonical = canonical(json.loads(content)) == content
    except (ValueError, RecursionError):
        is_canonical = False
    return content if is_canonical else canonical(content)


def _last_line(count: int, last: bytes) -> str:
    return canonical({"events": count, "last": last.hex()})


def _read(file: BinaryIO, number: int) -> str:
    raw = file.readline(_LONGEST_LINE)
    if not raw:
        raise BrokenLine(number, "the file ends here: its last line is missing")
    if not raw.endswith(b"\n"):
        raise BrokenLine(number, "the line is cut off, or longer than any of ours")
    try:
        return raw[:-1].decode("ascii")
    except UnicodeDecodeError as error:
        raise BrokenLine(number, "the line has bytes that are not ASCII") from error


def _event(text: str, number: int) -> Event:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenLine(number, "this is no event: not JSON") from error
    if not isinstance(values, dict) or list(values) != _NAMES:
        what = "the end does not fit the events before" if isinstance(values, dict) and "events" in values else ""
        raise BrokenLine(number, what or "this is no event: other members than an event's")
    event_id = values["id"] if isinstance(values["id"], int) else None
    if not all(isinstance(values[name], kinds) for name, kinds in _TYPES.items()):
        raise BrokenLine(number, "a value is of another type than an event's", event=event_id)
    try:
        event = Event(
            **{name: values[name] for name in ("id", "kind", "at", "sequence", "former", "state", "note")},
            digest=_bytes(values["digest"]),
            salt=_bytes(values["salt"]),
            content=None if values["content"] is None else canonical(values["content"]),
            hash=bytes.fromhex(values["hash"]),
        )
        is_ours = _line(event) == text
    except (ValueError, RecursionError) as error:
        raise BrokenLine(number, "a value is not what an event's can be", event=event_id) from error
    if not is_ours:
        raise BrokenLine(number, "it is not written in the canonical form", event=event_id)
    return event


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else bytes.fromhex(text)
