"""What can go wrong on the way to Protime, and what its error bodies say (reference, section 3).

ProtimeError
├── NotSent               surely nothing reached the server: no route, name, certificate or connection
│   ├── HeldBack          not sent because the server has asked everybody to wait
│   └── TlsUnusable       the file of trusted authorities cannot be used
├── Interrupted           the request may have been processed; its answer did not come whole
├── TokenError            there is no access token
│   ├── TokenRefused      the authentication host will not have us: client id, secret, scope or tenant
│   └── TokenUnavailable  it cannot be reached, is busy or answers nonsense
└── AnswerError           an answer, but not the one that a call needs
    ├── NotAllowed        401 with a fresh token, or 403: the client lacks a scope
    ├── TooManyRequests   429
    ├── PagingExpired     409 or 410: the list has to be read from its beginning
    ├── DeltaRefused      409 to the start of a delta: another one may be active
    ├── DeltaLost         409 or 410 to a delta under way: it has to be started afresh
    ├── Conflict          409 to a change: somebody else was faster
    └── UnexpectedAnswer  any other status, or a body that is not what the reference says
        ├── Invalid       400: the query or the body is not valid
        ├── NotFound      404: there is no such record
        ├── UriTooLong    414
        └── ServerFailed  500 and more
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from pydantic_core import from_json

from terminal_app.clocking.clean_text import clean_text

_MOST_REASONS = 5
_LONGEST_EXPLANATION = 500
_HIDDEN = "***"
_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id", "x-ms-request-id", "traceparent")
"""Not documented: the names that are in use."""
_CODE = re.compile(r"[A-Za-z_]{1,50}", re.ASCII)


class Reach(StrEnum):
    """How far a call got: what it says about the way to Protime, whatever became of its content."""

    REACHED = "reached"
    UNREACHABLE = "unreachable"
    """No connection, no answer, or one of a failing server."""
    LIMITED = "limited"
    """The server asks to wait."""
    TOKEN_REFUSED = "token-refused"  # noqa: S105 # a name, not a secret
    """The client as a whole is refused."""
    NOT_ALLOWED = "not-allowed"
    """The client may not do this."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says of itself, cleaned; what it does not say is empty."""

    status: int | None = None
    """None where the fault is not in the status."""
    code: str = ""
    message: str = ""
    reasons: tuple[str, ...] = ()
    validation_errors: tuple[str, ...] = ()
    """Their form is not documented: the texts of each item."""
    request_id: str = ""
    """To name to Protime's support, where a header holds one."""


class ProtimeError(Exception):
    """A call without the result that was asked for; the text says why, for the operator.

    Neither the secret nor a reference to a person that was sent is in it.
    """

    reach = Reach.UNREACHABLE
    retry_can_help = True
    """Whether the same call may go better later. Of a change look first at `may_have_been_done`."""
    may_have_been_done = False
    """Whether a change that was sent may have been made all the same."""

    def __init__(self, explanation: str, retry_after: timedelta | None = None, *, in_log: str | None = None) -> None:
        super().__init__(explanation)
        self.in_log = in_log or explanation
        """The same without the server's own words, which may name a person or a badge."""
        self.retry_after = retry_after
        """How long the server asks to wait, if it says so."""


class NotSent(ProtimeError):
    """Nothing reached the server."""


class HeldBack(NotSent):
    """The server has asked everybody to wait, and this call does not wait."""

    reach = Reach.LIMITED


class TlsUnusable(NotSent):
    """The file of trusted authorities cannot be used; without it nothing is sent."""

    retry_can_help = False


class Interrupted(ProtimeError):
    """The request may have been processed."""

    may_have_been_done = True


class TokenError(ProtimeError):
    """No access token."""


class TokenRefused(TokenError):
    """The authentication host says no: check client id, secret, tenant and the scopes granted to the client."""

    reach = Reach.TOKEN_REFUSED
    retry_can_help = False


class TokenUnavailable(TokenError):
    """No answer, or none that holds a token; later there may be one."""


class AnswerError(ProtimeError):
    """An answer that is not what a call needs."""

    def __init__(
        self,
        explanation: str,
        retry_after: timedelta | None = None,
        said: Said | None = None,
        *,
        in_log: str | None = None,
    ) -> None:
        super().__init__(explanation, retry_after, in_log=in_log)
        self.said = said or Said()


class NotAllowed(AnswerError):
    """The client lacks a scope: have Protime grant it."""

    reach = Reach.NOT_ALLOWED
    retry_can_help = False


