"""Lists in pages (reference section 5.3): opaque tokens, `nextLink` without host and not encoded, empty pages."""

import base64
import hashlib
import json
import random
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.state import State


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a list goes on: after this key, on the page with this number (from 0)."""

    after: int
    page: int


def page_answer(
    state: State,
    request: Request,
    query: Mapping[str, str],
    keys: Sequence[int],
    record: Callable[[int], Mapping[str, object]],
) -> Response:
    """One page of a list.

    Args:
        state: Page size, switches, and the epoch that paging tokens belong to.
        request: The call, for its path.
        query: Its parameters; `continuationToken` says where to go on.
        keys: All keys of the list, rising; a key must keep its place while a client reads.
        record: Makes the record of a key.

    Raises:
        ApiError: 409 for a token that was not given for this very list, or is too old.
    """
    faults = state.faults.current
    start = _Position(after=-1, page=0)
    signature = _signature(request.url.path, query, state.paging_epoch)
    if "continuationToken" in query:
        start = _read_token(query["continuationToken"], signature)
    if faults.empty_page_after is not None and start.page == faults.empty_page_after:
        chosen: Sequence[int] = ()
        following: _Position | None = _Position(start.after, start.page + 1)
    else:
        first = bisect_right(keys, start.after)
        chosen = keys[first : first + state.settings.page_size]
        full = len(chosen) == state.settings.page_size
        following = _Position(chosen[-1], start.page + 1) if full else None
    value = [record(key) for key in chosen]
    if faults.shuffled_pages:
        random.shuffle(value)
    body: dict[str, object] = {"value": value}
    if following is not None:
        body["nextLink"] = _link(request.url.path, query, _write_token(following, signature))
    return JSONResponse(body)


def _signature(path: str, query: Mapping[str, str], epoch: int) -> str:
    same = {name: value for name, value in query.items() if name != "continuationToken"}
    text = json.dumps([path, same, epoch], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _write_token(position: _Position, signature: str) -> str:
    text = json.dumps([signature, position.after, position.page])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_token(token: str, signature: str) -> _Position:
    try:
        found, after, page = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        if found == signature:
            return _Position(int(after), int(page))
    except (ValueError, TypeError, RecursionError):
        pass
    raise ApiError(409, "The continuation token is not valid or has expired. Start again.")


def _link(path: str, query: Mapping[str, str], token: str) -> str:
    parameters = [f"{name}={value}" for name, value in query.items() if name != "continuationToken"]
    return f"{path}?{'&'.join([*parameters, f'continuationToken={token}'])}"
