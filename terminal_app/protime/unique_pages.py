"""Lists page by page, each record once, also when the list had to be begun again."""

from collections.abc import AsyncIterator, Iterable
from contextlib import nullcontext
from typing import TypeVar

from terminal_app.protime.calls import Calls
from terminal_app.protime.fields import Record
from terminal_app.protime.given_ids import GivenIds
from terminal_app.protime.paging import pages

R = TypeVar("R", bound=Record)


async def pages_once(
    calls: Calls,
    path: str,
    kind: type[R],
    *,
    scope: str | None = None,
    hidden: Iterable[str] = (),
    given: GivenIds | None = None,
) -> AsyncIterator[list[R]]:
    """As `pages`, without the records that came before a new start, or are recalled in `given`: by their id.

    Raises ProtimeError.
    """
    with GivenIds() if given is None else nullcontext(given) as so_far:
        async for page in pages(calls, path, kind, scope=scope, hidden=hidden, on_new_start=so_far.recall):
            yield [record for record in page.records if so_far.is_fresh(getattr(record, "id", None))]
