"""What an answer to a new clocking means (reference, 3 and 12). Pure.

In doubt is whatever may have been stored: only a look at the server's records tells.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Outcome, Postponed, Refused
from terminal_app.protime.errors import Interrupted, NotSent, Reach, TokenError, explanation_of, in_log_of
from terminal_app.protime.retry_after import retry_after
from terminal_app.protime.scopes import SCOPE_PREFIX, Scope
from terminal_app.protime.transport import Response

_ID_IN_LOCATION = re.compile(r"/clockings/(\d{1,18})/?(?:[?#]|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a clocking that was sent, and what that says about the way to Protime."""

    outcome: Outcome
    reach: Reach
    in_log: str
    """The outcome's explanation without the server's own words, which may name a person or a badge."""


def of_answer(response: Response, now: datetime) -> Sent:
    """The outcome of an answer, after one fresh token in case of a 401."""
    if response.status == 201:  # noqa: PLR2004 # Created: nearly every answer, and its body says nothing more
        return Sent(_created(response), Reach.REACHED, "Protime answered 201")
    outcome, reach = _outcome_of(response, now)
    return Sent(outcome, reach, in_log_of(response.status, response.body) + _remedy(response.status))


def _created(response: Response) -> Outcome:
    found = _ID_IN_LOCATION.search(response.headers.get("location", ""))
    return Confirmed(int(found[1])) if found else InDoubt("Protime answered 201 without the clocking's id")


def _outcome_of(response: Response, now: datetime) -> tuple[Outcome, Reach]:  # noqa: PLR0911 # one a row of the table
    text = explanation_of(response.status, response.body)
    wait = retry_after(response.headers, now)
    match response.status:
        case status if 200 <= status < 300:  # noqa: PLR2004 # the classes of HTTP
            return InDoubt(text, wait), Reach.REACHED
        case 401 | 403:
            return Postponed(text + _remedy(response.status), wait), Reach.NOT_ALLOWED
        case 408 | 409:
            return InDoubt(text, wait), Reach.REACHED
        case 429:
            return Postponed(text, wait), Reach.LIMITED
        case status if 400 <= status < 500:  # noqa: PLR2004
            return Refused(text), Reach.REACHED
        case status if 300 <= status < 400:  # noqa: PLR2004
            return Postponed(f"{text}; a redirection is not followed", wait), Reach.UNREACHABLE
        case _:
            return InDoubt(text, wait), Reach.UNREACHABLE


def _remedy(status: int) -> str:
    if status not in (401, 403):
        return ""
    return f". The call needs the scope {SCOPE_PREFIX}{Scope.CLOCKINGS_WRITE}"


def of_failure(error: NotSent | Interrupted | TokenError) -> Sent:
    """The outcome without an answer."""
    if isinstance(error, Interrupted):
        return Sent(InDoubt(str(error), error.retry_after), error.reach, error.in_log)
    return Sent(Postponed(str(error), error.retry_after), error.reach, error.in_log)
