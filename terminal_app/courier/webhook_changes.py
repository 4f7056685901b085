"""What `webhooks receive` has kept comes into the roster: looked at when the doorbell rings, and from time to time.

A change is done with only after the roster has it: a courier that is killed in between applies it again, and nothing
changes.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from terminal_app.courier.held_clockings import release_known
from terminal_app.courier.storage import Storage
from terminal_app.ledger.errors import LedgerError
from terminal_app.protime.source import Found
from terminal_app.roster.file import RosterNotWritten
from terminal_app.webhook_receiver.collections import Received
from terminal_app.webhook_receiver.store import FILE_NAME, Pending, StoreUnusable, WebhookStore

log = logging.getLogger(__name__)

_AT_A_TIME = 200
"""Each has up to 50,000 characters, and usually about a thousand."""
_REST_SECONDS = 0.5
"""After a look. One action in Protime causes many changes (reference, section 7); each commit wears the card."""


@dataclass(frozen=True, slots=True)
class Taker:
    """How the changes of one collection come into the roster."""

    take: Callable[[Sequence[object]], Awaitable["Taken"]]
    """Of items as a delta has them. Raises RosterNotWritten and LedgerError."""
    is_ready: Callable[[], bool] = lambda: True
    """Whether they can be taken yet; they wait until then."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some items."""

    changes: int
    """Of the roster."""
    unreadable: int
    """Items that are set aside."""


def taken(items: Sequence[object], found: Found[object], changes: int) -> Taken:
    """What became of items of which `found` was made."""
    return Taken(changes, len(items) - len(found.records) - len(found.removed))


class WebhookChanges:
    """Applies what was received; what no setting wants is done with at once."""

    def __init__(
        self,
        folder: Path,
        takers: Mapping[Received, Taker],
        storage: Storage,
        *,
        on_change: Callable[[], object],
        on_released: Callable[[], object],
    ) -> None:
        self._takers = takers
        self._storage = storage
        self._on_change = on_change
        self._on_released = on_released
        self._rung = asyncio.Event()
        self._rung.set()
        self._inbox = _Inbox(folder)
        self._has_failed = False

    def look(self) -> None:
        """Something may have been received."""
        self._rung.set()

    async def run(self) -> None:
        """Apply what waits at each look, until cancelled."""
        # A thread of its own: the receiver's lock, which it may wait for, must keep no clocking waiting.
        with ThreadPoolExecutor(1, thread_name_prefix="webhooks") as thread:
            try:
                while True:
                    await self._rung.wait()
                    self._rung.clear()
                    await self._apply_waiting(thread)
                    await asyncio.sleep(_REST_SECONDS)
            finally:
                thread.submit(self._inbox.close)

    async def _apply_waiting(self, thread: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                wait = [name for name, taker in self._takers.items() if not taker.is_ready()]
                changes = await loop.run_in_executor(thread, self._inbox.pending, wait)
                if not changes:
                    break
                await self._apply(changes)
                await loop.run_in_executor(thread, self._inbox.done, changes)
        except (StoreUnusable, RosterNotWritten, LedgerError) as error:
            # They wait, and the next look tries again.
            log.log(logging.DEBUG if self._has_failed else logging.WARNING, "webhooks-not-applied %s", error)
            self._has_failed = True
        else:
            self._has_failed = False

    async def _apply(self, changes: Sequence[Pending]) -> None:
        for name in Received:  # people first: clockings are kept of those who are known
            items = [item_of(one) for one in changes if one.collection is name]
            taker = self._takers.get(name)
            if not items or taker is None:
                continue
            found = await taker.take(items)
            if found.unreadable:
                log.warning("webhook-items-set-aside collection=%s items=%d", name, found.unreadable)
            level = logging.INFO if found.changes else logging.DEBUG
            log.log(level, "webhooks-applied collection=%s items=%d changes=%d", name, len(items), found.changes)
            if found.changes:
                self._on_change()
            if name is Received.PEOPLE and await release_known(self._storage):
                self._on_released()


class _Inbox:
    """The store, once there is one; the receiver makes it. All of it in one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._store: WebhookStore | None = None
        self._inode = 0

    def pending(self, wait: Sequence[Received]) -> list[Pending]:
        """As `WebhookStore.pending`; nothing where there is no file."""
        try:
            inode = (self._folder / FILE_NAME).stat().st_ino
        except OSError:
            self.close()
            return []
        if inode != self._inode:  # moved aside, and made anew
            self.close()
        if self._store is None:
            self._store, self._inode = WebhookStore(self._folder), inode
        return self._store.pending(_AT_A_TIME, but_of=wait)

    def done(self, changes: Sequence[Pending]) -> None:
        """As `WebhookStore.done`."""
        if self._store is not None:
            self._store.done(changes)

    def close(self) -> None:
        """Let go of the file."""
        store, self._store = self._store, None
        if store is not None:
            store.close()


def item_of(change: Pending) -> object:
    """As a delta has it, with the version as it can be written."""
    data = dict(change.data)
    if change.is_gone:
        return {"changeType": "Delete", "data": {"id": change.key, "changeVersion": change.version}}
    if isinstance(data.get("changeVersion"), str):
        data["changeVersion"] = change.version
    return {"changeType": "InsertOrUpdate", "data": data}
