"""Readings as the courier makes them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from terminal_app.clocking.clocking import Moment
from terminal_app.clocking.version import Removed, Versioned
from terminal_app.roster.replacement import RosterWriter
from terminal_app.roster.staging import Mode
from terminal_app.roster.tables import Collection, Kept

NOW = Moment(datetime(2026, 1, 15, 8, tzinfo=UTC), 1, 1_000_000_000, "boot")


def keep(writer: RosterWriter, collection: Collection, records: Sequence[Kept], version: str = "") -> None:
    """A page of a reading under way."""
    writer.keep_page(collection, [Versioned(one, version) for one in records], NOW)


def read(writer: RosterWriter, collection: Collection, *pages: Sequence[Kept], shape: str = "") -> int:
    """A whole reading; gives the changes."""
    writer.begin_reading(collection, NOW, shape=shape)
    for page in pages:
        keep(writer, collection, page)
    return writer.finish_reading(collection)


def change(
    writer: RosterWriter,
    collection: Collection,
    *pages: tuple[Sequence[Versioned[Kept]], Sequence[Removed]],
    token: str = "t",
) -> int:
    """A reading of changes; gives how many took effect."""
    writer.begin_reading(collection, NOW, mode=Mode.DELTA)
    for records, removed in pages:
        writer.keep_page(collection, records, NOW, removed=removed)
    return writer.finish_reading(collection, token)
