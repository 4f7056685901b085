"""One collection as a terminal keeps it: read as a list or by its delta, page by page, each record with its version."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from terminal_app.clocking.version import Removed, Versioned
from terminal_app.protime.calls import Calls
from terminal_app.protime.collection import Collection
from terminal_app.protime.delta import DeltaPage, begin, change_of, go_on
from terminal_app.protime.external_references import asked_for
from terminal_app.protime.fields import Record
from terminal_app.protime.page import Page, page_of
from terminal_app.protime.paging import link_of, pages_read
from terminal_app.protime.transport import Response

R = TypeVar("R", bound=Record)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Found(Generic[T_co]):
    """What a page has brought."""

    records: Sequence[Versioned[T_co]]
    removed: Sequence[Removed]
    """What is gone, or no longer for this terminal."""
    following: str | None
    """Where the next page is, to take the reading up after an interruption; None: on the last page, or unknown."""
    token: str | None = None
    """On the last page of a delta: where to go on."""
    begins_anew: bool = False
    """What came before on other pages does not count: the server wanted the list read from its beginning."""


class Listing(Protocol[T_co]):
    """What can be read as a list."""

    def listed(self, following: str | None = None) -> AsyncIterator[Found[T_co]]:
        """All there is, or the rest of it from a page's `following` on. Raises ProtimeError.

        PagingExpired when the rest cannot be read any more: only all of it can.
        """
        ...


class Delta(Listing[T_co], Protocol[T_co]):
    """What can be read by its changes too."""

    def begun(self) -> AsyncIterator[Found[T_co]]:
        """All there is, as the start of a delta. Raises DeltaRefused, DeltaLost and other ProtimeErrors."""
        ...

    def changed(self, token: str) -> AsyncIterator[Found[T_co]]:
        """What has changed since `token` was given; or the rest of a start, from a page's `following` on.

        Raises DeltaLost and other ProtimeErrors.
        """
        ...

    def told(self, items: Sequence[object]) -> Found[T_co]:
        """What webhooks have told, item by item; what cannot be read is left out. Asks nothing."""
        ...


class Source(Generic[R, T]):
    """The readings of a collection."""

    def __init__(
        self,
        calls: Calls,
        collection: Collection[R],
        make: Callable[[R], T],
        *,
        references: Sequence[tuple[str, str]] = (),
        is_wanted: Callable[[T], bool] = lambda _: True,
        read_page: Callable[[Response], Page[Versioned[T]]] | None = None,
    ) -> None:
        """`references` are external references to bring along, as pairs of collection and name.

        What is not `is_wanted` is not for this terminal: left out of lists, removed by a delta. `read_page` is a
        quicker way to the same as `make` for the page of a list.
        """
        self._calls = calls
        self._collection = collection
        self._make = make
        self._references = references
        self._is_wanted = is_wanted
        self._read_page = read_page or self._made_of_page

    async def listed(self, following: str | None = None) -> AsyncIterator[Found[T]]:
        """As Listing has it."""
        asked = asked_for(self._references)
        first = following or self._collection.address + (f"?{asked}" if asked else "")
        begins_anew = False

        def begin_anew() -> None:
            nonlocal begins_anew
            begins_anew = True

        async for page in pages_read(
            self._calls,
            first,
            self._read_page,
            scope=self._collection.scope,
            on_new_start=begin_anew,
            may_start_again=following is None,
        ):
            kept = [one for one in page.records if self._is_wanted(one.value)]
            link = link_of(page.next_link, "nextLink", self._calls.api_url)
            yield Found(kept, [], link, begins_anew=begins_anew)
            begins_anew = False

    async def begun(self) -> AsyncIterator[Found[T]]:
        """As Delta has it."""
        async for page in begin(self._calls, self._collection, references=self._references):
            yield self._of_delta(page)

    async def changed(self, token: str) -> AsyncIterator[Found[T]]:
        """As Delta has it."""
        async for page in go_on(self._calls, self._collection, token):
            yield self._of_delta(page)

    def told(self, items: Sequence[object]) -> Found[T]:
        """As Delta has it."""
        changes = [change_of(self._collection.record, item) for item in items]
        readable = [one for one in changes if one is not None]
        return self._of_delta(DeltaPage(readable, None, len(changes) - len(readable)))

    def _made_of_page(self, response: Response) -> Page[Versioned[T]]:
        page = page_of(self._collection.record, response)
        made = [Versioned(self._make(record), _version(record)) for record in page.records]
        return Page(made, page.unreadable, page.next_link)

    def _of_delta(self, page: DeltaPage[R]) -> Found[T]:
        kept: list[Versioned[T]] = []
        removed: list[Removed] = []
        for change in page.changes:
            value = None if change.record is None or change.is_gone else self._make(change.record)
            if value is None or not self._is_wanted(value):
                removed.append(Removed(change.key, change.version))
            else:
                kept.append(Versioned(value, change.version))
        return Found(kept, removed, page.following, page.token)


def _version(record: Record) -> str:
    version: object = getattr(record, "change_version", None)
    return version if isinstance(version, str) else ""
