"""Puts the collections, the authentication host, the control API and the gate together."""

from collections.abc import Iterable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from terminal_app.simulator import (
    activity_definitions,
    activity_usages,
    assignments,
    clockings,
    control,
    custom_references,
    histories,
    page,
    tokens,
    webhooks,
)
from terminal_app.simulator.collection import routes as collection_routes
from terminal_app.simulator.collection import unknown_deltas
from terminal_app.simulator.collections_of_tenant import collections
from terminal_app.simulator.errors import ApiError, answer_api_error, answer_http_error
from terminal_app.simulator.gate import Gate
from terminal_app.simulator.raw_paths import RawPathRoute
from terminal_app.simulator.state import State
from terminal_app.simulator.webhook_delivery import Deliveries


def build_application(state: State) -> ASGIApp:
    """The ASGI application of one simulated server."""
    application = Starlette(
        routes=all_routes(state),
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_error},
    )
    return Gate(application, state)


def all_routes(state: State) -> list[Route]:
    """Every address, each once with all its methods (a 405 lists them); sets the delivery of webhooks up too."""
    parts = (
        tokens,
        clockings,
        assignments,
        activity_definitions,
        activity_usages,
        histories,
        custom_references,
        control,
    )
    own = [route for part in parts for route in part.routes(state)]
    known = {collection.name: collection for collection in collections(state)}
    common = [route for collection in known.values() for route in collection_routes(state, collection)]
    state.changes.listeners[:] = [Deliveries(state, known).changed]
    return _merged([*page.routes(), *own, *common, *webhooks.routes(state, known), *unknown_deltas()])


def _merged(routes: Iterable[Route]) -> list[Route]:
    by_path: dict[str, list[Route]] = {}
    for route in routes:
        by_path.setdefault(route.path, []).append(route)
    return [_one(path, same) for path, same in by_path.items()]


def _one(path: str, routes: list[Route]) -> Route:
    endpoints = {method: route.endpoint for route in routes for method in route.methods or ()}

    async def dispatch(request: Request) -> Response:
        response: Response = await endpoints[request.method](request)
        return response

    return RawPathRoute(path, dispatch, methods=list(endpoints))
