"""The first thing every request meets: the log, the switches that touch all requests, the limit of the address."""

import asyncio
import logging

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from terminal_app.simulator.answers import Cut, gateway_answer, retry_after
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.faults import FaultTarget
from terminal_app.simulator.state import State

CONTROL_PREFIX = "/_control"
_LONGEST_URI = 4096
_logger = logging.getLogger(__name__)


class Gate:
    """An ASGI application around the API; `/_control` passes untouched."""

    def __init__(self, application: ASGIApp, state: State) -> None:
        self._application = application
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; an error of the simulator itself is kept, its answer was a 500."""
        try:
            if scope["path"].startswith(CONTROL_PREFIX):
                await self._application(scope, receive, send)
            else:
                await self._pass(scope, receive, send)
        except Exception as error:
            _logger.exception("the simulator itself failed")
            self._state.crashes.append(error)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        entry = self._state.requests.begin(scope)
        faults = self._state.faults.current
        is_touched = _is_touched(scope, faults.target)

        async def noting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                if is_touched and faults.slow_answer_seconds:
                    await asyncio.sleep(faults.slow_answer_seconds)
                entry.status = message["status"]
            await send(message)

        try:
            if is_touched and faults.slow_seconds and not faults.down:
                receive = await _body_first(receive)
                await asyncio.sleep(faults.slow_seconds)
            answer = self._early_answer(scope)
            await (answer or self._application)(scope, receive, noting_send)
        finally:
            self._state.requests.end(entry, scope)

    def _early_answer(self, scope: Scope) -> Response | None:
        """What a switch, or the limit of the address, answers in place of the API."""
        faults = self._state.faults.current
        if _is_touched(scope, faults.target):
            if faults.down:
                return Cut(reset=faults.cut_with_reset)
            if faults.refuse_with_status is not None:
                headers = retry_after(faults.refuse_retry_after_seconds, faults.retry_after_form)
                return gateway_answer(faults.refuse_with_status, faults.refuse_body, headers)
            if self._state.faults.take_rate_limit():
                headers = retry_after(faults.rate_limit_retry_after_seconds, faults.retry_after_form)
                return ApiError(429, "Too many requests.", headers=headers).response()
            if faults.garbage_body is not None:
                return gateway_answer(200, faults.garbage_body)
        return _uri_answer(scope)


async def _body_first(receive: Receive) -> Receive:
    """Reads the body before the waiting, so that a client which gives up meanwhile has sent it all the same."""
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())

    async def replay() -> Message:
        return messages.pop(0) if messages else await receive()

    return replay


def _uri_answer(scope: Scope) -> Response | None:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    length = len(f"{scope['scheme']}://") + len(host) + len(scope["raw_path"])
    if scope["query_string"]:
        length += 1 + len(scope["query_string"])
    if length <= _LONGEST_URI:
        return None
    return ApiError(414, f"The URI is longer than {_LONGEST_URI} characters.").response()


def _is_touched(scope: Scope, target: FaultTarget) -> bool:
    path: str = scope["path"]
    is_token = path.startswith("/tenants/")
    is_read = scope["method"] == "GET"
    match target:
        case FaultTarget.ALL:
            return True
        case FaultTarget.TOKEN:
            return is_token
        case FaultTarget.API:
            return not is_token
        case FaultTarget.READS:
            return not is_token and is_read
        case FaultTarget.WRITES:
            return not is_token and not is_read
