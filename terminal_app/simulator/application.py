"""Puts the collections, the authentication host, the control API and the gate together."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from terminal_app.simulator import (
    activity_definitions,
    activity_usages,
    assignments,
    clockings,
    control,
    histories,
    tokens,
)
from terminal_app.simulator.collection import routes as collection_routes
from terminal_app.simulator.collection import unknown_deltas
from terminal_app.simulator.collections_of_tenant import collections
from terminal_app.simulator.errors import ApiError, answer_api_error, answer_http_error
from terminal_app.simulator.gate import Gate
from terminal_app.simulator.state import State


def build_application(state: State) -> ASGIApp:
    """The ASGI application of one simulated server."""
    parts = (tokens, clockings, assignments, activity_definitions, activity_usages, histories, control)
    own = [route for part in parts for route in part.routes(state)]
    common = [route for collection in collections(state) for route in collection_routes(state, collection)]
    application = Starlette(
        routes=[*own, *common, *unknown_deltas()],
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_error},
    )
    return Gate(application, state)
