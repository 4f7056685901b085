"""Where tokens are asked for, by OpenID Connect discovery (reference, section 2). Optional: the place is documented."""

from urllib.parse import urlsplit

from terminal_app.protime.errors import Interrupted, NotSent, TokenUnavailable, json_of
from terminal_app.protime.transport import Transport

_TOKEN_END = "/connect/token"  # noqa: S105 # the end of an address, not a secret


async def token_url_of(transport: Transport, documented_url: str) -> str:
    """The `token_endpoint` of the document beside the documented address of the tokens.

    Raises TokenUnavailable; also for one on another host, since the client secret goes there.
    """
    document = documented_url.removesuffix(_TOKEN_END) + "/.well-known/openid-configuration"
    try:
        response = await transport.request("GET", document)
    except (NotSent, Interrupted) as error:
        raise TokenUnavailable(
            f"no discovery document: {error}", in_log=f"no discovery document: {error.in_log}"
        ) from error
    try:
        found = json_of(response.body) if response.status == 200 else None  # noqa: PLR2004 # OK
    except ValueError:
        found = None
    url = found.get("token_endpoint") if isinstance(found, dict) else None
    if not isinstance(url, str) or _origin(url) != _origin(documented_url):
        raise TokenUnavailable("the discovery document names no token endpoint on the authentication host")
    return url


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    return parts.scheme, parts.hostname, port
