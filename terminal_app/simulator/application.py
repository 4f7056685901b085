"""Puts the collections, the authentication host, the control API and the gate together."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from terminal_app.simulator import absence_definitions, activity_definitions, clockings, control, people, tokens
from terminal_app.simulator.errors import ApiError, answer_api_error, answer_http_error
from terminal_app.simulator.gate import Gate
from terminal_app.simulator.state import State


def build_application(state: State) -> ASGIApp:
    """The ASGI application of one simulated server."""
    parts = (clockings, tokens, people, absence_definitions, activity_definitions, control)
    application = Starlette(
        routes=[route for part in parts for route in part.routes(state)],
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_error},
    )
    return Gate(application, state)
