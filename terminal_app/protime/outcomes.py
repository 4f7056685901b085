"""What an answer to a new clocking means (reference, 3 and 12). Pure.

In doubt is whatever may have been stored: only a look at the server's records tells.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from terminal_app.clocking.delivery_state import Confirmed, InDoubt, Outcome, Postponed, Refused
from terminal_app.protime.errors import Interrupted, NotSent, Reach, TokenError, explanation_of
from terminal_app.protime.retry_after import retry_after
from terminal_app.protime.scopes import SCOPE_PREFIX, Scope
from terminal_app.protime.transport import Response

_ID_IN_LOCATION = re.compile(r"/clockings/(\d{1,18})/?(?:[?#]|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a clocking that was sent, and what that says about the way to Protime."""

    outcome: Outcome
    reach: Reach


def of_answer(response: Response, now: datetime) -> Sent:  # noqa: PLR0911 # one a row of the table
    """The outcome of an answer, after one fresh token in case of a 401."""
    text = explanation_of(response.status, response.body)
    wait = retry_after(response.headers, now)
    match response.status:
        case 201:
            found = _ID_IN_LOCATION.search(response.headers.get("location", ""))
            if found:
                return Sent(Confirmed(int(found[1])), Reach.REACHED)
            return Sent(InDoubt("Protime answered 201 without the clocking's id"), Reach.REACHED)
        case status if 200 <= status < 300:  # noqa: PLR2004 # the classes of HTTP
            return Sent(InDoubt(text, wait), Reach.REACHED)
        case 401 | 403:
            needed = f"{SCOPE_PREFIX}{Scope.CLOCKINGS_WRITE}"
            return Sent(Postponed(f"{text}. The call needs the scope {needed}", wait), Reach.NOT_ALLOWED)
        case 408 | 409:
            return Sent(InDoubt(text, wait), Reach.REACHED)
        case 429:
            return Sent(Postponed(text, wait), Reach.LIMITED)
        case status if 400 <= status < 500:  # noqa: PLR2004
            return Sent(Refused(text), Reach.REACHED)
        case status if 300 <= status < 400:  # noqa: PLR2004
            return Sent(Postponed(f"{text}; a redirection is not followed", wait), Reach.UNREACHABLE)
        case _:
            return Sent(InDoubt(text, wait), Reach.UNREACHABLE)


def of_failure(error: NotSent | Interrupted | TokenError) -> Sent:
    """The outcome without an answer."""
    if isinstance(error, Interrupted):
        return Sent(InDoubt(str(error), error.retry_after), error.reach)
    return Sent(Postponed(str(error), error.retry_after), error.reach)
