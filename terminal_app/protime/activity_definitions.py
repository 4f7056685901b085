"""The collection `activity-definitions` of one structure, level by level (reference, 9.8)."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from pydantic import StringConstraints

from terminal_app.clocking.choices import ActivityDefinition
from terminal_app.protime.calls import BASE_PATH, Calls
from terminal_app.protime.fields import CleanText, Day, Lenient, Record, Texts
from terminal_app.protime.paging import pages
from terminal_app.protime.scopes import Scope

Guid = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f-]{36}$")]


class _Parent(Record):
    id: Annotated[Guid | None, Lenient] = None


class ActivityDefinitionRecord(Record):
    """An activity definition as the API shows it."""

    id: Guid
    name: Annotated[Texts | None, Lenient] = None
    parent: Annotated[_Parent | None, Lenient] = None
    data_entry_code: CleanText = None
    external_reference: CleanText = None
    active_from: Day = None
    active_until: Day = None

    def as_activity(self, level: int) -> ActivityDefinition:
        """As the terminal keeps it, on the level that was asked for."""
        return ActivityDefinition(
            id=self.id,
            level=level,
            parent_id=self.parent.id if self.parent else None,
            name=(self.name or Texts()).as_text(self.data_entry_code or self.external_reference or self.id),
            data_entry_code=self.data_entry_code,
            external_reference=self.external_reference,
            active_from=self.active_from,
            active_until=self.active_until,
        )


async def activity_definitions(calls: Calls, structure: str, levels: int) -> AsyncIterator[list[ActivityDefinition]]:
    """Every definition of the levels 1 to `levels` of a structure, usable or not. Raises ProtimeError."""
    for level in range(1, levels + 1):
        base = f"{BASE_PATH}/activity-structure-versions/{quote(structure, safe='')}/levels/{level}"
        async for page in pages(
            calls, f"{base}/activity-definitions", ActivityDefinitionRecord, scope=Scope.ACTIVITY_DEFINITIONS_READ
        ):
            yield [record.as_activity(level) for record in page.records]
