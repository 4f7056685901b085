"""What every call of the control API has in common: its path, who may call, and bodies that are objects."""

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from terminal_app.simulator.access import Handler
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.gate import CONTROL_PREFIX
from terminal_app.simulator.webhook_delivery import is_loopback


def control_route(path: str, method: str, endpoint: Handler) -> Route:
    """An address of the control API; pages of other servers in a browser are refused, and every other `Host`."""

    async def checked(request: Request) -> Response:
        origin, host = request.headers.get("origin"), request.headers.get("host", "")
        own = f"{request.url.scheme}://{host}"
        # A name of another's that was made to lead here has an origin and a host that agree: it is no loopback's.
        if not is_loopback(own) or origin not in (None, own):
            raise ApiError(403, "Only the simulator's own page may call this.")
        return await endpoint(request)

    return Route(f"{CONTROL_PREFIX}{path}", checked, methods=[method])


async def json_object(request: Request) -> dict[str, object]:
    """The body, which has to be a JSON object; 400 otherwise."""
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise ApiError(400, "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise ApiError(400, "The body is not an object.")
    return body
