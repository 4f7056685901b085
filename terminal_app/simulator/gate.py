"""The first thing every request meets: the log, the switches and rules that touch it, the limit of the address."""

import asyncio
import logging
from datetime import timedelta
from email.utils import format_datetime

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from terminal_app.simulator.answers import CUT_EXTENSION, Cut, gateway_answer, retry_after
from terminal_app.simulator.errors import ApiError
from terminal_app.simulator.fault_rules import Effect, Rule
from terminal_app.simulator.faults import AnswerBody, is_touched
from terminal_app.simulator.state import State

CONTROL_PREFIX = "/_control"
_LONGEST_URI = 4096
_logger = logging.getLogger(__name__)


class Gate:
    """An ASGI application around the API; `/_control` and the page at `/` pass untouched."""

    def __init__(self, application: ASGIApp, state: State) -> None:
        self._application = application
        self._state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request; an error of the simulator itself is kept, its answer was a 500."""
        try:
            if scope["path"].startswith(CONTROL_PREFIX) or scope["path"] == "/":
                await self._application(scope, receive, send)
            else:
                await self._pass(scope, receive, send)
        except Exception as error:
            _logger.exception("the simulator itself failed")
            self._state.crashes.append(error)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = self._state
        entry = state.requests.begin(scope)
        faults = state.faults.current
        touched = is_touched(scope, faults.target)
        body = b""
        if state.rules.active or (touched and faults.down):  # a cut with bytes unread would be a reset
            receive, body = await _body_first(receive)
        rules = state.rules.happening(scope, body, self._badges(), state.clock.now())

        async def noting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                if touched and faults.slow_answer_seconds:
                    await asyncio.sleep(faults.slow_answer_seconds)
                entry.status = message["status"]
            await send(message)

        try:
            if touched and faults.slow_seconds and not faults.down:
                receive, _ = await _body_first(receive)
                await asyncio.sleep(faults.slow_seconds)
            if any(rule.effect is Effect.DELAY for rule in rules):
                receive, _ = await _body_first(receive)
                await asyncio.sleep(sum(max(rule.seconds, 0) for rule in rules if rule.effect is Effect.DELAY))
            answer = self._early_answer(scope) or self._ruled_answer(rules)
            altered = _Altered(scope, noting_send, rules, self._date(rules))
            await (answer or self._application)(scope, receive, altered.send)
            await altered.end(receive)
        finally:
            state.requests.end(entry, scope)

    def _badges(self) -> dict[int, str]:
        people = self._state.people
        named = {active.rule.person for active in self._state.rules.active} - {0}
        return {key: str(people.record(key).get("badgeNumber", "")) for key in named if key in people}

    def _date(self, rules: list[Rule]) -> str:
        """The header `Date`: the simulator's clock, skewed by rules."""
        skew = sum(rule.seconds for rule in rules if rule.effect is Effect.CLOCK_SKEW)
        return format_datetime(self._state.clock.now() + timedelta(seconds=-skew), usegmt=True)

    def _ruled_answer(self, rules: list[Rule]) -> Response | None:
        """What a rule answers in place of the API."""
        for rule in rules:
            match rule.effect:
                case Effect.CUT_BEFORE:
                    return Cut(reset=self._state.faults.current.cut_with_reset)
                case Effect.REFUSE:
                    self._state.refuse_connections(max(rule.seconds, 0))
                    return Cut(reset=True)
                case Effect.HTML:
                    return gateway_answer(rule.status, AnswerBody.HTML, _retry_after(rule))
                case Effect.STATUS:
                    return gateway_answer(rule.status, AnswerBody.JSON, _retry_after(rule))
                case _:
                    pass
        return None

    def _early_answer(self, scope: Scope) -> Response | None:
        """What a switch, or the limit of the address, answers in place of the API."""
        faults = self._state.faults.current
        if is_touched(scope, faults.target):
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


class _Altered:
    """Sends an answer as the rules want it: not at all, half of it, with another type or date."""

    def __init__(self, scope: Scope, send: Send, rules: list[Rule], date: str) -> None:
        self._scope = scope
        self._send = send
        self._effects = {rule.effect for rule in rules}
        self._date = date
        self._is_cut = False

    async def send(self, message: Message) -> None:
        """Passes a message of the answer on."""
        if Effect.CUT_AFTER in self._effects or self._is_cut:
            self._is_cut = True
            return
        if message["type"] == "http.response.start":
            message = {**message, "headers": self._headers(list(message["headers"]))}
        elif message["type"] == "http.response.body" and Effect.HALF in self._effects:
            body: bytes = message.get("body", b"")
            message = {**message, "body": body[: len(body) // 2], "more_body": True}
            self._is_cut = True
        await self._send(message)

    async def end(self, receive: Receive) -> None:
        """Cuts the connection where the answer was kept back, and waits until the server has noticed."""
        if self._is_cut:
            self._scope[CUT_EXTENSION](reset=False)
            message = await receive()
            while message["type"] != "http.disconnect":
                message = await receive()

    def _headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        if Effect.WRONG_TYPE in self._effects:
            headers = [(name, value) for name, value in headers if name != b"content-type"]
            headers.append((b"content-type", b"text/html; charset=utf-8"))
        return [*headers, (b"date", self._date.encode("ascii"))]


def _retry_after(rule: Rule) -> dict[str, str]:
    return {"Retry-After": str(rule.retry_after)} if rule.retry_after else {}


async def _body_first(receive: Receive) -> tuple[Receive, bytes]:
    """Reads the body before the waiting, so that a client which gives up meanwhile has sent it all the same."""
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    body = b"".join(message.get("body", b"") for message in messages)

    async def replay() -> Message:
        return messages.pop(0) if messages else await receive()

    return replay, body


def _uri_answer(scope: Scope) -> Response | None:
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    length = len(f"{scope['scheme']}://") + len(host) + len(scope["raw_path"])
    if scope["query_string"]:
        length += 1 + len(scope["query_string"])
    if length <= _LONGEST_URI:
        return None
    return ApiError(414, f"The URI is longer than {_LONGEST_URI} characters.").response()
