"""Lists page by page (reference, 5.3)."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from urllib.parse import quote

from terminal_app.protime.calls import Calls
from terminal_app.protime.errors import PagingExpired, TooManyRequests, UnexpectedAnswer
from terminal_app.protime.throttle import Urgency

_MOST_WAITS = 5
"""For one page, when a server asks to wait."""
_ASSUMED_WAIT_SECONDS = 60.0
_TOKEN = re.compile(r"[?&](?:continuationToken|deltaToken)=[^&]*")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


async def pages(
    calls: Calls,
    first_path: str,
    *,
    scope: str | None = None,
    most_waits: int = _MOST_WAITS,
    urgency: Urgency = Urgency.AFTER,
    on_new_start: Callable[[], None] = lambda: None,
) -> AsyncIterator[list[Mapping[str, object]]]:
    """The records of each page until there is no `nextLink`; an empty page is not the end.

    A paging token that has expired starts the list again, once: records may then come twice (`pages_once` leaves them
    out), and `on_new_start` is called. A server that asks to wait is obeyed, up to `most_waits` times for each page.
    `scope` is the one that the list needs. Raises ProtimeError.
    """
    path: str | None = first_path
    may_start_again = True
    seen: set[str] = set()
    while path is not None:
        if path in seen:
            raise UnexpectedAnswer("a list of Protime leads back to a page that was read already")
        try:
            page = await read_patiently(calls, path, scope=scope, most_waits=most_waits, urgency=urgency)
        except PagingExpired:
            if path == first_path or not may_start_again:
                raise
            may_start_again, path = False, first_path
            seen.clear()
            on_new_start()
            continue
        seen.add(path)
        yield records_of(page)
        path = link_of(page, "nextLink", calls.api_url)


async def read_patiently(
    calls: Calls,
    path: str,
    *,
    scope: str | None = None,
    most_waits: int = _MOST_WAITS,
    urgency: Urgency = Urgency.AFTER,
) -> dict[str, object]:
    """The object at `path`, after up to `most_waits` waits that the server asks for. Raises ProtimeError."""
    for _ in range(most_waits):
        try:
            return await calls.read(path, scope=scope, urgency=urgency)
        except TooManyRequests as error:
            await asyncio.sleep(
                _ASSUMED_WAIT_SECONDS if error.retry_after is None else error.retry_after.total_seconds()
            )
    return await calls.read(path, scope=scope, urgency=urgency)


def records_of(page: Mapping[str, object]) -> list[Mapping[str, object]]:
    """What is in a page's `value`. Raises UnexpectedAnswer when it is no list; what is no object is left out."""
    value = page.get("value")
    if not isinstance(value, list):
        raise UnexpectedAnswer("a page of Protime holds no list")
    return [record for record in value if isinstance(record, dict)]


def link_of(page: Mapping[str, object], name: str, api_url: str) -> str | None:
    """A page's `nextLink` or `deltaLink` as a path that can be sent; None when it has none. Raises UnexpectedAnswer."""
    link = page.get(name)
    return None if link in (None, "") else encoded_path(link, api_url)


def encoded_path(link: object, api_url: str) -> str:
    """A `nextLink` as a path that can be sent, whether it came encoded or not.

    Raises UnexpectedAnswer for one that leads anywhere but to `api_url`: the token is for that host only.
    """
    if not isinstance(link, str):
        raise UnexpectedAnswer("a nextLink of Protime is not text")
    path = link.removeprefix(api_url)
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        raise UnexpectedAnswer("a nextLink of Protime leads to another host")
    # A paging token holds no blanks, so a plus in it is a plus.
    path = _TOKEN.sub(lambda token: token[0].replace("+", "%2B"), path)
    path = _LONE_PERCENT.sub("%25", path)
    try:
        return quote(path, safe="%/?&=:;,()'@!$*+~")
    except UnicodeEncodeError:
        raise UnexpectedAnswer("a nextLink of Protime cannot be read") from None
