"""What can go wrong on the way to Protime, and what its error bodies say (reference, section 3).

ProtimeError
├── NotSent               surely nothing reached the server: no route, name, certificate or connection
├── Interrupted           the request may have been processed; its answer did not come whole
├── TokenError            there is no access token
│   ├── TokenRefused      the authentication host will not have us: client id, secret, scope or tenant
│   └── TokenUnavailable  it cannot be reached, is busy or answers nonsense
└── AnswerError           an answer, but not the one that a reading needs
    ├── NotAllowed        401 with a fresh token, or 403: the client lacks a scope
    ├── TooManyRequests   429
    ├── NotFound          404: there is no such record
    ├── PagingExpired     409 or 410: the list has to be read from its beginning
    └── UnexpectedAnswer  any other status, or a body that is not what the reference says
"""

import json
import re
from datetime import timedelta
from enum import StrEnum

from terminal_app.clocking.clean_text import clean_text

_MOST_REASONS = 5
_LONGEST_EXPLANATION = 500
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


class ProtimeError(Exception):
    """A call without the result that was asked for; the text says why, for the operator."""

    reach = Reach.UNREACHABLE

    def __init__(self, explanation: str, retry_after: timedelta | None = None, *, in_log: str | None = None) -> None:
        super().__init__(explanation)
        self.in_log = in_log or explanation
        """The same without the server's own words, which may name a person or a badge."""
        self.retry_after = retry_after
        """How long the server asks to wait, if it says so."""


class NotSent(ProtimeError):
    """Nothing reached the server."""


class Interrupted(ProtimeError):
    """The request may have been processed."""


class TokenError(ProtimeError):
    """No access token."""


class TokenRefused(TokenError):
    """The authentication host says no: check client id, secret, tenant and the scopes granted to the client."""

    reach = Reach.TOKEN_REFUSED


class TokenUnavailable(TokenError):
    """No answer, or none that holds a token; later there may be one."""


class AnswerError(ProtimeError):
    """An answer that is not what a reading needs."""


class NotAllowed(AnswerError):
    """The client lacks a scope: have Protime grant it."""

    reach = Reach.NOT_ALLOWED


class TooManyRequests(AnswerError):
    """The server asks to wait."""

    reach = Reach.LIMITED


class NotFound(AnswerError):
    """There is no such record."""

    reach = Reach.REACHED


class PagingExpired(AnswerError):
    """The list has to be read from its beginning."""

    reach = Reach.REACHED


class UnexpectedAnswer(AnswerError):
    """Another status, or a body that cannot be read."""


def explanation_of(status: int, body: bytes) -> str:
    """An answer's status and what its body says about it, cleaned; for all three forms of error and for none."""
    said = "; ".join(dict.fromkeys(text for text in _texts(body) if text))
    return clean_text(f"Protime answered {status}" + (f": {said}" if said else ""), _LONGEST_EXPLANATION)


def in_log_of(status: int, body: bytes) -> str:
    """An answer's status and error code: all that a log gets of it. A code that might hold a number or name is not."""
    code = next(iter(_texts(body)), "")
    return f"Protime answered {status}" + (f" ({code})" if _CODE.fullmatch(code) else "")


def json_of(body: bytes) -> object:
    """What a body holds. Raises ValueError, also for one that is nested without end."""
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _texts(body: bytes) -> list[str]:
    try:
        found = json_of(body)
    except ValueError:
        return []  # a gateway's page says nothing to an operator
    if not isinstance(found, dict):
        return []
    error = found.get("error", found)
    if isinstance(error, str):  # the form of OAuth 2.0
        return [clean_text(error), _text(found.get("error_description"))]
    if not isinstance(error, dict):
        return []
    details = [*_items(error.get("reasons")), *_items(error.get("validationErrors"))]
    return [_text(error.get("code")), _text(error.get("message")), *details]


def _items(found: object) -> list[str]:
    """The texts of a list; the form of an item of `validationErrors` is not documented, so any is taken."""
    if not isinstance(found, list):
        return []
    texts = []
    for item in found[:_MOST_REASONS]:
        values = list(item.values()) if isinstance(item, dict) else [item]
        texts.append(": ".join(text for text in map(_text, values) if text))
    return texts


def _text(found: object) -> str:
    return clean_text(found) if isinstance(found, str) else ""
