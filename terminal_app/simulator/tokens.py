"""The authentication host: tokens by client credentials, and the discovery document (reference section 2)."""

import secrets
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from terminal_app.simulator.request_log import TOKEN_PATH
from terminal_app.simulator.settings import Settings
from terminal_app.simulator.state import State

_FORM = "application/x-www-form-urlencoded"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class _OAuthError(Exception):
    """A refusal by the authentication host, as OAuth 2.0 writes it."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.body = {"error": error, "error_description": description}


def routes(state: State) -> list[Route]:
    """The two addresses of the authentication host."""

    async def token(request: Request) -> Response:
        body = await request.body()
        try:
            _check_tenant(state, request)
            form = _read_form(request.headers.get("content-type", ""), body)
            _check_client(state, form)
            return JSONResponse(_granted(state, form), headers=_NO_STORE)
        except _OAuthError as error:
            return JSONResponse(error.body, error.status, _NO_STORE)

    async def discovery(request: Request) -> Response:
        try:
            _check_tenant(state, request)
        except _OAuthError as error:
            return JSONResponse(error.body, error.status)
        return JSONResponse(_discovery_document(str(request.base_url).rstrip("/"), state.settings))

    return [
        Route(TOKEN_PATH, token, methods=["POST"]),
        Route("/tenants/{tenant}/.well-known/openid-configuration", discovery, methods=["GET"]),
    ]


def _check_tenant(state: State, request: Request) -> None:
    if request.path_params["tenant"] != state.settings.tenant:
        raise _OAuthError(404, "invalid_request", "There is no such tenant.")


def _read_form(content_type: str, body: bytes) -> dict[str, str]:
    if content_type.partition(";")[0].strip().lower() != _FORM:
        raise _OAuthError(400, "invalid_request", "The body is not form encoded.")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError as error:
        raise _OAuthError(400, "invalid_request", "The body cannot be read.") from error
    form = dict(pairs)
    if len(form) != len(pairs) or "grant_type" not in form:
        raise _OAuthError(400, "invalid_request", "grant_type is missing, or a parameter is given twice.")
    if form["grant_type"] != "client_credentials":
        raise _OAuthError(400, "unsupported_grant_type", "Only client_credentials.")
    return form


def _check_client(state: State, form: dict[str, str]) -> None:
    expected = {"client_id": state.settings.client_id, "client_secret": state.settings.client_secret}
    if any(not secrets.compare_digest(form.get(name, "").encode(), value.encode()) for name, value in expected.items()):
        status = state.faults.current.invalid_client_status
        raise _OAuthError(status, "invalid_client", "The client is not known.")


def _granted(state: State, form: dict[str, str]) -> dict[str, object]:
    wanted = form.get("scope", "").split()
    if not wanted or not state.settings.scopes.issuperset(wanted):
        raise _OAuthError(400, "invalid_scope", "A scope is missing, unknown or not for this client.")
    granted = [scope for scope in wanted if scope not in state.faults.current.withheld_scopes]
    lifetime = state.faults.current.token_lifetime_seconds
    return {
        "access_token": state.tokens.issue(frozenset(granted), lifetime, state.settings),
        "expires_in": lifetime,
        "token_type": "Bearer",
        "scope": " ".join(granted),
    }


def _discovery_document(host: str, settings: Settings) -> dict[str, object]:
    issuer = f"{host}/tenants/{settings.tenant}"
    return {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/connect/token",
        "jwks_uri": f"{issuer}/.well-known/openid-configuration/jwks",
        "scopes_supported": sorted(settings.scopes),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }
