"""What may become of one request in a simulated world, and what the product makes of it."""

from datetime import UTC, datetime
from enum import Enum
from functools import cache

from terminal_app.protime.errors import Interrupted, NotSent, TokenUnavailable
from terminal_app.protime.outcomes import Sent, of_answer, of_failure
from terminal_app.protime.transport import Response

NOW = datetime(2026, 1, 15, tzinfo=UTC)


class Fate(Enum):
    """What becomes of one request."""

    FINE = "fine"
    REFUSED_CONNECTION = "no connection"
    TOKEN_DEAD = "no token"
    CUT_BEFORE = "cut, never stored"
    CUT_LATE = "cut or given up, stored later"
    CUT_AFTER = "stored, answer lost"
    FAILED_BEFORE = "5xx, not stored"
    FAILED_AFTER = "5xx, stored"
    CONFLICT_AFTER = "409, stored"
    NO_LOCATION = "201 without an id"
    LIMITED = "429"
    UNAUTHORISED = "401"


_CHANCES = {
    Fate.FINE: 10,
    Fate.REFUSED_CONNECTION: 1,
    Fate.TOKEN_DEAD: 1,
    Fate.CUT_BEFORE: 2,
    Fate.CUT_LATE: 3,
    Fate.CUT_AFTER: 3,
    Fate.FAILED_BEFORE: 1,
    Fate.FAILED_AFTER: 1,
    Fate.CONFLICT_AFTER: 1,
    Fate.NO_LOCATION: 1,
    Fate.LIMITED: 1,
    Fate.UNAUTHORISED: 1,
}
FATES, WEIGHTS = tuple(_CHANCES), tuple(_CHANCES.values())
STORED = frozenset({Fate.FINE, Fate.CUT_AFTER, Fate.FAILED_AFTER, Fate.CONFLICT_AFTER, Fate.NO_LOCATION})
"""Of these the record is there when the answer is made, or would be."""
_STATUSES = {
    Fate.NO_LOCATION: 201,
    Fate.FAILED_BEFORE: 502,
    Fate.FAILED_AFTER: 502,
    Fate.CONFLICT_AFTER: 409,
    Fate.LIMITED: 429,
    Fate.UNAUTHORISED: 401,
}


@cache
def _failed(fate: Fate) -> Sent:
    match fate:
        case Fate.REFUSED_CONNECTION:
            return of_failure(NotSent("no connection"))
        case Fate.TOKEN_DEAD:
            return of_failure(TokenUnavailable("no token"))
        case _:
            return of_failure(Interrupted("no answer"))


@cache
def _refused(status: int, wait_seconds: int) -> Sent:
    headers = {"retry-after": str(wait_seconds)} if wait_seconds else {}
    return of_answer(Response(status, headers, b""), NOW)


def sent_for(fate: Fate, protime_id: int, wait_seconds: int) -> Sent:
    """What the product makes of what came back."""
    if fate is Fate.FINE:
        location = f"/connector/protimeapi/api/v1/clockings/{protime_id}"
        return of_answer(Response(201, {"location": location}, b""), NOW)
    status = _STATUSES.get(fate)
    return _failed(fate) if status is None else _refused(status, wait_seconds)
