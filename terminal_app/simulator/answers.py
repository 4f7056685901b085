"""Answers that are no answers: a connection cut, and what a broken gateway says."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.faults import AnswerBody, RetryAfterForm

CUT_EXTENSION = "simulator.cut"

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>gateway</body></html>"


class Cut(Response):
    """Closes the connection without a byte of an answer."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__()
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Cuts, then waits until the server has noticed, so that it does not answer in our place."""
        scope[CUT_EXTENSION](reset=self._reset)
        message = await receive()
        while message["type"] != "http.disconnect":
            message = await receive()


def retry_after(seconds: int | None, form: RetryAfterForm) -> dict[str, str]:
    """The header `Retry-After` in the form wanted, or none."""
    if seconds is None or form is RetryAfterForm.MISSING:
        return {}
    if form is RetryAfterForm.HTTP_DATE:
        then = datetime.now(UTC) + timedelta(seconds=seconds)
        return {"Retry-After": format_datetime(then, usegmt=True)}
    return {"Retry-After": str(seconds)}


def gateway_answer(status: int, body: AnswerBody, headers: dict[str, str] | None = None) -> Response:
    """An answer by something before the API: the API's own JSON, HTML, broken JSON or nothing."""
    if body is AnswerBody.JSON:
        return ApiError(status, "The service is not available.", headers=headers).response()
    if body is AnswerBody.HTML:
        return HTMLResponse(_HTML.format(status), status, headers)
    if body is AnswerBody.BROKEN_JSON:
        return Response('{"value": [{"id": 1, "person": {', status, headers, "application/json")
    return Response(b"", status, headers)
