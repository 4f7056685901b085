"""Routes by the path as it was sent: an encoded slash is part of a reference, not the end of it (assumed)."""

from urllib.parse import quote, unquote

from starlette.routing import Match, Route
from starlette.types import Scope


class RawPathRoute(Route):
    """A route that decodes each part of the path after it was found, not before."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the path fits, and the values of what stands in brackets, decoded."""
        encoded = "/".join(quote(part, safe="") for part in parts_of(scope))
        match, found = super().matches({**scope, "path": encoded})
        values = found.get("path_params", {})
        decoded = {name: unquote(value) if isinstance(value, str) else value for name, value in values.items()}
        return match, {**found, "path_params": decoded}


def parts_of(scope: Scope) -> list[str]:
    """What stands between the slashes of a path as it was sent, decoded."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode("ascii")
    return [unquote(part) for part in raw.decode("ascii").split("/")]
