"""New clockings by POST. There is no PUT and no DELETE: the API has none."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.answers import Cut, gateway_answer
from terminal_app.simulator.clocking_body import read_clocking
from terminal_app.simulator.clocking_source import clocking_record
from terminal_app.simulator.clocking_store import NewClocking, StoredClocking
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.faults import AnswerBody, CreatedAnswer, DuplicatePolicy, PostFault
from terminal_app.simulator.query import read_query
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State

PATH = f"{BASE_PATH}/clockings"
_MONITOR = f"{BASE_PATH}/status-monitor/clockings"
_BEFORE = (PostFault.CUT_BEFORE_STORING, PostFault.FAIL_BEFORE_STORING)


def routes(state: State) -> list[Route]:
    """The address that takes clockings, and that of older pages which tells what became of one (its form is assumed).

    Reading them is like reading any other collection.
    """

    async def create(request: Request) -> Response:
        try:
            raw = await request.body()
        except ClientDisconnect:
            return Cut(reset=False)
        read_query(request)
        return _created(state, request, raw)

    async def monitor(request: Request) -> Response:
        read_query(request)
        state.settle()
        key = request.path_params["id"]
        if state.clockings.get(key) is None:
            raise ApiError(404, "There is no such clocking.")
        if state.clockings.visible(key) is None:
            return Response(status_code=202, headers={"Operation-Location": f"{_MONITOR}/{key}"})
        return JSONResponse({"id": key}, headers={"Location": f"{PATH}/{key}"})

    either = ("clockings.write", "clockings.read")
    return [
        Route(PATH, protected(state, "clockings.write", create), methods=["POST"]),
        Route(f"{_MONITOR}/{{id:int}}", protected(state, either, monitor), methods=["GET"]),
    ]


def _created(state: State, request: Request, raw: bytes) -> Response:
    faults = state.faults.current
    fault = state.faults.take_post_fault()
    failed: Callable[[], Response] = partial(gateway_answer, faults.fail_status, AnswerBody.JSON)
    cut: Callable[[], Response] = partial(Cut, reset=faults.cut_with_reset)
    if fault in _BEFORE:
        return cut() if fault is PostFault.CUT_BEFORE_STORING else failed()
    new = read_clocking(raw, state)
    if fault is PostFault.LATE_STORING:
        loop = asyncio.get_running_loop()
        loop.call_later(faults.late_storing_seconds, _store_late, state, new, raw)
        return cut()
    record = _store(state, new, raw)
    if fault is PostFault.CUT_AFTER_STORING:
        return cut()
    if fault is PostFault.FAIL_AFTER_STORING:
        return failed()
    return _answer(state, request, record)


def _store(state: State, new: NewClocking, raw: bytes) -> StoredClocking:
    faults = state.faults.current
    if faults.duplicate_policy is not DuplicatePolicy.TWO:
        first = state.clockings.equal_to(new)
        if first is not None and faults.duplicate_policy is DuplicatePolicy.FIRST:
            return first
        if first is not None:
            raise ApiError(400, "The clocking cannot be accepted.", reasons=["There is an equal clocking already."])
    record = state.clockings.add(
        new,
        raw.decode("utf-8"),
        lag_seconds=faults.read_lag_seconds,
        night_ends_at_minutes=faults.night_ends_at_minutes,
    )
    if faults.read_lag_seconds:
        asyncio.get_running_loop().call_later(faults.read_lag_seconds, state.settle)
    state.clocking_changed(new.person, record.day)
    return record


def _store_late(state: State, new: NewClocking, raw: bytes) -> None:
    with suppress(ApiError):  # a duplicate that is refused; nobody is there any more to be told
        _store(state, new, raw)


def _answer(state: State, request: Request, record: StoredClocking) -> Response:
    path = f"{PATH}/{record.id}"
    match state.faults.current.created_answer:
        case CreatedAnswer.LOCATION:
            return Response(status_code=201, headers={"Location": path})
        case CreatedAnswer.ABSOLUTE_LOCATION:
            host = str(request.base_url).rstrip("/")
            return Response(status_code=201, headers={"Location": host + path})
        case CreatedAnswer.NO_LOCATION:
            return Response(status_code=201)
        case CreatedAnswer.BODY:
            version = state.changes.version("clockings", record.id)
            return JSONResponse({"changeVersion": version, **clocking_record(record)}, 201, {"Location": path})
        case CreatedAnswer.ACCEPTED:
            return Response(status_code=202, headers={"Operation-Location": f"{_MONITOR}/{record.id}"})
