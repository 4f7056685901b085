"""Assignments: planned work (reference, 9.14). Written only where the tenant has no Planning Flex or Shift."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from terminal_app.protime.calls import Calls
from terminal_app.protime.collection import Collection, Filtering, Readings
from terminal_app.protime.new_record import Minute, NewActivityLevel, NewRecord, RecordName, Written, written
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import Day, Flag, Levels, Minutes, Note, NumberedRecord, Reference


class Assignment(NumberedRecord):
    """Work that is planned for a person."""

    person: Reference = None
    from_date: Day = Field(default=None, validation_alias="from")
    until: Day = None
    start_time_in_minutes: Minutes = None
    end_time_in_minutes: Minutes = None
    break_duration_in_minutes: Minutes = None
    comments: Note = None
    activity_levels: Levels = None
    is_rejected: Flag = None
    """Newer pages only."""


class NewAssignment(NewRecord):
    """An assignment to create, or to put in the place of one: then what is left out becomes empty."""

    person: RecordName
    from_date: dt.date = Field(validation_alias="from", serialization_alias="from")
    activity_levels: Annotated[tuple[NewActivityLevel, ...], Field(min_length=1)]
    until: dt.date | None = None
    start_time_in_minutes: Minute | None = None
    end_time_in_minutes: Minute | None = None
    break_duration_in_minutes: Annotated[int, Field(ge=0)] | None = None
    comments: str | None = None


ASSIGNMENTS = Collection("assignments", Assignment, Scope.ASSIGNMENTS_READ, Filtering.DATE, has_delta=True)


class Assignments(Readings[Assignment]):
    """The assignments of a tenant; a list's `date` is compared with their first day."""

    def __init__(self, calls: Calls) -> None:
        super().__init__(calls, ASSIGNMENTS)

    async def create(self, assignment: NewAssignment) -> Written:
        """Create one. Raises ProtimeError."""
        return await self._write("POST", self.collection.address, assignment, (200, 201, 202))

    async def update(self, key: int, assignment: NewAssignment, *, etag: str | None = None) -> Written:
        """Replace one; with `etag` only while it is still that one (Conflict). Raises ProtimeError."""
        path, _ = self.one(key)
        return await self._write("PUT", path, assignment, (200, 201, 202, 204), etag)

    async def delete(self, key: int) -> None:
        """Delete one. Raises ProtimeError, NotFound when there is none."""
        path, _ = self.one(key)
        await self._calls.change("DELETE", path, scope=Scope.ASSIGNMENTS_WRITE, wanted=(200, 202, 204))

    async def _write(
        self, method: str, path: str, assignment: NewAssignment, wanted: tuple[int, ...], etag: str | None = None
    ) -> Written:
        headers = {"If-Match": etag} if etag else {}
        response = await self._calls.change(
            method, path, assignment.body(), scope=Scope.ASSIGNMENTS_WRITE, wanted=wanted, headers=headers
        )
        return written(response)
