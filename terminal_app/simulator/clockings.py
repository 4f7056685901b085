"""The collection `clockings`: POST, one by id, and the filtered list. No PUT, no DELETE: the API has none."""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.answers import Cut, gateway_answer
from terminal_app.simulator.clocking_body import read_clocking
from terminal_app.simulator.clocking_list import filtered_keys
from terminal_app.simulator.clocking_store import NewClocking, StoredClocking
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.faults import AnswerBody, CreatedAnswer, DuplicatePolicy, PostFault
from terminal_app.simulator.paging import page_answer
from terminal_app.simulator.query import read_query
from terminal_app.simulator.references import Asked, answered, read_asked
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State

PATH = f"{BASE_PATH}/clockings"
_BEFORE = (PostFault.CUT_BEFORE_STORING, PostFault.FAIL_BEFORE_STORING)


def routes(state: State) -> list[Route]:
    """The addresses of the collection."""
    offered = {
        "people": state.people.reference_names,
        "terminals": state.terminals.reference_names,
        "activity-definitions": state.activities.catalogues[1].reference_names,
        "absence-definitions": state.absences.catalogue.reference_names,
    }

    async def create(request: Request) -> Response:
        try:
            raw = await request.body()
        except ClientDisconnect:
            return Cut(reset=False)
        return _created(state, request, raw)

    async def one_clocking(request: Request) -> Response:
        query = read_query(request, "externalReferences")
        asked = read_asked(query.get("externalReferences"), offered)
        text = request.path_params["id"]
        if re.fullmatch(r"\d{1,18}", text, re.ASCII) is None:
            raise ApiError(400, "The id is not a number.")
        record = state.clockings.visible(int(text))
        if record is None:
            raise ApiError(404, "There is no such clocking.")
        return JSONResponse(shown(state, record, asked))

    async def list_clockings(request: Request) -> Response:
        query = read_query(request, "filter", "externalReferences", "continuationToken")
        asked = read_asked(query.get("externalReferences"), offered)
        keys = filtered_keys(query.get("filter"), state.clockings, state.today())
        return page_answer(state, request, query, keys, lambda key: shown(state, state.clockings[key], asked))

    return [
        Route(PATH, protected(state, "clockings.write", create), methods=["POST"]),
        Route(PATH, protected(state, "clockings.read", list_clockings), methods=["GET"]),
        Route(PATH + "/{id}", protected(state, "clockings.read", one_clocking), methods=["GET"]),
    ]


def shown(state: State, record: StoredClocking, asked: Asked) -> dict[str, object]:
    """A record as the API shows it; what does not apply is left out."""
    sent = record.sent
    body: dict[str, object] = {
        "changeVersion": record.change_version,
        "id": record.id,
        "person": answered(sent.person, state.people, asked),
        "date": record.day.isoformat(),
        "timeOfDayInMinutes": record.minutes,
        "calculatedTimeOfDayInMinutes": record.minutes,
        "isGenerated": False,
        "kind": sent.kind.value,
        "status": record.status.value,
    }
    if record.original_minutes is not None:
        body["originalTimeOfDayInMinutes"] = record.original_minutes
    if sent.terminal is not None:
        body["terminal"] = answered(sent.terminal, state.terminals, asked)
    if sent.geolocation is not None:
        body["geolocation"] = dict(zip(("longitude", "latitude"), sent.geolocation, strict=True))
    if sent.reason is not None:
        body["reason"] = answered(sent.reason, state.absences.catalogue, asked)
    if sent.is_open is not None:
        body["isOpen"] = sent.is_open
    if sent.levels:
        catalogues = state.activities.catalogues
        body["activityLevels"] = [
            {"level": level, "activityDefinition": answered(key, catalogues[level], asked)}
            for level, key in sent.levels
        ]
    return body


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
    return state.clockings.add(
        new,
        raw.decode("utf-8"),
        lag_seconds=faults.read_lag_seconds,
        night_ends_at_minutes=faults.night_ends_at_minutes,
    )


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
            return JSONResponse(shown(state, record, {}), 201, {"Location": path})
        case CreatedAnswer.ACCEPTED:
            monitor = f"{BASE_PATH}/status-monitor/clockings/{record.id}"
            return Response(status_code=202, headers={"Operation-Location": monitor})
