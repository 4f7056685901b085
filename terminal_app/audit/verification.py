"""Whether a chain holds: event after event, and at the end what only all of them tell."""

from terminal_app.audit.event import NOTHING_BEFORE, Event, EventKind, day_of, digest_of, hash_of
from terminal_app.audit.salvaged import former_end, kept_file


class BrokenLink(Exception):
    """The first place where a chain does not hold; the text says what does not fit."""

    def __init__(self, what: str, *, event: int | None = None) -> None:
        super().__init__(what)
        self.event = event
        """Its number, as far as it is known."""


class ChainCheck:
    """Takes the events of a chain in their order."""

    def __init__(self, last: Event | None = None) -> None:
        """Begin after `last`; None: at the beginning of the chain."""
        self._last = last
        self._without_content: list[int] = []
        self._erased: list[range] = []
        self.count = 0
        self.anchors: dict[int, bytes] = {}
        """The hash of each anchor, by its event's number."""
        self.kept_files: list[str] = []
        """Those with the chains before this one, by the salvages that this one tells of."""
        self.former_end = 0
        """No event of those chains has a higher number."""

    @property
    def last_hash(self) -> bytes:
        """Of the event that was taken last."""
        return self._last.hash if self._last else NOTHING_BEFORE

    @property
    def last_id(self) -> int:
        """Of the event that was taken last; 0 before the first."""
        return self._last.id if self._last else 0

    def take(self, event: Event) -> None:
        """Join the next event. Raises BrokenLink."""
        expected = self.last_id + 1
        if event.id != expected:
            raise BrokenLink(f"event {expected} should follow, and it is event {event.id}", event=event.id)
        if hash_of(self.last_hash, event) != event.hash:
            raise BrokenLink("its hash does not fit its contents and the hash of the event before", event=event.id)
        self._check_content(event)
        self._check_anchor(event)
        if event.kind == EventKind.ERASED:
            self._erased += _ranges(event)
        if event.kind == EventKind.NOTED and event.sequence is None and (kept := kept_file(event.note)) is not None:
            self.kept_files.append(kept)
            self.former_end = max(self.former_end, former_end(event.note))
        self._last = event
        self.count += 1

    def finish(self) -> None:
        """After the last event. Raises BrokenLink for a content that is missing without having been erased."""
        spans = sorted((one.start, one.stop) for one in self._erased)
        at = 0
        for number in self._without_content:
            while at < len(spans) and spans[at][1] <= number:
                at += 1
            if at == len(spans) or number < spans[at][0]:
                raise BrokenLink("its content is missing, and no event says that it was erased", event=number)

    def _check_content(self, event: Event) -> None:
        if event.is_erased:
            if event.salt is not None:
                raise BrokenLink("it has a salt and no content", event=event.id)
            self._without_content.append(event.id)
            return
        if (event.content is None) != (event.digest is None) or (event.salt is None) != (event.digest is None):
            raise BrokenLink("content, salt and digest do not go together", event=event.id)
        if (
            event.content is not None
            and event.salt is not None
            and digest_of(event.salt, event.content) != event.digest
        ):
            raise BrokenLink("its content does not fit its digest", event=event.id)

    def _check_anchor(self, event: Event) -> None:
        if event.kind == EventKind.ANCHOR:
            self.anchors[event.id] = event.hash
        elif self._last is None or day_of(self._last.at) != day_of(event.at):
            raise BrokenLink("a new day begins without an anchor", event=event.id)


def _ranges(event: Event) -> list[range]:
    _, _, listed = (event.note or "").partition(" ")
    try:
        return [_range(part) for part in listed.split(",") if part]
    except ValueError as error:
        raise BrokenLink("its note does not say which events were erased", event=event.id) from error


def _range(part: str) -> range:
    first, dash, last = part.partition("-")
    return range(int(first), int(last if dash else first) + 1)


def listed(numbers: list[int]) -> str:
    """Ascending numbers as an `erased` event has them: "1-4,9"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1] = [parts[-1][0], number]
        else:
            parts.append([number])
    return ",".join("-".join(map(str, part)) for part in parts)
