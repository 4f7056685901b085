"""The control API's part for the tenant: its clock, its records, what became of webhooks, and all of it in numbers."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.control_calls import control_route, json_object
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.state import State
from terminal_app.simulator.webhook_records import Webhook


def routes(state: State) -> list[Route]:
    """The addresses of the tenant."""

    async def show_status(_request: Request) -> Response:
        return JSONResponse(status(state))

    async def forward(request: Request) -> Response:
        seconds = (await json_object(request)).get("forward_seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise ApiError(400, "forward_seconds is a number")
        try:
            state.clock.forward(seconds)
        except ValueError as error:
            raise ApiError(400, str(error)) from error
        state.settle()
        return await show_status(request)

    async def put_record(request: Request) -> Response:
        name, key = request.path_params["collection"], request.path_params["id"]
        record = None if request.method == "DELETE" else await json_object(request)
        try:
            state.put_record(name, key, record)
        except KeyError as error:
            raise ApiError(404, "There is no such collection or record.") from error
        return Response(status_code=204)

    async def show_webhooks(_request: Request) -> Response:
        return JSONResponse([_webhook(webhook) for webhook in state.webhooks.all()])

    return [
        control_route("/status", "GET", show_status),
        control_route("/clock", "POST", forward),
        control_route("/records/{collection}/{id:int}", "PUT", put_record),
        control_route("/records/{collection}/{id:int}", "DELETE", put_record),
        control_route("/webhooks", "GET", show_webhooks),
    ]


def status(state: State) -> dict[str, object]:
    """What is there, in a few numbers."""
    return {
        "now": state.clock.now().isoformat(timespec="seconds"),
        "today": state.today().isoformat(),
        "tenant": state.settings.tenant,
        "people": state.people.count(),
        "seed": state.settings.seed,
        "historyDays": state.settings.history_days,
        "clockings": state.clockings.count(),
        "deltas": [{"collection": delta.collection, "id": delta.id} for delta in state.deltas.active()],
        "webhooks": len(state.webhooks.all()),
        "rules": len(state.rules.active),
        "crashes": len(state.crashes),
    }


def _webhook(webhook: Webhook) -> dict[str, object]:
    return {
        **webhook.record(),
        "isDeleted": webhook.is_deleted,
        "delivered": webhook.delivered,
        "waiting": len(webhook.waiting),
        "attempts": webhook.attempts,
    }
