"""Access tokens by OAuth 2.0 client credentials (reference, section 2)."""

import asyncio
import math
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from terminal_app.protime.errors import (
    Interrupted,
    NotSent,
    Reach,
    TokenRefused,
    TokenUnavailable,
    explanation_of,
    in_log_of,
    json_of,
)
from terminal_app.protime.retry_after import retry_after
from terminal_app.protime.transport import Response, Transport

SCOPE_PREFIX = "connector-protimeapi-"
_ASSUMED_LIFE_SECONDS = 300.0
_LONGEST_MARGIN_SECONDS = 60.0


class TokenSource:
    """One token for all calls, renewed before its end; one request for it at a time."""

    def __init__(
        self,
        transport: Transport,
        *,
        token_url: str,
        client_id: str,
        client_secret: str,
        scopes: Sequence[str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._url = token_url
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "scope": " ".join(SCOPE_PREFIX + scope for scope in scopes),
        }
        self._monotonic = monotonic
        self._one_at_a_time = asyncio.Lock()
        self._token: str | None = None
        self._renew_at = 0.0

    async def token(self) -> str:
        """A token that is valid as far as is known. Raises TokenRefused or TokenUnavailable."""
        async with self._one_at_a_time:
            if self._token is None or self._monotonic() >= self._renew_at:
                self._token = None
                asked_at = self._monotonic()
                self._token, life_seconds = await self._fresh()
                margin = min(_LONGEST_MARGIN_SECONDS, life_seconds / 10)
                self._renew_at = asked_at + life_seconds - margin
            return self._token

    def reject(self, token: str) -> None:
        """Forget `token`, which the API did not take; a newer one stays."""
        if self._token == token:
            self._token = None

    async def _fresh(self) -> tuple[str, float]:
        try:
            response = await self._transport.request(
                "POST",
                self._url,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                content=urlencode(self._form).encode(),
            )
        except (NotSent, Interrupted) as error:
            raise TokenUnavailable(f"no access token: {error}", in_log=f"no access token: {error.in_log}") from error
        return _token_in(response)


def _token_in(response: Response) -> tuple[str, float]:
    text = f"no access token: {explanation_of(response.status, response.body)}"
    in_log = f"no access token: {in_log_of(response.status, response.body)}"
    wait = retry_after(response.headers, datetime.now(UTC))
    match response.status:
        case 200:
            pass
        case 408 | 429:
            error = TokenUnavailable(text, wait, in_log=in_log)
            error.reach = Reach.LIMITED
            raise error
        case status if 400 <= status < 500:  # noqa: PLR2004 # the classes of HTTP
            remedy = "Check client_id, the client secret, tenant and the client's scopes"
            raise TokenRefused(f"{text}. {remedy}", wait, in_log=f"{in_log}. {remedy}")
        case _:
            raise TokenUnavailable(text, wait, in_log=in_log)
    try:
        found = json_of(response.body)
    except ValueError:
        raise TokenUnavailable("no access token: the answer is not JSON") from None
    token = found.get("access_token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not token or not (token.isascii() and token.isprintable()):
        raise TokenUnavailable("no access token: the answer holds none")
    return token, _life_seconds(found.get("expires_in") if isinstance(found, dict) else None)


def _life_seconds(found: object) -> float:
    try:
        seconds = float(found)  # type: ignore[arg-type] # whatever the server sent; checked by the conversion
    except (TypeError, ValueError, OverflowError):
        return _ASSUMED_LIFE_SECONDS
    return seconds if math.isfinite(seconds) and seconds > 0 else _ASSUMED_LIFE_SECONDS
