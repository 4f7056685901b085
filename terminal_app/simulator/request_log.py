"""What was asked of the server: counts by kind of request, and the last ones in full but for their secrets."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.routing import Route
from starlette.types import Scope

TOKEN_PATH = "/tenants/{tenant}/connect/token"  # noqa: S105 - an address
_SECRET_HEADERS = ("authorization", "cookie")
_KEPT = 1000


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
        """Counts a request under the template of its path, or under the path where none fits."""
        route = scope.get("route")
        template = route.path if isinstance(route, Route) else request.path
        self.counts[request.method, template, request.status] += 1

    def clear(self) -> None:
        """Forgets all."""
        self.counts.clear()
        self.last.clear()

    def token_requests(self) -> int:
        """How often a token was asked for and answered, with whatever status."""
        return sum(number for (_, template, _), number in self.counts.items() if template == TOKEN_PATH)
