"""What every call to the API must bring: User-Agent, acceptable media types, a valid token, the scope."""

import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.state import State

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]

_USER_AGENT = re.compile(r"[!#$%&'*+.^_`|~\w-]+/[!#$%&'*+.^_`|~\w-]+ \([^()]*[^()\s][^()]*\)", re.ASCII)
_JSON_RANGES = frozenset({"application/json", "application/*", "*/*"})


def protected(state: State, scope: str | tuple[str, ...], handler: Handler) -> Handler:
    """Wraps an endpoint so that it is reached only by calls in order.

    Args:
        state: Where the tokens are.
        scope: The collection's scope without its prefix, such as `people.read`; any one of several will do.
        handler: The endpoint itself.
    """
    names = (scope,) if isinstance(scope, str) else scope
    needed = frozenset(f"connector-protimeapi-{name}" for name in names)

    async def checked(request: Request) -> Response:
        _check_headers(request)
        _check_token(state, request, needed)
        return await handler(request)

    return checked


def _check_headers(request: Request) -> None:
    if _USER_AGENT.fullmatch(request.headers.get("user-agent", "")) is None:
        raise ApiError(400, "User-Agent is required, as ServiceName/Version (Company Name).")
    accepted = request.headers.get("accept", "*/*")
    if not any(part.partition(";")[0].strip().lower() in _JSON_RANGES for part in accepted.split(",")):
        raise ApiError(406, "Only application/json can be given.")
    if request.method in ("POST", "PUT"):
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/json":
            raise ApiError(415, "The body must be application/json.")


def _check_token(state: State, request: Request, needed: frozenset[str]) -> None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    scopes = state.tokens.scopes(token) if kind.lower() == "bearer" else None
    if scopes is None:
        raise ApiError(401, "The token is missing or not valid.", headers={"WWW-Authenticate": "Bearer"})
    if not needed & scopes:
        raise ApiError(state.faults.current.missing_scope_status, "The token does not have the scope needed.")
