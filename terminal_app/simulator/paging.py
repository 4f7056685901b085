"""Lists in pages (reference section 5.3): opaque tokens, `nextLink` without host and not encoded, empty pages."""

import base64
import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from terminal_app.simulator.data.numbers import mixed
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.older_names import as_named
from terminal_app.simulator.state import State

KeysAfter: TypeAlias = Callable[[int], Iterator[int]]

_MOST_CANDIDATES = 5_000


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a list goes on: after this key, on the page with this number (from 0)."""

    after: int
    page: int
    was_empty: bool = False


def rising(keys: Sequence[int]) -> KeysAfter:
    """The keys of a list that is held in memory, for `page_answer`."""
    return lambda after: iter(keys[bisect_right(keys, after) :])


def page_answer(
    state: State,
    request: Request,
    query: Mapping[str, str],
    keys: KeysAfter,
    record: Callable[[int], Mapping[str, object] | None],
    *,
    last_page: Mapping[str, str] | None = None,
) -> Response:
    """One page of a list.

    A page ends early, perhaps empty, after some thousand records of which too few pass the filter.

    Args:
        state: Page size, switches, and the epoch that paging tokens belong to.
        request: The call, for its path.
        query: Its parameters; `continuationToken` says where to go on.
        keys: The keys of the list after one, rising; a key must keep its place while a client reads.
        record: Makes the record of a key; None when it is not in the list.
        last_page: What the last page holds beside its records.

    Raises:
        ApiError: 409 for a token that was not given for this very list, or is too old.
    """
    start = _Position(after=-1, page=0)
    signature = _signature(request.url.path, query, state.paging_epoch)
    if "continuationToken" in query:
        start = _read_token(query["continuationToken"], signature)
    if _is_empty(state, start):
        value: list[object] = []
        following: _Position | None = _Position(start.after, start.page + 1, was_empty=True)
    else:
        value, last = _records(keys, record, start.after, state.settings.page_size)
        following = None if last is None else _Position(last, start.page + 1)
    if state.faults.current.shuffled_pages:
        state.faults.shuffle(value)
    body: dict[str, object] = {"value": value}
    if following is not None:
        body["nextLink"] = _link(request.url.path, query, _write_token(following, signature))
    else:
        body.update(last_page or {})
    return JSONResponse(as_named(body, state.faults.current.names))


def _records(
    keys: KeysAfter, record: Callable[[int], Mapping[str, object] | None], after: int, size: int
) -> tuple[list[object], int | None]:
    """The records of a page, and the key after which the next one goes on (None = there is none)."""
    value: list[object] = []
    looked_at, last = 0, after
    for last in islice(keys(after), _MOST_CANDIDATES):
        looked_at += 1
        found = record(last)
        if found is not None:
            value.append(found)
        if len(value) == size:
            return value, last
    return value, last if looked_at == _MOST_CANDIDATES else None


def _is_empty(state: State, start: _Position) -> bool:
    """Whether this page is empty by a switch; a list that is read again has the same empty pages."""
    faults = state.faults.current
    if faults.empty_page_after is not None and start.page == faults.empty_page_after:
        return True
    drawn = mixed(faults.seed, start.after, start.page) / (1 << 32)
    return drawn < faults.empty_page_probability and not start.was_empty


def _signature(path: str, query: Mapping[str, str], epoch: int) -> str:
    same = {name: value for name, value in query.items() if name != "continuationToken"}
    text = json.dumps([path, same, epoch], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write_token(position: _Position, signature: str) -> str:
    text = json.dumps([signature, position.after, position.page, int(position.was_empty)])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_token(token: str, signature: str) -> _Position:
    try:
        found, after, page, was_empty = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        if found == signature:
            return _Position(int(after), int(page), bool(was_empty))
    except (ValueError, TypeError, RecursionError):
        pass
    raise ApiError(409, "The continuation token is not valid or has expired. Start again.")


def _link(path: str, query: Mapping[str, str], token: str) -> str:
    parameters = [f"{name}={value}" for name, value in query.items() if name != "continuationToken"]
    return f"{path}?{'&'.join([*parameters, f'continuationToken={token}'])}"
