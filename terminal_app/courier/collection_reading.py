"""One reading of a collection into the roster: as a list, or by its delta, gone on with after an interruption."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from terminal_app.courier.storage import Storage
from terminal_app.protime.errors import DeltaLost, DeltaRefused, Invalid, PagingExpired
from terminal_app.protime.source import Delta, Found, Listing
from terminal_app.roster.staging import Mode, Progress
from terminal_app.roster.tables import Collection, Kept
from terminal_app.timekeeping.clock import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is read now."""

    listing: Listing[Kept]
    delta: Delta[Kept] | None
    """None: there is none, or it is not wanted."""
    shape: str = ""
    """Which records are wanted: when it changes, what was stored is no start for a delta any more."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a reading has brought."""

    records: int
    changes: int
    delta_refused: bool = False
    """The list was read in its place."""


@dataclass(frozen=True, slots=True)
class CollectionReading:
    """The readings of one collection."""

    name: str
    """The API's."""
    collection: Collection
    choose: Callable[[], Awaitable[Choice]]
    storage: Storage
    clock: Clock

    async def read(self) -> Read:
        """Bring the roster up to date with the collection. Raises ProtimeError and RosterNotWritten."""
        choice = await self.choose()
        if choice.delta is None:
            return await self._list(choice)
        token = await self.storage.run(lambda files: files.roster_writer.token(self.collection, choice.shape))
        if token is not None:
            try:
                await self._begin(Mode.DELTA, choice)
                return await self._take(choice.delta.changed(token), Mode.DELTA, choice)
            except (DeltaLost, Invalid) as error:
                log.warning("delta-lost collection=%s %s; it begins afresh", self.name, error.in_log)
        try:
            return await self._start(choice, choice.delta)
        except DeltaRefused as error:
            log.warning("delta-refused collection=%s %s; the list is read instead", self.name, error.in_log)
            read = await self._list(choice)
            return Read(read.records, read.changes, delta_refused=True)

    async def _start(self, choice: Choice, delta: Delta[Kept]) -> Read:
        progress = await self._begin(Mode.DELTA_START, choice, resume=True)
        if progress is not None and progress.following is not None:
            try:
                return await self._take(delta.changed(progress.following), Mode.DELTA_START, choice, progress.records)
            except (DeltaLost, Invalid):
                await self._begin(Mode.DELTA_START, choice)
        return await self._take(delta.begun(), Mode.DELTA_START, choice)

    async def _list(self, choice: Choice) -> Read:
        progress = await self._begin(Mode.LIST, choice, resume=True)
        if progress is not None:
            try:
                return await self._take(choice.listing.listed(progress.following), Mode.LIST, choice, progress.records)
            except (PagingExpired, Invalid):
                await self._begin(Mode.LIST, choice)
        return await self._take(choice.listing.listed(), Mode.LIST, choice)

    async def _begin(self, mode: Mode, choice: Choice, *, resume: bool = False) -> Progress | None:
        now = self.clock.now()
        progress = await self.storage.run(
            lambda files: files.roster_writer.begin_reading(
                self.collection, now, mode=mode, shape=choice.shape, resume=resume
            )
        )
        if progress is not None:
            log.info("reading-resumed collection=%s pages=%d records=%d", self.name, progress.pages, progress.records)
        return progress

    async def _take(self, pages: AsyncIterator[Found[Kept]], mode: Mode, choice: Choice, records: int = 0) -> Read:
        token = None
        async for found in pages:
            if found.begins_anew:
                await self._begin(mode, choice)
                records = 0
            records += len(found.records) + len(found.removed)
            await self._keep(found)
            token = found.token
        changes = await self.storage.run(lambda files: files.roster_writer.finish_reading(self.collection, token))
        return Read(records, changes)

    async def _keep(self, found: Found[Kept]) -> None:
        now = self.clock.now()
        await self.storage.run(
            lambda files: files.roster_writer.keep_page(
                self.collection, found.records, now, removed=found.removed, following=found.following
            )
        )
