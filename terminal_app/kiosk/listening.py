"""Listens to the readers from the first painting on: who badges before the rest is loaded has the right time."""

from collections.abc import Callable, Sequence
from functools import partial

from drivers.catalogue import create_reader
from drivers.errors import ReaderError
from drivers.reader import BadgeReader, Overheard, ReaderEvent
from terminal_app.settings import ReaderSettings, reader_name


class Listening:
    """What readers say goes to one listener, in order; what was said before there was one is kept for it."""

    def __init__(self, readers: Sequence[BadgeReader]) -> None:
        """Each reader is listened to by a task of its own, which calls `to`."""
        self.readers = {one.name: one for one in readers}
        self._kept: list[ReaderEvent] = []
        self._tell: Callable[[ReaderEvent], None] = self._kept.append

    async def to(self, reader: BadgeReader) -> None:
        """Listen for as long as the task lives."""
        async for event in reader.events():
            self._tell(event)

    def begin_telling(self, tell: Callable[[ReaderEvent], None]) -> None:
        """From now on everything goes to `tell`, at first what was kept."""
        self._tell = tell
        for event in self._kept:
            tell(event)
        self._kept.clear()

    def overhear(self, tell: Callable[[str, bytes], None] | None) -> None:
        """From now on `tell` gets each reader's name with the bytes of its line, if it can tell them; None: no more."""
        for name, reader in self.readers.items():
            if isinstance(reader, Overheard):
                reader.overhear(None if tell is None else partial(tell, name))


def open_readers(settings: Sequence[ReaderSettings]) -> list[BadgeReader]:
    """The readers of the settings; their ports are opened when they are listened to."""
    return [_open_reader(one) for one in settings]


def _open_reader(one: ReaderSettings) -> BadgeReader:
    """A reader that cannot be made here says so for ever: people can still clock at the others."""
    name = reader_name(one)
    try:
        return create_reader(
            one.driver,
            name=name,
            port=one.port,
            badge_number=one.badge_number,
            baud=one.baud,
            options=one.options or "",
        )
    except ReaderError as error:
        from drivers.unusable_reader import UnusableReader  # noqa: PLC0415 # no kiosk that is well needs it

        return UnusableReader(name, str(error))
