"""The collection `activity-definitions` of one structure, level by level (reference, 9.8). It has no delta."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from pydantic import Field, StringConstraints, ValidationError

from terminal_app.clocking.choices import ActivityDefinition, Restriction, Usage
from terminal_app.clocking.version import Versioned
from terminal_app.protime.calls import BASE_PATH, Calls
from terminal_app.protime.errors import UnexpectedAnswer
from terminal_app.protime.fields import CleanText, Day, IdReference, Lenient, Record, Texts, Version
from terminal_app.protime.paging import link_of, pages
from terminal_app.protime.scopes import Scope
from terminal_app.protime.source import Found

Guid = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f-]{36}$")]


class _ActivityReference(Record):
    id: Annotated[Guid | None, Lenient] = None


class _UsageRecord(Record):
    activity_usage_kind: CleanText = None
    usage_reference: Annotated[IdReference | None, Lenient] = None
    first: Day = Field(default=None, alias="from")
    until: Day = None
    """None, or an empty text: no end."""

    def as_usage(self) -> Usage:
        key = self.usage_reference.id if self.usage_reference else None
        return Usage(self.activity_usage_kind or "Unknown", key, self.first, self.until)


class _RestrictionRecord(Record):
    level: int
    activity_definitions: Annotated[list[_ActivityReference] | None, Lenient] = None

    def as_restriction(self) -> Restriction:
        ids = [one.id for one in self.activity_definitions or ()]
        return Restriction(self.level, tuple(key for key in ids if key))


class _ExpandedRecord(Record):
    usages: Annotated[list[_UsageRecord] | None, Lenient] = None
    restrictions: Annotated[list[_RestrictionRecord] | None, Lenient] = None


class ActivityDefinitionRecord(Record):
    """An activity definition as the API shows it."""

    id: Guid
    change_version: Version = None
    name: Annotated[Texts | None, Lenient] = None
    parent: Annotated[_ActivityReference | None, Lenient] = None
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


class Activities:
    """Every definition of the levels 1 to `levels` of a structure, usable or not; none without a structure."""

    def __init__(self, calls: Calls, structure: str | None, levels: int, *, with_usages: bool) -> None:
        """`with_usages` reads who may use each of them and with which others: a request a definition more."""
        self._calls = calls
        self._structure = structure
        self._levels = levels
        self._with_usages = with_usages

    async def listed(self, following: str | None = None) -> AsyncIterator[Found[ActivityDefinition]]:
        """As Listing has it: what follows a level's last page is the beginning of the next level."""
        if self._structure is None:
            return
        first = following and self._level_of(following)
        for level in range(first or 1, self._levels + 1):
            path = self._path(level)
            is_rest = level == first
            async for page in pages(
                self._calls,
                following if following and is_rest else path,
                ActivityDefinitionRecord,
                scope=Scope.ACTIVITY_DEFINITIONS_READ,
                may_start_again=not is_rest,
            ):
                kept = []
                for record in page.records:
                    activity = record.as_activity(level)
                    if self._with_usages:
                        activity = await self._expanded(activity, path)
                    kept.append(Versioned(activity, record.change_version or ""))
                link = link_of(page.next_link, "nextLink", self._calls.api_url)
                next_level = self._path(level + 1) if level < self._levels else None
                yield Found(kept, [], link or next_level)

    def _path(self, level: int) -> str:
        structure = quote(self._structure or "", safe="")
        return f"{BASE_PATH}/activity-structure-versions/{structure}/levels/{level}/activity-definitions"

    def _level_of(self, following: str) -> int | None:
        """The level that a page is of; None for none of these."""
        path = following.partition("?")[0]
        return next((level for level in range(1, self._levels + 1) if self._path(level) == path), None)

    async def _expanded(self, activity: ActivityDefinition, path: str) -> ActivityDefinition:
        """The same with its usages and restrictions: the list does not have them."""
        found = await self._calls.read(
            f"{path}/{quote(activity.id, safe='')}?expand=usage,restrictions", scope=Scope.ACTIVITY_DEFINITIONS_READ
        )
        try:
            record = _ExpandedRecord.model_validate(found)
        except ValidationError:
            raise UnexpectedAnswer("an activity definition of Protime cannot be read") from None
        return activity._replace(
            usages=None if record.usages is None else tuple(one.as_usage() for one in record.usages),
            restrictions=None
            if record.restrictions is None
            else tuple(one.as_restriction() for one in record.restrictions),
        )
