"""What is common to all collections: a description each, and the readings made of it (reference, 5 to 9)."""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus
from typing import Generic, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from terminal_app.protime.answers import error_of
from terminal_app.protime.calls import BASE_PATH, Calls, object_in
from terminal_app.protime.errors import UnexpectedAnswer
from terminal_app.protime.external_references import asked_for
from terminal_app.protime.fields import Record
from terminal_app.protime.filter_split import LONGEST_URI, SHORTEST_ROOM, TOKEN_ROOM, encoded, pieces
from terminal_app.protime.filters import Condition, FilterError, date
from terminal_app.protime.given_ids import GivenIds
from terminal_app.protime.scopes import Scope
from terminal_app.protime.unique_pages import pages_once

R = TypeVar("R", bound=Record)


class Filtering(Enum):
    """What a list's filter may be."""

    NONE = "none"
    OPTIONAL = "optional"
    """Or not documented: then the server decides."""
    DATE = "date"
    """A range of `date` is required, of at most a year; a longer one is asked for in pieces."""


@dataclass(frozen=True)
class Collection(Generic[R]):
    """A collection of the API."""

    name: str
    """As in its address."""
    record: type[R]
    scope: Scope
    """For reading."""
    filtering: Filtering = Filtering.NONE
    has_delta: bool = False
    by_reference: str | None = None
    """The collection whose external references address one record; None: by id only."""
    path: str = ""
    """Below the base path; the name, where it is empty."""

    @property
    def address(self) -> str:
        """The path of the list."""
        return f"{BASE_PATH}/{self.path or self.name}"


@dataclass(frozen=True)
class Tagged(Generic[R]):
    """A record with its ETag, where the server gives one."""

    record: R
    etag: str | None


class Readings(Generic[R]):
    """The readings of one collection."""

    def __init__(self, calls: Calls, collection: Collection[R]) -> None:
        self._calls = calls
        self.collection = collection

    async def pages(
        self, where: Condition | None = None, *, references: Iterable[tuple[str, str]] = ()
    ) -> AsyncIterator[list[R]]:
        """The list, page by page, each record once; a page may be empty.

        `references` are external references to bring along, as pairs of collection and name. A filter that is too long,
        or has more than a year, is asked for in pieces. What cannot be read is left out. Raises FilterError for a
        filter that the list does not take, and ProtimeError.
        """
        with GivenIds() as given:
            for path in self.paths(where, references):
                given.recall()  # somebody may be in circles of several pieces
                async for records in pages_once(
                    self._calls, path, self.collection.record, scope=self.collection.scope, given=given
                ):
                    yield records

    async def records(
        self, where: Condition | None = None, *, references: Iterable[tuple[str, str]] = ()
    ) -> AsyncIterator[R]:
        """The list, record by record; as `pages`."""
        async for page in self.pages(where, references=references):
            for record in page:
                yield record

    async def get(
        self, key: int | str, *, by: str | None = None, references: Iterable[tuple[str, str]] = (), expand: str = ""
    ) -> R:
        """One record, by its id, or `by` the name of an external reference. Raises NotFound and other ProtimeErrors.

        `references` of the collection itself raise ValueError: beside an id they would make the API take the id for the
        value of that reference, and answer another record. Those come with lists.
        """
        path, hidden = self.one(key, by, references, expand)
        return self.read(await self._calls.read(path, scope=self.collection.scope, hidden=hidden))

    async def get_if_changed(self, key: int | str, etag: str | None, *, by: str | None = None) -> Tagged[R] | None:
        """One record with its ETag; None when it is still that of `etag`. Which collections have ETags is unknown."""
        path, hidden = self.one(key, by)
        headers = {"If-None-Match": etag} if etag else {}
        response = await self._calls.call("GET", path, scope=self.collection.scope, headers=headers)
        match response.status:
            case HTTPStatus.OK:
                return Tagged(self.read(object_in(response)), response.etag)
            case HTTPStatus.NOT_MODIFIED:
                return None
            case _:
                raise error_of(response, scope=self.collection.scope, hidden=hidden)

    def paths(self, where: Condition | None, references: Iterable[tuple[str, str]] = ()) -> list[str]:
        """The addresses of a list, in the order to ask them. Raises FilterError."""
        collection = self.collection
        if where is None and collection.filtering is Filtering.DATE:
            raise FilterError(f"{collection.name} need a range of dates")
        if where is not None and collection.filtering is Filtering.NONE:
            raise FilterError(f"{collection.name} take no filter")
        asked = asked_for(references)
        if where is None:
            return [collection.address + (f"?{asked}" if asked else "")]
        if collection.filtering is Filtering.DATE and date not in where.fields():
            raise FilterError(f"{collection.name} need a range of dates")
        rest = f"&{asked}" if asked else ""
        used = len(f"{self._calls.api_url}{collection.address}?filter={rest}")
        room = max(SHORTEST_ROOM, LONGEST_URI - TOKEN_ROOM - used)
        return [f"{collection.address}?filter={encoded(piece)}{rest}" for piece in pieces(where, room)]

    def one(
        self, key: int | str, by: str | None = None, references: Iterable[tuple[str, str]] = (), expand: str = ""
    ) -> tuple[str, tuple[str, ...]]:
        """The address of one record, and what of it must stay out of errors.

        Raises ValueError for an empty key, and for references that would address another record.
        """
        if key == "" or str(key).strip(".") == "":
            raise ValueError("a record is named by an id or a reference that is not empty")
        own = self.collection.by_reference
        pairs = list(references)
        if any(pair[0] == own and pair != (own, by) for pair in pairs):
            raise ValueError(f"one record is named by its id or one reference: no other references of {own} beside it")
        if by is not None:
            if own is None:
                raise ValueError(f"{self.collection.name} are named by id only")
            pairs.insert(0, (own, by))
        parameters = [asked_for(dict.fromkeys(pairs)), f"expand={expand}" if expand else ""]
        query = "&".join(one for one in parameters if one)
        path = f"{self.collection.address}/{quote(str(key), safe='')}"
        return path + (f"?{query}" if query else ""), () if by is None else (str(key),)

    def read(self, found: Mapping[str, object]) -> R:
        """A record as it came. Raises UnexpectedAnswer, which does not repeat it."""
        try:
            return self.collection.record.model_validate(found)
        except ValidationError:
            raise UnexpectedAnswer(f"a record of {self.collection.name} cannot be read") from None
