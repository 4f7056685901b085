"""What readers said while they are tried, the last first. Pure. Badge numbers are in it: for the screen, for no log."""

from dataclasses import dataclass, field, replace

from drivers.reader import BadgeRead, KeysPressed, Noise, ReaderEvent

MOST = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that a reader said, or the bytes that came over its line."""

    clock: str
    reader: str
    text: str = field(repr=False)
    data: bytes = field(default=b"", repr=False)
    times: int = 1
    """So often in a row."""


def with_event(seen: tuple[Seen, ...], clock: str, event: ReaderEvent) -> tuple[Seen, ...]:
    """What was seen, with this; keys are left out, as they may be somebody's PIN."""
    match event:
        case BadgeRead(number, name):
            one = Seen(clock, name, f"{number} ({len(number)})")
        case Noise(name, count, detail):
            one = Seen(clock, name, f"{count} bytes, {detail}")
        case KeysPressed():
            return seen
        case _:
            one = Seen(clock, event.reader, f"{event.state.value}, {event.detail}")
    return (one, *seen)[:MOST]


def with_bytes(seen: tuple[Seen, ...], clock: str, reader: str, data: bytes) -> tuple[Seen, ...]:
    """What was seen, with these bytes; the same ones again, as of a badge that stays there, are counted."""
    last = next((place for place, one in enumerate(seen) if one.data and one.reader == reader), None)
    if last is not None and seen[last].data == data:
        return (*seen[:last], replace(seen[last], times=seen[last].times + 1), *seen[last + 1 :])
    return (Seen(clock, reader, f"{len(data)} bytes", data), *seen)[:MOST]
