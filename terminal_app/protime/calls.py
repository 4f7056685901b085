"""Calls of the API with a valid token; answers other than the wanted ones as exceptions."""

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from terminal_app.protime.answers import error_of
from terminal_app.protime.errors import NotAllowed, TokenUnavailable, UnexpectedAnswer, json_of
from terminal_app.protime.retry_after import retry_after
from terminal_app.protime.scopes import SCOPE_PREFIX
from terminal_app.protime.throttle import Throttle, Urgency
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Response, Transport

BASE_PATH = "/connector/protimeapi/api/v1"
_ASSUMED_HOLD = timedelta(seconds=1)
"""After a 429 that does not say how long: the caller's own back-off does the rest."""
_REFUSED_SECONDS = 300.0
"""How long a token that got a 401 for a scope, although it was fresh, is not renewed for that scope again."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a change sends."""

    json: object
    hidden: tuple[str, ...] = ()
    """Texts in it that must not come back in an error, such as a badge number."""


class Calls:
    """Calls of one tenant's API."""

    def __init__(
        self,
        transport: Transport,
        tokens: TokenSource,
        api_url: str,
        throttle: Throttle | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._tokens = tokens
        self._throttle = throttle or Throttle()
        self.api_url = api_url
        """Scheme and host; paths are appended to it."""
        self._monotonic = monotonic
        self._refused: dict[str, tuple[str, float]] = {}
        """By scope, the token that got a 401 although it was fresh, and until when that is believed."""

    @property
    def missing_scopes(self) -> frozenset[str]:
        """The scopes that were asked for and not granted, as far as the last token tells."""
        return self._tokens.missing

    async def call(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        *,
        scope: str | None = None,
        headers: Mapping[str, str] | None = None,
        urgency: Urgency = Urgency.AFTER,
    ) -> Response:
        """One call of `path` (from the first slash, with its query, encoded); a 401 gets one fresh token.

        Where a fresh one did not help, a 401 for the same `scope` is believed for a while, but for urgent calls: a host
        that means a missing scope by it must not cost everybody their token at each call.

        `scope` is the one that the call needs: when the token's answer says that it was not granted, nothing is sent,
        but for urgent calls, where only the API's own word counts. Raises NotAllowed then, and NotSent, HeldBack
        (urgent calls only), Interrupted, TokenRefused or TokenUnavailable; any answer is returned.
        """
        async with self._throttle.turn(urgency):
            token = await self._token()
            if scope in self._tokens.missing and urgency is Urgency.AFTER:
                raise NotAllowed(
                    f"not sent: the scope {SCOPE_PREFIX}{scope} was not granted. Have Protime grant it to this client"
                )
            response = await self._send(method, path, content, token, headers)
            if response.status == HTTPStatus.UNAUTHORIZED and (
                urgency is Urgency.FIRST or not self._is_refused(scope, token)
            ):
                self._tokens.reject(token)
                token = await self._token()
                response = await self._send(method, path, content, token, headers)
                if response.status == HTTPStatus.UNAUTHORIZED and scope is not None:
                    self._refused[scope] = (token, self._monotonic() + _REFUSED_SECONDS)
        wait = retry_after(response.headers, datetime.now(UTC))
        if response.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._throttle.hold(_ASSUMED_HOLD if wait is None else wait)
        elif response.status == HTTPStatus.SERVICE_UNAVAILABLE and wait is not None:
            self._throttle.hold(wait)
        return response

    async def fetch(
        self,
        path: str,
        *,
        scope: str | None = None,
        hidden: Iterable[str] = (),
        urgency: Urgency = Urgency.AFTER,
    ) -> Response:
        """The answer to a GET of `path`, which is a 200. Raises ProtimeError for any other."""
        response = await self.call("GET", path, scope=scope, urgency=urgency)
        if response.status != 200:  # noqa: PLR2004 # OK
            raise error_of(response, scope=scope, hidden=hidden)
        return response

    async def read(self, path: str, *, scope: str | None = None, hidden: Iterable[str] = ()) -> dict[str, object]:
        """The JSON object at `path`. Raises ProtimeError when there is none."""
        return object_in(await self.fetch(path, scope=scope, hidden=hidden))

    async def change(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        scope: str,
        wanted: Collection[int],
        headers: Mapping[str, str] | None = None,
        urgency: Urgency = Urgency.AFTER,
    ) -> Response:
        """A POST, PUT or DELETE that is answered by a `wanted` status. Raises ProtimeError."""
        content = None if body is None else json.dumps(body.json).encode()
        response = await self.call(method, path, content, scope=scope, headers=headers, urgency=urgency)
        if response.status not in wanted:
            raise error_of(response, scope=scope, hidden=body.hidden if body else (), is_change=True)
        return response

    async def _token(self) -> str:
        try:
            return await self._tokens.token()
        except TokenUnavailable as error:
            if error.retry_after is not None:
                self._throttle.hold(error.retry_after)
            raise

    def _is_refused(self, scope: str | None, token: str) -> bool:
        refused, until = self._refused.get(scope or "", ("", 0.0))
        return token == refused and self._monotonic() < until

    async def _send(
        self, method: str, path: str, content: bytes | None, token: str, headers: Mapping[str, str] | None
    ) -> Response:
        sent = {**(headers or {}), "Authorization": f"Bearer {token}"}
        if content is not None:
            sent["Content-Type"] = "application/json"
        return await self._transport.request(method, self.api_url + path, headers=sent, content=content)


def object_in(response: Response) -> dict[str, object]:
    """The JSON object that an answer holds. Raises UnexpectedAnswer."""
    try:
        found = json_of(response.body)
    except ValueError:
        raise UnexpectedAnswer(f"Protime answered {response.status} with something other than JSON") from None
    if not isinstance(found, dict):
        raise UnexpectedAnswer(f"Protime answered {response.status} with something other than a JSON object")
    return found
