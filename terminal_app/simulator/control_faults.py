"""The control API's part for switches and rules."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.control_calls import control_route, json_object
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.faults import FaultError, Faults, as_json
from terminal_app.simulator.state import State

_LONGEST_REFUSAL = 3600


def routes(state: State) -> list[Route]:
    """The addresses of switches and rules."""
    return [*_fault_routes(state), *_rule_routes(state)]


def _fault_routes(state: State) -> list[Route]:
    async def show_faults(request: Request) -> Response:
        return JSONResponse(as_json(Faults() if "at-rest" in request.query_params else state.faults.current))

    async def change_faults(request: Request) -> Response:
        changes = await json_object(request)
        try:
            state.change_faults(changes)
        except FaultError as error:
            raise ApiError(400, str(error)) from error
        return await show_faults(request)

    async def clear_faults(request: Request) -> Response:
        state.clear_faults()
        return await show_faults(request)

    return [
        control_route("/faults", "GET", show_faults),
        control_route("/faults", "POST", change_faults),
        control_route("/faults", "DELETE", clear_faults),
    ]


def _rule_routes(state: State) -> list[Route]:
    async def show_rules(_request: Request) -> Response:
        return JSONResponse([active.as_json() for active in state.rules.active])

    async def add_rule(request: Request) -> Response:
        try:
            return JSONResponse(state.rules.add(await json_object(request)).as_json(), 201)
        except FaultError as error:
            raise ApiError(400, str(error)) from error

    async def clear_rules(_request: Request) -> Response:
        state.rules.clear()
        return Response(status_code=204)

    async def remove_rule(request: Request) -> Response:
        if not state.rules.remove(request.path_params["id"]):
            raise ApiError(404, "There is no such rule.")
        return Response(status_code=204)

    async def refuse(request: Request) -> Response:
        seconds = (await json_object(request)).get("seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds <= _LONGEST_REFUSAL:
            raise ApiError(400, f"seconds is above 0 and at most {_LONGEST_REFUSAL}")
        state.refuse_connections(seconds)
        return Response(status_code=204)

    return [
        control_route("/rules", "GET", show_rules),
        control_route("/rules", "POST", add_rule),
        control_route("/rules", "DELETE", clear_rules),
        control_route("/rules/{id:int}", "DELETE", remove_rule),
        control_route("/refuse-connections", "POST", refuse),
    ]