class TooManyRequests(AnswerError):
    """The server asks to wait."""

    reach = Reach.LIMITED


class PagingExpired(AnswerError):
    """The list has to be read from its beginning."""

    reach = Reach.REACHED


class DeltaRefused(AnswerError):
    """A delta could not be started: another one of the same collection may be active."""

    reach = Reach.REACHED


class DeltaLost(AnswerError):
    """The delta is over: start afresh, and remove what the new start no longer shows."""

    reach = Reach.REACHED
    retry_can_help = False


class Conflict(AnswerError):
    """The record was changed meanwhile: read it, then decide."""

    reach = Reach.REACHED
    retry_can_help = False
    may_have_been_done = True


class UnexpectedAnswer(AnswerError):
    """Another status, or a body that cannot be read."""


class Invalid(UnexpectedAnswer):
    """The query or the body is not valid; why may be in `said.reasons` and `said.validation_errors`."""

    reach = Reach.REACHED
    retry_can_help = False


class NotFound(UnexpectedAnswer):
    """There is no such record."""

    reach = Reach.REACHED
    retry_can_help = False


class UriTooLong(UnexpectedAnswer):
    """More than 4,096 characters: ask for less at a time."""

    reach = Reach.REACHED
    retry_can_help = False


class ServerFailed(UnexpectedAnswer):
    """The server failed, or is not available."""

    may_have_been_done = True


def explanation_of(status: int, body: bytes) -> str:
    """An answer's status and what its body says about it, cleaned; for all three forms of error and for none."""
    return explained(said_in(status, body))


def explained(said: Said) -> str:
    """The same, from what was said."""
    details = (said.code, said.message, *said.reasons, *said.validation_errors)
    text = "; ".join(dict.fromkeys(one for one in details if one))
    return clean_text(f"Protime answered {said.status}" + (f": {text}" if text else ""), _LONGEST_EXPLANATION)


def in_log_of(status: int, body: bytes) -> str:
    """An answer's status and error code: all that a log gets of it. A code that might hold a number or name is not."""
    code = said_in(status, body).code
    return f"Protime answered {status}" + (f" ({code})" if _CODE.fullmatch(code) else "")


def json_of(body: bytes) -> object:
    """What a body holds. Raises ValueError, also for one that is nested without end."""
    try:
        return from_json(body)
    except ValueError:
        pass  # the slower one reads halves of surrogate pairs as well
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def said_in(status: int, body: bytes, headers: Mapping[str, str] | None = None, *, without: Iterable[str] = ()) -> Said:
    """What an answer says of itself; `headers` by lower-case name. A gateway's page says nothing to an operator.

    `without` are texts that must not be in it.
    """
    hidden = sorted({one for one in without if one}, key=len, reverse=True)
    request_id = next((clean_text(headers[name]) for name in _REQUEST_IDS if name in headers), "") if headers else ""
    try:
        found = json_of(body)
    except ValueError:
        return Said(status, request_id=request_id)
    error = found.get("error", found) if isinstance(found, dict) else None
    if isinstance(found, dict) and isinstance(error, str):  # the form of OAuth 2.0
        return Said(status, _text(error, hidden), _text(found.get("error_description"), hidden), request_id=request_id)
    if not isinstance(error, dict):
        return Said(status, request_id=request_id)
    return Said(
        status,
        _text(error.get("code"), hidden),
        _text(error.get("message"), hidden),
        _items(error.get("reasons"), hidden),
        _items(error.get("validationErrors"), hidden),
        request_id,
    )


def _items(found: object, hidden: Sequence[str]) -> tuple[str, ...]:
    """The texts of a list; the form of an item of `validationErrors` is not documented, so any is taken."""
    if not isinstance(found, list):
        return ()
    texts = []
    for item in found[:_MOST_REASONS]:
        values = list(item.values()) if isinstance(item, dict) else [item]
        texts.append(": ".join(text for text in (_text(value, hidden) for value in values) if text))
    return tuple(texts)


def _text(found: object, hidden: Sequence[str]) -> str:
    """Hidden before it is cut, which would leave a part, and after it is cleaned, which may put parts together."""
    return _hidden(clean_text(_hidden(found, hidden)), hidden) if isinstance(found, str) else ""


def _hidden(text: str, hidden: Sequence[str]) -> str:
    for one in hidden:
        text = text.replace(one, _HIDDEN)
    return text
