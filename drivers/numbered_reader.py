"""A reader whose cards are badge numbers: any driver's cards, and one rule."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from drivers.badge_number import BadgeNumberError
from drivers.badge_rule import BadgeRule
from drivers.feedback import Signal
from drivers.reader import BadgeRead, CardRead, CardReader, Noise, ReaderEvent


class NumberedReader:
    """The `BadgeReader` of a `CardReader`. A card that the rule cannot write is noise with the reason, and no badge."""

    def __init__(self, reader: CardReader, rule: BadgeRule) -> None:
        self._reader = reader
        self._rule = rule

    @property
    def name(self) -> str:
        """The name that its events carry."""
        return self._reader.name

    def signal(self, signal: Signal) -> bool:
        """Has the reader say this; see `BadgeReader`."""
        return self._reader.signal(signal)

    async def events(self) -> AsyncGenerator[ReaderEvent, None]:
        """Reports what happens at the reader; see `BadgeReader`."""
        async with aclosing(self._reader.events()) as events:
            async for event in events:
                yield self._numbered(event) if isinstance(event, CardRead) else event

    def _numbered(self, read: CardRead) -> BadgeRead | Noise:
        try:
            number = self._rule.number_of(read.card, read.format)
        except BadgeNumberError as error:
            return Noise(read.reader, len(read.card), f"a card that the rule {self._rule.text!r} cannot write: {error}")
        return BadgeRead(number, read.reader, read.instant, read.monotonic_ns)
