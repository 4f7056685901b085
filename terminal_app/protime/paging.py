"""Lists page by page (reference, 5.3)."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from terminal_app.protime.calls import Calls
from terminal_app.protime.errors import PagingExpired, TooManyRequests, UnexpectedAnswer
from terminal_app.protime.fields import Record
from terminal_app.protime.page import Page, page_of
from terminal_app.protime.throttle import Urgency
from terminal_app.protime.transport import Response

R = TypeVar("R", bound=Record)
T = TypeVar("T")

MOST_EMPTY_PAGES = 1000
"""One after another: an empty page is not the end, but there must be one."""
_MOST_WAITS = 5
"""For one page, when a server asks to wait."""
_ASSUMED_WAIT_SECONDS = 60.0
_TOKEN = re.compile(r"[?&](?:continuationToken|deltaToken)=[^&]*")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def pages(
    calls: Calls,
    first_path: str,
    kind: type[R],
    *,
    scope: str | None = None,
    hidden: Iterable[str] = (),
    most_waits: int = _MOST_WAITS,
    urgency: Urgency = Urgency.AFTER,
    on_new_start: Callable[[], None] = lambda: None,
    may_start_again: bool = True,
) -> AsyncIterator[Page[R]]:
    """The records of each page, as `pages_read` gives them. Raises ProtimeError."""
    return pages_read(
        calls,
        first_path,
        partial(page_of, kind),
        scope=scope,
        hidden=hidden,
        most_waits=most_waits,
        urgency=urgency,
        on_new_start=on_new_start,
        may_start_again=may_start_again,
    )


async def pages_read(
    calls: Calls,
    first_path: str,
    read: Callable[[Response], Page[T]],
    *,
    scope: str | None = None,
    hidden: Iterable[str] = (),
    most_waits: int = _MOST_WAITS,
    urgency: Urgency = Urgency.AFTER,
    on_new_start: Callable[[], None] = lambda: None,
    may_start_again: bool = True,
) -> AsyncIterator[Page[T]]:
    """What `read` makes of each page until there is no `nextLink`; an empty page is not the end.

    A paging token that has expired starts the list again, once: records may then come twice (`pages_once` leaves them
    out), and `on_new_start` is called. It must not where `first_path` is not the beginning of the list. A server that
    asks to wait is obeyed, up to `most_waits` times for each page.
    `scope` is the one that the list needs; `hidden` are texts of its address that stay out of errors.

    Raises ProtimeError.
    """
    path: str | None = first_path
    trail = Trail()
    while path is not None:
        try:
            response = await fetch_patiently(
                calls, path, scope=scope, hidden=hidden, most_waits=most_waits, urgency=urgency
            )
        except PagingExpired:
            if path == first_path or not may_start_again:
                raise
            may_start_again, path = False, first_path
            trail = Trail()
            on_new_start()
            continue
        page = read(response)
        trail.add(path, is_empty=not (page.records or page.unreadable))
        yield page
        path = trail.checked(link_of(page.next_link, "nextLink", calls.api_url))


class Trail:
    """The pages that were read of one list, so that none leads its reader round for ever."""

    def __init__(self) -> None:
        self._seen: set[int] = set()  # hashes: the links of a long list would be the only thing that grows
        self._empty = 0

    def add(self, path: str, *, is_empty: bool) -> None:
        """A page was read."""
        self._seen.add(hash(path))
        self._empty = self._empty + 1 if is_empty else 0

    def checked(self, path: str | None) -> str | None:
        """`path`, where the list goes on; None at its end. Raises UnexpectedAnswer when that leads nowhere."""
        if path is not None and hash(path) in self._seen:
            raise UnexpectedAnswer("a list of Protime leads back to a page that was read already")
        if path is not None and self._empty >= MOST_EMPTY_PAGES:
            raise UnexpectedAnswer(f"a list of Protime goes on after {MOST_EMPTY_PAGES} empty pages")
        return path


async def fetch_patiently(
    calls: Calls,
    path: str,
    *,
    scope: str | None = None,
    hidden: Iterable[str] = (),
    most_waits: int = _MOST_WAITS,
    urgency: Urgency = Urgency.AFTER,
) -> Response:
    """The answer at `path`, after up to `most_waits` waits that the server asks for. Raises ProtimeError."""
    for _ in range(most_waits):
        try:
            return await calls.fetch(path, scope=scope, hidden=hidden, urgency=urgency)
        except TooManyRequests as error:
            if error.retry_after is None:  # else the throttle holds the next call back
                await asyncio.sleep(_ASSUMED_WAIT_SECONDS)
    return await calls.fetch(path, scope=scope, hidden=hidden, urgency=urgency)


def link_of(link: object, name: str, api_url: str) -> str | None:
    """A page's link of this name as a path that can be sent; None when there is none. Raises UnexpectedAnswer."""
    return None if link in (None, "") else encoded_path(link, api_url, name)


def encoded_path(link: object, api_url: str, name: str = "nextLink") -> str:
    """A link as a path that can be sent, whether it came encoded or not.

    Raises UnexpectedAnswer for one that leads anywhere but to `api_url`: the token is for that host only.
    """
    if not isinstance(link, str):
        raise UnexpectedAnswer(f"a {name} of Protime is not text")
    path = link.removeprefix(api_url)
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise UnexpectedAnswer(f"a {name} of Protime leads to another host")
    # A paging token holds no blanks, so a plus in it is a plus.
    path = _TOKEN.sub(lambda token: token[0].replace("+", "%2B"), path)
    path = _LONE_PERCENT.sub("%25", path)
    try:
        return quote(path, safe="%/?&=:;,()'@!$*+~")
    except UnicodeEncodeError:
        raise UnexpectedAnswer(f"a {name} of Protime cannot be read") from None
