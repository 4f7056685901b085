"""Calls of the API with a valid token; readings with their errors as exceptions."""

from collections.abc import Callable
from datetime import UTC, datetime

from terminal_app.protime.errors import (
    AnswerError,
    NotAllowed,
    NotFound,
    PagingExpired,
    Reach,
    TooManyRequests,
    UnexpectedAnswer,
    explanation_of,
    in_log_of,
    json_of,
)
from terminal_app.protime.retry_after import retry_after
from terminal_app.protime.token import TokenSource
from terminal_app.protime.transport import Response, Transport

BASE_PATH = "/connector/protimeapi/api/v1"


class Calls:
    """Calls of one tenant's API."""

    def __init__(
        self,
        transport: Transport,
        tokens: TokenSource,
        api_url: str,
        on_limit: Callable[[TooManyRequests], object] = lambda _: None,
    ) -> None:
        self._transport = transport
        self._tokens = tokens
        self.api_url = api_url
        """Scheme and host; paths are appended to it."""
        self.on_limit = on_limit
        """Told when a list waits because the server asks to: the other calls should too."""

    async def call(self, method: str, path: str, content: bytes | None = None) -> Response:
        """One call of `path` (from the first slash, with its query, encoded); a 401 gets one fresh token.

        Raises NotSent, Interrupted, TokenRefused or TokenUnavailable; any answer is returned.
        """
        token = await self._tokens.token()
        response = await self._send(method, path, content, token)
        if response.status == 401:  # noqa: PLR2004 # Unauthorized
            self._tokens.reject(token)
            response = await self._send(method, path, content, await self._tokens.token())
        return response

    async def read(self, path: str) -> dict[str, object]:
        """The JSON object at `path`. Raises ProtimeError when there is none."""
        response = await self.call("GET", path)
        if response.status != 200:  # noqa: PLR2004 # OK
            raise reading_error(response)
        try:
            found = json_of(response.body)
        except ValueError:
            raise UnexpectedAnswer("Protime answered 200 with something other than JSON") from None
        if not isinstance(found, dict):
            raise UnexpectedAnswer("Protime answered 200 with something other than a JSON object")
        return found

    async def _send(self, method: str, path: str, content: bytes | None, token: str) -> Response:
        headers = {"Authorization": f"Bearer {token}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return await self._transport.request(method, self.api_url + path, headers=headers, content=content)


def reading_error(response: Response) -> AnswerError:
    """What an answer other than 200 means for a reading."""
    text = explanation_of(response.status, response.body)
    wait = retry_after(response.headers, datetime.now(UTC))
    kind: type[AnswerError]
    match response.status:
        case 401 | 403:
            kind = NotAllowed
        case 404:
            kind = NotFound
        case 409 | 410:
            kind = PagingExpired
        case 429:
            kind = TooManyRequests
        case _:
            kind = UnexpectedAnswer
    error = kind(text, wait, in_log=in_log_of(response.status, response.body))
    if kind is UnexpectedAnswer and 400 <= response.status < 500:  # noqa: PLR2004 # the server answers well enough
        error.reach = Reach.REACHED
    return error
