"""The collection `clockings` (reference, 9.1): create one, and read what the server has around a day."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from pydantic import Field

from terminal_app.clocking.clocking import Clocking
from terminal_app.clocking.matching import SentClocking, ServerRecord
from terminal_app.clocking.wall_time import WallTime
from terminal_app.protime.calls import BASE_PATH, Calls
from terminal_app.protime.clocking_body import clocking_body
from terminal_app.protime.collection import Collection, Filtering, Readings
from terminal_app.protime.errors import Interrupted, NotSent, TokenError, UnexpectedAnswer
from terminal_app.protime.external_references import EXTERNAL_CODE, asked, value_of
from terminal_app.protime.fields import CleanText, Flag, Id, IdReference, Lenient, Record
from terminal_app.protime.filters import date as date_of_clocking
from terminal_app.protime.filters import person
from terminal_app.protime.outcomes import Sent, of_answer, of_failure
from terminal_app.protime.paging import pages
from terminal_app.protime.scopes import Scope
from terminal_app.protime.throttle import Urgency

_PATH = f"{BASE_PATH}/clockings"
_DELETED = "Deleted"
_Minute = Annotated[int, Field(ge=-100_000, le=100_000)]


class _Definition(Record):
    id: CleanText = None


class _Level(Record):
    level: Annotated[int | None, Lenient] = None
    activity_definition: Annotated[_Definition | None, Lenient] = None


class ClockingRecord(Record):
    """A clocking as the API shows it, as far as it is recognised by; the first three fields must be there."""

    id: Id
    date: date
    time_of_day_in_minutes: _Minute
    original_time_of_day_in_minutes: Annotated[_Minute | None, Lenient] = None
    kind: CleanText = None
    terminal: Annotated[IdReference | None, Lenient] = None
    reason: Annotated[IdReference | None, Lenient] = None
    activity_levels: Annotated[list[_Level] | None, Lenient] = None
    is_generated: Flag = None
    status: CleanText = None

    def as_server_record(self) -> ServerRecord:
        """In the terms of the look-up."""
        original = self.original_time_of_day_in_minutes
        levels = sorted(self.activity_levels or [], key=lambda one: one.level or 0)
        ids = [one.activity_definition.id for one in levels if one.activity_definition]
        return ServerRecord(
            protime_id=self.id,
            kind=self.kind or "",
            wall_time=WallTime(self.date, self.time_of_day_in_minutes),
            original_wall_time=None if original is None else WallTime(self.date, original),
            has_terminal=self.terminal is not None,
            terminal_code=value_of(self.terminal.external_references, EXTERNAL_CODE) if self.terminal else None,
            reason_id=self.reason.id if self.reason else None,
            activity_ids=tuple(key.lower() for key in ids if key),
            is_generated=bool(self.is_generated),
            is_deleted=self.status == _DELETED,
        )


class OwnedClockingRecord(ClockingRecord):
    """A clocking with whose it is."""

    person: Annotated[IdReference | None, Lenient] = None


_CLOCKINGS = Collection("clockings", OwnedClockingRecord, Scope.CLOCKINGS_READ, Filtering.DATE)


class Clockings:
    """The clockings of one tenant, as one terminal sends them."""

    def __init__(self, calls: Calls, *, reference_name: str, terminal_code: str | None) -> None:
        self._calls = calls
        self._reference_name = reference_name
        self._terminal_code = terminal_code

    async def create(self, clocking: Clocking, reference_value: str | None = None) -> Sent:
        """Send one clocking. Failures are outcomes; nothing that the server or the network does raises.

        `reference_value` is what the person has as the reference that people are named by; None: they are named by id.
        """
        body = clocking_body(
            clocking,
            reference_name=self._reference_name,
            reference_value=reference_value,
            terminal_code=self._terminal_code,
        )
        try:
            response = await self._calls.call(
                "POST", _PATH, json.dumps(body).encode(), scope=Scope.CLOCKINGS_WRITE, urgency=Urgency.FIRST
            )
        except (NotSent, Interrupted, TokenError) as error:
            return of_failure(error)
        return of_answer(response, datetime.now(UTC))

    async def read_around(self, person_id: int, day: date, *, urgency: Urgency = Urgency.FIRST) -> list[ServerRecord]:
        """All that the server has of a person from the day before `day` to the day after, deleted ones included.

        Three days, for Protime may show a night clocking on another one. Raises ProtimeError; also when a record
        cannot be read, since it might be the one that is looked for.
        """
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        condition = f"person in ({person_id}) and date ge '{before.isoformat()}' and date le '{after.isoformat()}'"
        path = f"{_PATH}?filter={quote(condition, safe='')}&{asked('terminals', EXTERNAL_CODE)}"
        found: list[ServerRecord] = []
        async for page in pages(
            self._calls, path, ClockingRecord, scope=Scope.CLOCKINGS_READ, most_waits=0, urgency=urgency
        ):
            if page.unreadable:
                raise UnexpectedAnswer("a clocking that Protime shows cannot be read")
            found += [record.as_server_record() for record in page.records]
        return found

    async def read_days(self, people: Sequence[int], first: date, last: date) -> dict[int, list[ServerRecord]]:
        """All that the server has of these people from `first` to `last`, by person, deleted ones included.

        After what others have to call. Raises ProtimeError.
        """
        found: dict[int, list[ServerRecord]] = {person_id: [] for person_id in people}
        where = date_of_clocking.between(first, last) & person.in_(people)
        readings = Readings(self._calls, _CLOCKINGS)
        async for record in readings.records(where, references=[("terminals", EXTERNAL_CODE)]):
            if record.person is not None and record.person.id in found:
                found[record.person.id].append(record.as_server_record())
        return found

    def sent_clocking(self, clocking: Clocking) -> SentClocking:
        """What `create` sends of a clocking, as far as it can be recognised."""
        return SentClocking(
            kind=clocking.kind,
            wall_time=clocking.wall_time,
            terminal_code=self._terminal_code,
            reason_id=clocking.reason.id if clocking.reason else None,
            activity_ids=tuple(level.id.lower() for level in clocking.activity_levels),
        )
