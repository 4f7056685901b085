"""What an answer that is not the wanted one means, as an exception (reference, section 3)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus

from terminal_app.protime.errors import (
    AnswerError,
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    PagingExpired,
    Reach,
    ServerFailed,
    TooManyRequests,
    UnexpectedAnswer,
    UriTooLong,
    explained,
    in_log_of,
    said_in,
)
from terminal_app.protime.retry_after import retry_after
from terminal_app.protime.scopes import SCOPE_PREFIX
from terminal_app.protime.transport import Response


def error_of(
    response: Response, *, scope: str | None = None, hidden: Iterable[str] = (), is_change: bool = False
) -> AnswerError:
    """The error for an answer without what was asked for.

    `scope` is the one that the call needs, to name it; `hidden` are texts that were sent and must not come back in the
    error, such as a badge number.
    """
    said = said_in(response.status, response.body, response.headers, without=hidden)
    text = explained(said)
    kind = _kind(response.status, is_change=is_change)
    in_log = in_log_of(response.status, response.body)
    if kind is NotAllowed and scope is not None:
        needed = f". The call needs the scope {SCOPE_PREFIX}{scope}"
        text, in_log = text.removesuffix(".") + needed, in_log + needed
    if said.request_id:
        text += f" (request {said.request_id})"
    error = kind(text, retry_after(response.headers, datetime.now(UTC)), said, in_log=in_log)
    if kind is UnexpectedAnswer and response.status < 300:  # noqa: PLR2004 # done, perhaps, in a way that is not known
        error.reach = Reach.REACHED
        error.may_have_been_done = is_change
    elif kind is UnexpectedAnswer and 400 <= response.status < 500:  # noqa: PLR2004 # the server answers well enough
        error.reach = Reach.REACHED
        error.may_have_been_done = error.retry_can_help = response.status == HTTPStatus.REQUEST_TIMEOUT
    return error


def _kind(status: int, *, is_change: bool) -> type[AnswerError]:  # noqa: PLR0911 # one a row of the table
    match status:
        case 401 | 403:
            return NotAllowed
        case 409 | 410:
            return Conflict if is_change else PagingExpired
        case 429:
            return TooManyRequests
        case 400:
            return Invalid
        case 404:
            return NotFound
        case 414:
            return UriTooLong
        case _ if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return ServerFailed
        case _:
            return UnexpectedAnswer
