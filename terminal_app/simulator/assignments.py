"""Writing assignments: POST, PUT (replaces the whole record) and DELETE (reference section 9.14)."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.access import protected
from terminal_app.simulator.body import BodyReader, json_of, resolve
from terminal_app.simulator.chosen_activities import chosen_levels
from terminal_app.simulator.clocking_body import FIRST_MINUTE, LAST_MINUTE
from terminal_app.simulator.errors import ApiError, BodyError
from terminal_app.simulator.query import read_query
from terminal_app.simulator.records import Record
from terminal_app.simulator.references import addressed
from terminal_app.simulator.settings import BASE_PATH
from terminal_app.simulator.state import State

_PATH = f"{BASE_PATH}/assignments"
_FIELDS = frozenset(
    {"person", "from", "until", "startTimeInMinutes", "endTimeInMinutes", "breakDurationInMinutes", "comments"}
    | {"activityLevels", "changeVersion", "id", "isRejected"}
)
_LONGEST_BREAK = 1440


def routes(state: State) -> list[Route]:
    """The addresses that change assignments."""
    records = state.records["assignments"]

    async def create(request: Request) -> Response:
        _check_call(state, request)
        record = _read(await request.body(), state)
        key = records.new_id()
        records.put(key, record)
        return Response(status_code=201, headers={"Location": f"{_PATH}/{key}"})

    async def replace(request: Request) -> Response:
        _check_call(state, request)
        key = addressed(request.path_params["reference"], records, {}, records.name)
        check_if_match(request, records.record(key))
        records.put(key, _read(await request.body(), state))
        return JSONResponse(records.record(key))

    async def remove(request: Request) -> Response:
        _check_call(state, request)
        records.remove(addressed(request.path_params["reference"], records, {}, records.name))
        return Response(status_code=200)

    one = f"{_PATH}/{{reference}}"
    scope = "assignments.write"
    return [
        Route(_PATH, protected(state, scope, create), methods=["POST"]),
        Route(one, protected(state, scope, replace), methods=["PUT"]),
        Route(one, protected(state, scope, remove), methods=["DELETE"]),
    ]


def check_if_match(request: Request, record: Record) -> None:
    """Refuses with 409 when the caller knows another version; a call without `If-Match` passes."""
    wanted = request.headers.get("if-match")
    if wanted not in (None, "*", f'"{record["changeVersion"]}"'):
        raise ApiError(409, "The record has changed meanwhile.")


def _check_call(state: State, request: Request) -> None:
    read_query(request)
    if state.settings.uses_planning:
        raise ApiError(403, "Assignments cannot be written: the tenant uses Planning Flex or Shift.")


def _read(raw: bytes, state: State) -> Record:
    reader = BodyReader(json_of(raw))
    reader.only(_FIELDS)
    person_given = reader.reference(reader.body.get("person"), "person", required=True)
    start, end = reader.day("from", required=True), reader.day("until")
    times = {
        name: reader.whole_number(name, FIRST_MINUTE, LAST_MINUTE)
        for name in ("startTimeInMinutes", "endTimeInMinutes")
    }
    pause = reader.whole_number("breakDurationInMinutes", 0, _LONGEST_BREAK)
    comments = reader.text("comments")
    levels_given = reader.levels(required=True)
    if reader.errors or person_given is None or start is None:
        raise BodyError(reader.errors)
    reasons: list[str] = []
    person = resolve(person_given, state.references["people"], "person", reasons)
    levels = chosen_levels(state.activities, levels_given or (), start, reasons)
    if end is not None and end < start:
        reasons.append("until is before from.")
    if reasons:
        raise ApiError(400, "The assignment cannot be accepted.", reasons=reasons)
    return {
        "person": {"id": person},
        "from": start.isoformat(),
        "until": end.isoformat() if end else None,
        **times,
        "breakDurationInMinutes": pause,
        "comments": comments,
        "activityLevels": [{"level": level, "activityDefinition": {"id": key}} for level, key in levels],
        "isRejected": False,
    }
