"""Lists page by page, each record once, also when the list had to be begun again."""

from array import array
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

from terminal_app.protime.calls import Calls
from terminal_app.protime.fields import Record
from terminal_app.protime.paging import pages

R = TypeVar("R", bound=Record)


async def pages_once(
    calls: Calls,
    path: str,
    kind: type[R],
    *,
    scope: str | None = None,
    hidden: Iterable[str] = (),
    given: "Given | None" = None,
) -> AsyncIterator[list[R]]:
    """As `pages`, without the records that came before a new start, or are recalled in `given`: by their id.

    Raises ProtimeError.
    """
    given = given or Given()
    async for page in pages(calls, path, kind, scope=scope, hidden=hidden, on_new_start=given.recall):
        yield [record for record in page.records if given.is_fresh(getattr(record, "id", None))]


class Given:
    """The ids that were given out: eight bytes for a number, as long as nobody asks for them."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._others: list[object] = []
        self._known: set[object] = set()

    def recall(self) -> None:
        """From now on leave out what was given before."""
        self._known.update(self._numbers, self._others)
        self._numbers, self._others = array("q"), []

    def is_fresh(self, key: object) -> bool:
        """Whether a record was not given before; it is from now on. One without an id always is."""
        if not isinstance(key, int | str):
            return True
        if key in self._known:
            return False
        if isinstance(key, int) and -(2**63) <= key < 2**63:
            self._numbers.append(key)
        else:
            self._others.append(key)
        return True
