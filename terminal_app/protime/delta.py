"""What has changed in a collection since the last time (reference, section 6).

A delta is begun once, read to the end of its pages, and gone on with by the text of its token, which the caller keeps
in the same transaction as the data:

    async for page in begin(calls, PEOPLE):     # plain records
        keep(page.changes, token=page.token)    # the token comes with the last page
    async for page in go_on(calls, PEOPLE, token):
        keep(page.changes, token=page.token)

There is one active delta a collection, and a token dies 72 hours after its last use. DeltaLost means: begin afresh, and
remove what the new beginning did not show.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import date as day
from typing import Generic, TypeVar

from terminal_app.protime.calls import BASE_PATH, Calls, object_in
from terminal_app.protime.collection import Collection, Filtering
from terminal_app.protime.errors import DeltaLost, DeltaRefused, PagingExpired, UnexpectedAnswer
from terminal_app.protime.external_references import asked_for
from terminal_app.protime.fields import Record, readable
from terminal_app.protime.filter_split import encoded
from terminal_app.protime.filters import FilterError, date
from terminal_app.protime.page import items_of
from terminal_app.protime.paging import Trail, encoded_path, fetch_patiently, link_of

R = TypeVar("R", bound=Record)

_SOFT_DELETED = "Deleted"


@dataclass(frozen=True)
class Change(Generic[R]):
    """What became of one record."""

    key: int | str
    """Its id."""
    version: str
    """Its `changeVersion`, empty where there is none; of two the greater text is the newer."""
    record: R | None
    """None when it was deleted."""
    is_gone: bool
    """Deleted, or still there with the status `Deleted`, as clockings are: not to be shown."""


@dataclass(frozen=True)
class DeltaPage(Generic[R]):
    """Some changes of a delta; perhaps none."""

    changes: list[Change[R]]
    token: str | None
    """To go on with next time; None on all pages but the last."""
    unreadable: int
    """Items that could not be read and are left out."""
    following: str | None = None
    """Where the next page is: with it in place of a token `go_on` takes up a reading that was interrupted."""


async def begin(
    calls: Calls,
    collection: Collection[R],
    *,
    since: day | None = None,
    references: Iterable[tuple[str, str]] = (),
) -> AsyncIterator[DeltaPage[R]]:
    """Begin a delta: everything that there is, from `since` on where the collection has dates.

    `since` is not before 1 January of last year. Raises FilterError for one that is missing or in vain and for a
    collection without deltas, DeltaRefused
    when another delta is active, DeltaLost when this one ends on the way, and other ProtimeErrors.
    """
    path: str | None = _first_path(collection, since, references)
    over: type[DeltaRefused | DeltaLost] = DeltaRefused
    trail = Trail()
    while path is not None:
        page = await _read(calls, path, collection, over)
        over = DeltaLost
        items = items_of(page)
        trail.add(path, is_empty=not items)
        path, token = _following(page, calls.api_url)
        yield _page([_plain(collection.record, one) for one in items], token, path)
        trail.checked(path)


async def go_on(calls: Calls, collection: Collection[R], token: str) -> AsyncIterator[DeltaPage[R]]:
    """The changes since `token` was given, as pages; keep the token of the last one, also when nothing has changed.

    Raises DeltaLost when the token is over, UnexpectedAnswer for one that is not a token, and other ProtimeErrors.
    """
    path: str | None = encoded_path(token, calls.api_url, "token")
    trail = Trail()
    while path is not None:
        page = await _read(calls, path, collection, DeltaLost)
        items = items_of(page)
        trail.add(path, is_empty=not items)
        path, next_token = _following(page, calls.api_url)
        yield _page([change_of(collection.record, one) for one in items], next_token, path)
        trail.checked(path)


def change_of(kind: type[R], item: object) -> Change[R] | None:
    """An item of a delta or of a webhook (`changeType` and `data`), or a plain record; None when it cannot be read.

    A `changeType` that is not known counts as an update.
    """
    data = item.get("data") if isinstance(item, Mapping) else None
    if not isinstance(item, Mapping) or "changeType" not in item or not isinstance(data, Mapping):
        return _plain(kind, item)
    if item["changeType"] != "Delete":
        return _plain(kind, data)
    key = data.get("id")
    if not isinstance(key, int | str) or isinstance(key, bool) or key == "":
        return None
    return Change(_key(readable(kind, [{"id": key}]), key), _version(data), None, is_gone=True)


def newest(changes: Iterable[Change[R]], held: Mapping[int | str, str] | None = None) -> list[Change[R]]:
    """The last change of each record, in the order of `changeVersion`, without those older than what is held. Pure.

    `held` is the version of each record that the caller has; a record without a version is taken as it comes.
    """
    known = dict(held or {})
    last: dict[int | str, Change[R]] = {}
    for change in changes:
        if not change.version or change.version >= known.get(change.key, ""):
            last[change.key] = change
            known[change.key] = change.version or known.get(change.key, "")
    return sorted(last.values(), key=lambda change: change.version)


def _first_path(collection: Collection[R], since: day | None, references: Iterable[tuple[str, str]]) -> str:
    if not collection.has_delta:
        raise FilterError(f"{collection.name} have no delta")
    has_dates = collection.filtering is Filtering.DATE
    if has_dates and since is None:
        raise FilterError(f"the delta of {collection.name} begins on a day")
    if not has_dates and since is not None:
        raise FilterError(f"the delta of {collection.name} knows no day")
    filtered = f"filter={encoded(date >= since)}" if since is not None else ""
    parameters = [filtered, "delta", asked_for(references)]
    return f"{collection.address}?{'&'.join(one for one in parameters if one)}"


async def _read(
    calls: Calls, path: str, collection: Collection[R], over: type[DeltaRefused | DeltaLost]
) -> dict[str, object]:
    try:
        return object_in(await fetch_patiently(calls, path, scope=collection.scope))
    except PagingExpired as error:
        text = f"the delta of {collection.name}"
        raise over(f"{text}: {error}", error.retry_after, error.said, in_log=f"{text}: {error.in_log}") from None


def _following(page: Mapping[str, object], api_url: str) -> tuple[str | None, str | None]:
    path = link_of(page.get("nextLink"), "nextLink", api_url)
    token = link_of(page.get("deltaLink"), "deltaLink", api_url)
    if path is None and token is None:
        raise UnexpectedAnswer("a delta of Protime ends without a deltaLink")
    if path is None and not (token or "").startswith(f"{BASE_PATH}/"):
        raise UnexpectedAnswer("a deltaLink of Protime does not lead to its API")
    return path, token if path is None else None


def _page(changes: list[Change[R] | None], token: str | None, following: str | None) -> DeltaPage[R]:
    found = [one for one in changes if one is not None]
    return DeltaPage(found, token, len(changes) - len(found), following)


def _plain(kind: type[R], data: object) -> Change[R] | None:
    if not isinstance(data, Mapping):
        return None
    found = readable(kind, [data])
    key = data.get("id")
    if not found or not isinstance(key, int | str) or isinstance(key, bool):
        return None
    return Change(_key(found, key), _version(data), found[0], is_gone=data.get("status") == _SOFT_DELETED)


def _key(found: list[R], key: int | str) -> int | str:
    """The id as the record has it: a number that came as text is the same key."""
    read = getattr(found[0], "id", key) if found else key
    return read if isinstance(read, int | str) else key


def _version(data: Mapping[str, object]) -> str:
    version = data.get("changeVersion")
    return version if isinstance(version, str) else ""
