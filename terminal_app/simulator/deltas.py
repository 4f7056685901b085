"""Deltas (reference section 6): one active a collection, over 72 hours after its last use."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from terminal_app.simulator.clock import Clock
from terminal_app.simulator.errors import ApiError

LIFE_SECONDS = 72 * 3600.0


class SecondStart(StrEnum):
    """What a start does while another delta of the collection is active (not documented)."""

    KILL = "kill"
    CONFLICT = "conflict"


@dataclass(slots=True)
class Delta:
    """One delta: what it was started with, and when, and until when it lives."""

    id: int
    collection: str
    filter: str | None
    references: str | None
    start: int
    started_on: date
    lives_until: float


class Deltas:
    """The active delta of each collection. A token is Base64 of JSON, as the reference saw it; it is not secret."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_id = 0
        self._active: dict[str, Delta] = {}

    def start(
        self, collection: str, filter_: str | None, references: str | None, version: int, second: SecondStart
    ) -> Delta:
        """Starts a delta at a version of the tenant.

        Raises:
            ApiError: 409 when there is an active one and that is how `second` wants it.
        """
        before = self._active.get(collection)
        is_active = before is not None and before.lives_until >= self._clock.seconds()
        if is_active and second is SecondStart.CONFLICT:
            raise ApiError(409, "There is an active delta of this collection already.")
        self._last_id += 1
        delta = Delta(self._last_id, collection, filter_, references, version, self._clock.today(), 0.0)
        self._touch(delta)
        self._active[collection] = delta
        return delta

    def used(self, token: str, collection: str) -> tuple[Delta, int]:
        """The delta that a token belongs to, and the version from which to go on; counts as a use.

        Raises:
            ApiError: 400 for a text that is no token, 410 for a delta that is over.
        """
        number, cursor = _read(token)
        delta = self._active.get(collection)
        if delta is None or delta.id != number or delta.lives_until < self._clock.seconds():
            raise ApiError(410, "The delta token has expired. Start again.")
        self._touch(delta)
        return delta, cursor

    def token(self, delta: Delta, version: int) -> str:
        """A token that goes on after a version."""
        content = {"DeltaId": delta.id, "StartingCursor": version, "TimeStamp": _stamp(self._clock.now())}
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()

    def expire_all(self) -> None:
        """Ends every delta."""
        self._active.clear()

    def active(self) -> list[Delta]:
        """The deltas that are active now."""
        now = self._clock.seconds()
        return [delta for delta in self._active.values() if delta.lives_until >= now]

    def _touch(self, delta: Delta) -> None:
        delta.lives_until = self._clock.seconds() + LIFE_SECONDS


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(token: str) -> tuple[int, int]:
    try:
        content = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
        number, cursor = content["DeltaId"], content["StartingCursor"]
    except (ValueError, TypeError, KeyError, RecursionError):
        number = cursor = None
    if type(number) is not int or type(cursor) is not int:
        raise ApiError(400, "The delta token is not valid.")
    return number, cursor
