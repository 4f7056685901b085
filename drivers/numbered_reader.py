"""A reader whose cards are badge numbers: any driver's cards, and one rule."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from drivers.badge_number import BadgeNumberError
from drivers.badge_rule import BadgeRule
from drivers.feedback import Signal
from drivers.flood import FloodGate
from drivers.reader import BadgeRead, CardRead, CardReader, Noise, Overheard, ReaderEvent, TellBytes

TOLD_NS = 1_000_000_000
"""A flood is told at once, then summed over this time."""


class NumberedReader:
    """The `BadgeReader` of a `CardReader`.

    A card that the rule cannot write is noise with the reason, and no badge; so is what a flood has too much.
    """

    def __init__(self, reader: CardReader, rule: BadgeRule) -> None:
        self._reader = reader
        self._rule = rule
        self._gate = FloodGate()
        self._flooded = 0  # reads that were not let through, and not told yet
        self._told_ns = -TOLD_NS

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._reader.name

    def signal(self, signal: Signal) -> bool:
        """Has the reader say this; see `BadgeReader`."""
        return self._reader.signal(signal)

    def overhear(self, tell: TellBytes | None) -> None:
        """Tell the bytes of the line; see `Overheard`. A reader that is on no serial line tells none."""
        if isinstance(self._reader, Overheard):
            self._reader.overhear(tell)

    async def events(self) -> AsyncGenerator[ReaderEvent, None]:
        """Reports what happens at the reader; see `BadgeReader`."""
        async with aclosing(self._reader.events()) as events:
            async for event in events:
                if not isinstance(event, CardRead):
                    yield event
                elif self._gate.lets_through(event.monotonic_ns):
                    yield self._numbered(event)
                else:
                    self._flooded += 1
                if self._flooded and isinstance(event, CardRead) and event.monotonic_ns - self._told_ns >= TOLD_NS:
                    self._told_ns = event.monotonic_ns
                    flooded, self._flooded = self._flooded, 0
                    yield Noise(self.name, flooded, "more reads than people can make: a broken or hostile reader")

    def _numbered(self, read: CardRead) -> BadgeRead | Noise:
        try:
            number = self._rule.number_of(read.card, read.format)
        except BadgeNumberError as error:
            return Noise(read.reader, len(read.card), f"a card that the rule {self._rule.text!r} cannot write: {error}")
        return BadgeRead(number, read.reader, read.instant, read.monotonic_ns)
