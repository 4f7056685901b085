"""What was asked of the server: counts by kind of request, and the last ones in full but for their secrets."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.routing import Route
from starlette.types import Scope

TOKEN_PATH = "/tenants/{tenant}/connect/token"  # noqa: S105 - an address
_SECRET_HEADERS = ("authorization", "cookie")
OTHERS = "(others)"
_TOKEN = re.compile(r"/tenants/[^/]+/connect/token")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_KEPT = 1000
_MOST_COUNTED = 1000


@dataclass(slots=True)
class Request:
    """One request; `status` stays None when the connection was cut instead of answered."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    received_at: datetime
    status: int | None = None


@dataclass(slots=True)
class RequestLog:
    """All requests but those to `/_control/`, counted when they end."""

    counts: Counter[tuple[str, str, int | None]] = field(default_factory=Counter)
    last: deque[Request] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def begin(self, scope: Scope) -> Request:
        """Notes a request that has just come in."""
        request = Request(
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers={
                name.decode("latin-1"): value.decode("latin-1")
                for name, value in scope["headers"]
                if name.decode("latin-1") not in _SECRET_HEADERS
            },
            received_at=datetime.now(UTC),
        )
        self.last.append(request)
        return request

    def end(self, request: Request, scope: Scope) -> None:
        """Counts a request under the template of its path, or under the path where none fits or a fault answered.

        From so many different ones on, more of these count together as `OTHERS`; so does a method that was made up.
        """
        route = scope.get("route")
        if isinstance(route, Route):
            template = route.path
        else:
            template = TOKEN_PATH if _TOKEN.fullmatch(request.path) else request.path
        counted = request.method, template, request.status
        is_anybodys = template == request.path or request.method not in _METHODS
        if counted not in self.counts and len(self.counts) >= _MOST_COUNTED and is_anybodys:
            counted = "", OTHERS, None
        self.counts[counted] += 1

    def clear(self) -> None:
        """Forgets all."""
        self.counts.clear()
        self.last.clear()

    def token_requests(self) -> int:
        """How often a token was asked for, whatever came of it: a token, a refusal, a fault or a cut."""
        return sum(number for (_, template, _), number in self.counts.items() if template == TOKEN_PATH)
