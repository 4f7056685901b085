"""The control API under `/_control/`: what the server got, and the switches. No token, always answering."""

from datetime import date
from itertools import islice

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator import control_faults, control_tenant
from terminal_app.simulator.clocking_store import Status, StoredClocking
from terminal_app.simulator.control_calls import control_route, json_object
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.people_records import PersonError
from terminal_app.simulator.records import EVERYTHING
from terminal_app.simulator.request_log import RequestLog
from terminal_app.simulator.state import State

_DEFAULT_LAST = 50


def routes(state: State) -> list[Route]:
    """The addresses of the control API."""
    own = [*_record_routes(state), *_people_routes(state)]
    return [*own, *control_faults.routes(state), *control_tenant.routes(state)]


def _record_routes(state: State) -> list[Route]:
    async def clockings(request: Request) -> Response:
        last = request.query_params.get("last", "")
        records = list(state.clockings)
        if last.isdecimal():
            records = records[len(records) - min(int(last), len(records)) :]
        return JSONResponse([received(state, record) for record in records])

    async def edit_clocking(request: Request) -> Response:
        record = state.clockings.get(request.path_params["id"])
        if record is None:
            raise ApiError(404, "There is no such clocking.")
        before = record.day
        _edit(state, record, await json_object(request))
        state.clocking_changed(record.sent.person, before, record.day)
        return JSONResponse(received(state, record))

    async def requests(request: Request) -> Response:
        wanted = request.query_params.get("last", str(_DEFAULT_LAST))
        if not wanted.isdecimal():
            raise ApiError(400, "last is a number")
        return JSONResponse(_requests(state.requests, int(wanted)))

    async def reset(_request: Request) -> Response:
        state.reset()
        return Response(status_code=204)

    return [
        control_route("/clockings", "GET", clockings),
        control_route("/clockings/{id:int}", "POST", edit_clocking),
        control_route("/requests", "GET", requests),
        control_route("/reset", "POST", reset),
    ]


def _people_routes(state: State) -> list[Route]:
    async def people(request: Request) -> Response:
        first = request.query_params.get("first", "1")
        if not first.isdecimal():
            raise ApiError(400, "first is a number")
        found = islice(state.people.after(int(first) - 1, EVERYTHING), _DEFAULT_LAST)
        return JSONResponse([state.people.record(key) for key in found])

    async def change_person(request: Request) -> Response:
        try:
            key = state.people.change(await json_object(request))
        except PersonError as error:
            raise ApiError(400, str(error)) from error
        return JSONResponse(state.people.record(key))

    async def delete_person(request: Request) -> Response:
        try:
            state.people.remove(request.path_params["id"])
        except KeyError as error:
            raise ApiError(404, "There is no such person.") from error
        return Response(status_code=204)

    return [
        control_route("/people", "GET", people),
        control_route("/people", "POST", change_person),
        control_route("/people/{id:int}", "DELETE", delete_person),
    ]


def received(state: State, record: StoredClocking) -> dict[str, object]:
    """One stored record as it was sent, with the names a person would look for."""
    sent = record.sent
    terminal = state.terminals.references(sent.terminal) if sent.terminal is not None else {}
    person = state.people.record(sent.person) if sent.person in state.people else {}
    return {
        "id": record.id,
        "personId": sent.person,
        "badgeNumber": person.get("badgeNumber"),
        "date": sent.day.isoformat(),
        "timeOfDayInMinutes": sent.minutes,
        "kind": sent.kind.value,
        "reasonCode": state.absences.definition(sent.reason).code if sent.reason is not None else None,
        "isOpen": sent.is_open,
        "activityLevels": [_activity(state, key) for _, key in sent.levels],
        "terminal": terminal.get("@external-code"),
        "status": record.status.value,
        "receivedBody": record.received_body,
        "receivedAt": record.received_at.isoformat(),
    }


def _activity(state: State, key: str) -> str:
    definition = state.activities.definition(key)
    return definition.data_entry_code if definition and definition.data_entry_code else key


def _edit(state: State, record: StoredClocking, changes: dict[str, object]) -> None:
    unknown = sorted(set(changes) - {"status", "timeOfDayInMinutes", "date"})
    status, minutes, day = changes.get("status"), changes.get("timeOfDayInMinutes"), changes.get("date")
    if unknown or not isinstance(minutes, int | None) or isinstance(minutes, bool):
        raise ApiError(400, f"unknown or wrong: {', '.join(unknown) or 'timeOfDayInMinutes'}")
    try:
        state.clockings.edit(
            record,
            status=Status(str(status)) if status is not None else None,
            minutes=minutes,
            day=date.fromisoformat(str(day)) if day is not None else None,
        )
    except ValueError as error:
        raise ApiError(400, str(error)) from error


def _requests(log: RequestLog, last: int) -> dict[str, object]:
    counts = sorted(log.counts.items(), key=lambda item: (item[0][1], item[0][0], item[0][2] or 0))
    entries = list(log.last)[-last:] if last else []
    return {
        "counts": [
            {"method": method, "path": path, "status": status, "count": number}
            for (method, path, status), number in counts
        ],
        "tokenRequests": log.token_requests(),
        "last": [
            {
                "method": entry.method,
                "path": entry.path,
                "query": entry.query,
                "status": entry.status,
                "headers": entry.headers,
                "receivedAt": entry.received_at.isoformat(),
            }
            for entry in entries
        ],
    }
