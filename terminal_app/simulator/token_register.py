"""The tokens that are valid: what each may do and until when."""

import base64
import json
import secrets
from dataclasses import dataclass

from terminal_app.simulator.clock import Clock
from terminal_app.simulator.settings import Settings

_SWEEP_ABOVE = 10_000


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token may do, until a moment of the clock's seconds."""

    scopes: frozenset[str]
    expires_at: float


class TokenRegister:
    """Gives tokens that look like JWTs but are only looked up; a client must not read them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._grants: dict[str, Grant] = {}

    def issue(self, scopes: frozenset[str], lifetime_seconds: int, settings: Settings) -> str:
        """A new token, valid for `lifetime_seconds`."""
        if len(self._grants) > _SWEEP_ABOVE:
            now = self._clock.seconds()
            self._grants = {token: grant for token, grant in self._grants.items() if grant.expires_at > now}
        issued = int(self._clock.now().timestamp())
        claims = {
            "iss": f"https://authentication.example/tenants/{settings.tenant}",
            "client_id": settings.client_id,
            "iat": issued,
            "exp": issued + lifetime_seconds,
            "jti": secrets.token_hex(8),
            "scope": sorted(scopes),
        }
        parts = [json.dumps({"alg": "RS256", "typ": "at+jwt"}), json.dumps(claims)]
        encoded = [base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts]
        token = ".".join([*encoded, secrets.token_urlsafe(32)])
        self._grants[token] = Grant(scopes, self._clock.seconds() + lifetime_seconds)
        return token

    def scopes(self, token: str) -> frozenset[str] | None:
        """What the token may do; None when it is unknown or no longer valid."""
        grant = self._grants.get(token)
        if grant is None or grant.expires_at <= self._clock.seconds():
            return None
        return grant.scopes

    def expire_all(self) -> None:
        """Makes every token given so far invalid."""
        self._grants.clear()
