"""Access tokens by OAuth 2.0 client credentials (reference, section 2)."""

import asyncio
import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from terminal_app.protime.discovery import token_url_of
from terminal_app.protime.errors import (
    Interrupted,
    NotSent,
    Reach,
    TokenRefused,
    TokenUnavailable,
    explanation_of,
    in_log_of,
    json_of,
    said_in,
)
from terminal_app.protime.retry_after import retry_after
from terminal_app.protime.scopes import granted_in, scope_text
from terminal_app.protime.transport import Response, Transport

_ASSUMED_LIFE_SECONDS = 300.0
_LONGEST_MARGIN_SECONDS = 60.0
_REFUSED_SECONDS = 3600.0
"""How long a refused scope is not asked for again."""


@dataclass(frozen=True, slots=True)
class _Given:
    """A token that was just given."""

    token: str
    life_seconds: float
    scopes: frozenset[str]


class ScopeRefused(TokenRefused):
    """One of the scopes that were asked for is not for this client."""


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
        discover: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; with `discover` the place of the tokens is asked for beside `token_url` before the first one."""
        self._transport = transport
        self._url = token_url
        self._discover = discover
        self._client = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._scopes = tuple(dict.fromkeys(scopes))
        self._monotonic = monotonic
        self._one_at_a_time = asyncio.Lock()
        self._token: str | None = None
        self._renew_at = 0.0
        self._ends_at = 0.0
        self._not_before = 0.0
        self._refused: frozenset[str] = frozenset()
        self._ask_for_all_at = 0.0
        self._probed: dict[tuple[str, ...], bool] = {}
        """What an unfinished probe has found: whether these scopes are granted together."""
        self.missing: frozenset[str] = frozenset()
        """The scopes that were asked for and not granted, as far as the last token tells."""

    async def token(self) -> str:
        """A token that is valid as far as is known. Raises TokenRefused or TokenUnavailable.

        While the endpoint has asked to wait nothing is sent to it. While one caller renews a token that has not ended
        yet, the others go on with it.
        """
        if self._one_at_a_time.locked() and self._token is not None and self._monotonic() < self._ends_at:
            return self._token
        async with self._one_at_a_time:
            if self._token is None or self._monotonic() >= self._renew_at:
                asked_at = self._monotonic()
                given = await self._fresh()
                margin = min(_LONGEST_MARGIN_SECONDS, given.life_seconds / 10)
                self._ends_at = asked_at + given.life_seconds
                self._renew_at = self._ends_at - margin
                self.missing = frozenset(self._scopes) - given.scopes
                self._token = given.token
            return self._token

    def reject(self, token: str) -> None:
        """Forget `token`, which the API did not take; a newer one stays."""
        if self._token == token:
            self._token = None

    async def _fresh(self) -> _Given:
        """A token with all scopes; with those that can be had when one is refused."""
        if self._discover:
            self._url = await token_url_of(self._transport, self._url)
            self._discover = False
        asks_for_all = not self._refused or self._monotonic() >= self._ask_for_all_at
        suspected: list[Collection[str]] = [self._scopes]
        try:
            given = await self._ask(self._scopes if asks_for_all else self._all_but(self._refused))
        except ScopeRefused as error:
            if len(self._scopes) < 2:  # noqa: PLR2004 # no other to go on with
                raise
            if asks_for_all and self._refused:  # most likely the same as before: then the others need no question
                suspected.insert(0, self._refused)
            return await self._with_the_usable(suspected, error)
        if asks_for_all:
            self._refused = frozenset()
        return given

    async def _with_the_usable(self, suspected: list[Collection[str]], refusal: ScopeRefused) -> _Given:
        """A token without those of the suspected scopes that are refused; of the next ones, when that is not enough."""
        for scopes in suspected:
            refused = await self._refused_of(scopes)
            usable = self._all_but(refused)
            if not usable:
                continue
            try:
                given = await self._ask(usable)
            except ScopeRefused:
                continue
            self._refused, self._ask_for_all_at = refused, self._monotonic() + _REFUSED_SECONDS
            return given
        raise refusal

    async def _refused_of(self, scopes: Collection[str]) -> frozenset[str]:
        """Which of them are refused: the refusal of all does not tell, so they are asked for by halves."""
        asked = tuple(scope for scope in self._scopes if scope in scopes)
        is_refused = asked == self._scopes or not await self._is_granted(asked)
        refused = await self._refused_among(asked) if is_refused else frozenset()
        self._probed.clear()
        return refused

    async def _refused_among(self, scopes: tuple[str, ...]) -> frozenset[str]:
        """Which of some are refused that are refused together."""
        if len(scopes) == 1:
            return frozenset(scopes)
        first, second = scopes[: len(scopes) // 2], scopes[len(scopes) // 2 :]
        if await self._is_granted(first):  # then it is the others
            return await self._refused_among(second)
        refused = await self._refused_among(first)
        return refused if await self._is_granted(second) else refused | await self._refused_among(second)

    async def _is_granted(self, scopes: tuple[str, ...]) -> bool:
        if scopes not in self._probed:  # else it was found before the endpoint failed
            try:
                await self._ask(scopes)
            except ScopeRefused:
                self._probed[scopes] = False
            else:
                self._probed[scopes] = True
        return self._probed[scopes]

    def _all_but(self, scopes: Collection[str]) -> tuple[str, ...]:
        return tuple(scope for scope in self._scopes if scope not in scopes)

    async def _ask(self, scopes: Sequence[str]) -> _Given:
        left = self._not_before - self._monotonic()
        if left > 0:
            error = TokenUnavailable(
                f"no access token: its host asks to wait, {left:.0f} s more", timedelta(seconds=left)
            )
            error.reach = Reach.LIMITED
            raise error
        form = {**self._client, "scope": scope_text(scopes)}
        try:
            response = await self._transport.request(
                "POST",
                self._url,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                content=urlencode(form).encode(),
            )
        except (NotSent, Interrupted) as error:
            raise TokenUnavailable(f"no access token: {error}", in_log=f"no access token: {error.in_log}") from error
        try:
            found = _answer_in(response)
        except TokenUnavailable as error:
            if error.retry_after is not None:
                self._not_before = self._monotonic() + error.retry_after.total_seconds()
            raise
        granted = granted_in(found.get("scope"), scopes)
        token, life_seconds = _token_in(found)
        return _Given(token, life_seconds, frozenset(scopes) if granted is None else granted)


def _answer_in(response: Response) -> dict[str, object]:
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
            kind = ScopeRefused if said_in(status, response.body).code == "invalid_scope" else TokenRefused
            remedy = "Check client_id, the client secret, tenant and the client's scopes"
            raise kind(f"{text.removesuffix('.')}. {remedy}", wait, in_log=f"{in_log}. {remedy}")
        case _:
            raise TokenUnavailable(text, wait, in_log=in_log)
    try:
        found = json_of(response.body)
    except ValueError:
        raise TokenUnavailable("no access token: the answer is not JSON") from None
    if not isinstance(found, dict):
        raise TokenUnavailable("no access token: the answer holds none")
    return found


def _token_in(found: dict[str, object]) -> tuple[str, float]:
    token = found.get("access_token")
    if not isinstance(token, str) or not token or not (token.isascii() and token.isprintable()):
        raise TokenUnavailable("no access token: the answer holds none")
    return token, _life_seconds(found.get("expires_in"))


def _life_seconds(found: object) -> float:
    try:
        seconds = float(found)  # type: ignore[arg-type] # whatever the server sent; checked by the conversion
    except (TypeError, ValueError, OverflowError):
        return _ASSUMED_LIFE_SECONDS
    return seconds if math.isfinite(seconds) and seconds > 0 else _ASSUMED_LIFE_SECONDS
