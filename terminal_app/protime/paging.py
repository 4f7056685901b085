"""Lists page by page (reference, 5.3)."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

from terminal_app.protime.calls import Calls
from terminal_app.protime.errors import PagingExpired, TooManyRequests, UnexpectedAnswer

_MOST_WAITS = 5
"""For one page, when a server asks to wait."""
_ASSUMED_WAIT_SECONDS = 60.0
_TOKEN = re.compile(r"(?<=[?&]continuationToken=)[^&]*")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


async def pages(
    calls: Calls, first_path: str, *, most_waits: int = _MOST_WAITS
) -> AsyncIterator[list[Mapping[str, object]]]:
    """The records of each page until there is no `nextLink`; an empty page is not the end.

    A paging token that has expired starts the list again, once: records may then come twice. A server that asks to
    wait is obeyed, up to `most_waits` times for each page. Raises ProtimeError.
    """
    path: str | None = first_path
    may_start_again = True
    seen: set[str] = set()
    while path is not None:
        if path in seen:
            raise UnexpectedAnswer("a list of Protime leads back to a page that was read already")
        try:
            page = await _read(calls, path, most_waits)
        except PagingExpired:
            if path == first_path or not may_start_again:
                raise
            may_start_again, path = False, first_path
            seen.clear()
            continue
        seen.add(path)
        yield _records(page)
        path = _next_path(page.get("nextLink"), calls.api_url)


async def _read(calls: Calls, path: str, most_waits: int) -> dict[str, object]:
    for _ in range(most_waits):
        try:
            return await calls.read(path)
        except TooManyRequests as error:
            calls.on_limit(error)
            await asyncio.sleep(
                _ASSUMED_WAIT_SECONDS if error.retry_after is None else error.retry_after.total_seconds()
            )
    return await calls.read(path)


def _records(page: Mapping[str, object]) -> list[Mapping[str, object]]:
    value = page.get("value")
    if not isinstance(value, list):
        raise UnexpectedAnswer("a page of Protime holds no list")
    return [record for record in value if isinstance(record, dict)]


def _next_path(link: object, api_url: str) -> str | None:
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
