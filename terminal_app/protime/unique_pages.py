"""Lists page by page, each record once, also when the list had to be begun again."""

from array import array
from collections.abc import AsyncIterator, Mapping

from terminal_app.protime.calls import Calls
from terminal_app.protime.paging import pages


async def pages_once(calls: Calls, path: str, *, scope: str | None = None) -> AsyncIterator[list[Mapping[str, object]]]:
    """As `pages`, without the records that came before a new start: by their id. Raises ProtimeError."""
    given = _Given()
    async for page in pages(calls, path, scope=scope, on_new_start=given.recall):
        yield given.fresh(page)


class _Given:
    """The ids that were given out: eight bytes for a number, as long as nobody asks for them."""

    def __init__(self) -> None:
        self._numbers = array("q")
        self._others: list[object] = []
        self._known: frozenset[object] = frozenset()

    def recall(self) -> None:
        """From now on leave out what was given before."""
        self._known = frozenset(self._numbers).union(self._others)

    def fresh(self, page: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
        """What was not given before."""
        found = []
        for record in page:
            key = record.get("id")
            if isinstance(key, int | str):
                if key in self._known:
                    continue
                self._note(key)
            found.append(record)
        return found

    def _note(self, key: int | str) -> None:
        if isinstance(key, int) and -(2**63) <= key < 2**63:
            self._numbers.append(key)
        else:
            self._others.append(key)
