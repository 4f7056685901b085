"""Activity definitions of one level of a structure, their usages and restrictions (reference, 9.8).

A definition has no delta and no webhook, and is not deleted: end it with `active_until`.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Self, TypeVar
from urllib.parse import quote

from pydantic import (
    AliasChoices,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    field_serializer,
    model_validator,
)

from terminal_app.protime.calls import Body, Calls
from terminal_app.protime.collection import Collection, Readings
from terminal_app.protime.errors import UnexpectedAnswer
from terminal_app.protime.external_references import by_id
from terminal_app.protime.new_record import Code, NewRecord, RecordName, Written, written
from terminal_app.protime.scopes import Scope
from terminal_app.protime.whole_record import (
    CleanText,
    Day,
    Flag,
    Lenient,
    Name,
    Note,
    OpenEnum,
    Part,
    Reference,
    TextRef,
    TextReference,
    Whole,
    WholeRecord,
)

SetOf = TypeVar("SetOf", bound=WholeRecord)
_WRITTEN_TEXTS = ("name", "shortCode", "dataEntryCode", "externalReference", "info")


class UsageKind(OpenEnum):
    """Who may use a definition."""

    PERSON = "Person"
    GROUP = "Group"
    CIRCLE = "Circle"


class Usage(Part):
    """Somebody who may use a definition, from a day to a day."""

    activity_usage_kind: Annotated[UsageKind | None, Lenient] = None
    usage_reference: Reference = None
    from_date: Day = Field(default=None, validation_alias="from")
    until: Day = None
    """None, or an empty text: no end."""


class UsageSet(WholeRecord):
    """The usages of a definition. Whether none means everybody or nobody is not documented."""

    activity_definition: TextRef = Field(
        default=None, validation_alias=AliasChoices("activityDefinitionId", "activityDefinition")
    )
    usages: Annotated[tuple[Usage, ...] | None, Lenient] = None


class Restriction(Part):
    """Definitions of a level that go with a definition; read as: only these may be chosen (inferred)."""

    level: Whole = None
    activity_definitions: Annotated[tuple[TextReference, ...] | None, Lenient] = None


class RestrictionSet(WholeRecord):
    """The restrictions of a definition."""

    activity_definition: TextRef = Field(
        default=None, validation_alias=AliasChoices("activityDefinitionId", "activityDefinition")
    )
    restrictions: Annotated[tuple[Restriction, ...] | None, Lenient] = None


class ActivityDefinition(WholeRecord):
    """Something to work on."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    structure_version: CleanText = None
    level: Whole = None
    name: Name = None
    parent: TextRef = None
    short_code: CleanText = None
    data_entry_code: CleanText = None
    """The `@data-entry-code`."""
    external_reference: CleanText = None
    """The `@external-reference`."""
    info: Note = None
    active_from: Day = None
    active_until: Day = None
    can_configure_restrictions: Flag = None
    """Older pages."""
    usages: Annotated[tuple[Usage, ...] | None, Lenient] = None
    """With `expand`; in which form was not seen: what is in another one is in `model_extra`."""
    restrictions: Annotated[tuple[Restriction, ...] | None, Lenient] = None
    _as_it_came: Mapping[str, object] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _keep_texts(cls, data: object, read: ModelWrapValidatorHandler[Self]) -> Self:
        record = read(data)
        if isinstance(data, Mapping):
            came = {name: data[name] for name in _WRITTEN_TEXTS if name in data}
            record._as_it_came = came  # noqa: SLF001 # its own class
        return record

    def text_as_it_came(self, name: str) -> str | None:
        """A text by the API's name, neither cleaned nor cut: to write it back, not to show it. None: no text."""
        return _text(self._as_it_came.get(name))

    def name_as_it_came(self) -> tuple[str | None, dict[str, str]]:
        """The default name and the translations, likewise."""
        name = self._as_it_came.get("name")
        found = name.get("translations") if isinstance(name, Mapping) else None
        translations = found if isinstance(found, Mapping) else {}
        texts = {key: text for key, one in translations.items() if (text := _text(one))}
        return _text(name.get("default")) if isinstance(name, Mapping) else None, texts


class NewActivityDefinition(NewRecord):
    """A definition to create, or to put in the place of one: then what is left out becomes empty."""

    name: Mapping[str, object]
    """Made by `name_of`."""
    parent: RecordName | None = None
    """On the level above; counts at creation only."""
    short_code: str | None = None
    data_entry_code: Code | None = None
    """Required or made by Protime, by configuration."""
    external_reference: Code | None = None
    info: str | None = None
    active_from: dt.date | None = None
    active_until: dt.date | None = None

    @classmethod
    def of(cls, record: ActivityDefinition) -> Self:
        """All that may be written of a record that was read: change what is to change, and put it back.

        Texts are carried over as they came, not as they are shown. Raises ValueError for what may not be written.
        """
        texts = record.name
        cleaned = {key: text for key, text in (texts.translations or {}).items() if text} if texts else {}
        default, translations = record.name_as_it_came()
        return cls(
            name=name_of(default or (texts.default if texts else None) or record.id, {**cleaned, **translations}),
            parent=by_id(record.parent.id) if record.parent and record.parent.id else None,
            short_code=record.text_as_it_came("shortCode") or record.short_code,
            data_entry_code=record.text_as_it_came("dataEntryCode") or record.data_entry_code,
            external_reference=record.text_as_it_came("externalReference") or record.external_reference,
            info=record.text_as_it_came("info") or record.info,
            active_from=record.active_from,
            active_until=record.active_until,
        )


class NewUsage(NewRecord):
    """A usage to add, or the one to delete. Periods of one kind and reference may not overlap."""

    activity_usage_kind: UsageKind
    usage_reference: RecordName
    from_date: dt.date = Field(validation_alias="from", serialization_alias="from")
    until: dt.date | None = None


class UsageChange(NewRecord):
    """Another period for a usage; the original one must match."""

    activity_usage_kind: UsageKind
    usage_reference: RecordName
    original_from: dt.date
    original_until: dt.date | None = None
    updated_from: dt.date
    updated_until: dt.date | None = None


class NewRestriction(NewRecord):
    """The definitions of a level that go with a definition, by their ids."""

    level: Annotated[int, Field(ge=1)]
    activity_definitions: tuple[str, ...]

    @field_serializer("activity_definitions")
    def _as_references(self, ids: Sequence[str]) -> list[dict[str, object]]:
        return [by_id(key) for key in ids]


class Expand(StrEnum):
    """What one definition may bring along."""

    USAGE = "usage"
    RESTRICTIONS = "restrictions"


class ActivityDefinitions(Readings[ActivityDefinition]):
    """The definitions of one level. The structure is named by its GUID, which myProtime shows."""

    def __init__(self, calls: Calls, structure: str, level: int) -> None:
        path = f"activity-structure-versions/{quote(structure, safe='')}/levels/{level}/activity-definitions"
        super().__init__(
            calls,
            Collection(
                "activity-definitions",
                ActivityDefinition,
                Scope.ACTIVITY_DEFINITIONS_READ,
                by_reference="activity-definitions",
                path=path,
            ),
        )

    async def get_with(self, key: str, *parts: Expand, by: str | None = None) -> ActivityDefinition:
        """One definition with its usages, restrictions or both. Raises ProtimeError."""
        return await self.get(key, by=by, expand=",".join(parts))

    async def create(self, definition: NewActivityDefinition) -> Written:
        """Create one; Protime makes its GUID. Raises ProtimeError."""
        return await self._write("POST", self.collection.address, definition.body(), (200, 201, 202))

    async def put(
        self, key: str, definition: NewActivityDefinition, *, by: str | None = None, etag: str | None = None
    ) -> Written:
        """Replace one by its GUID; `by` an external reference replace it or create it. Raises ProtimeError."""
        path, _ = self.one(key, by)
        return await self._write("PUT", path, definition.body(), (200, 201, 202, 204), etag)

    async def usages(self, key: str, *, by: str | None = None, references: Iterable[tuple[str, str]] = ()) -> UsageSet:
        """Who may use a definition. Raises ProtimeError."""
        found = await self._calls.read(self._below(key, by, "usages", references), scope=self.collection.scope)
        return _read(UsageSet, found)

    async def add_usage(self, key: str, usage: NewUsage, *, by: str | None = None) -> None:
        """Let somebody use a definition. Raises ProtimeError."""
        await self._write("POST", self._below(key, by, "usages"), usage.body(), (200, 201, 202, 204))

    async def change_usage(self, key: str, change: UsageChange, *, by: str | None = None) -> None:
        """Give a usage another period. Raises ProtimeError."""
        await self._write("PUT", self._below(key, by, "usages"), change.body(), (200, 201, 202, 204))

    async def delete_usage(self, key: str, usage: NewUsage, *, by: str | None = None) -> None:
        """Take a usage away. Raises ProtimeError."""
        await self._write("DELETE", self._below(key, by, "usages"), usage.body(), (200, 202, 204))

    async def restrictions(
        self, key: str, *, by: str | None = None, references: Iterable[tuple[str, str]] = ()
    ) -> RestrictionSet:
        """What a definition goes with. Raises ProtimeError."""
        path = self._below(key, by, "restrictions", references)
        return _read(RestrictionSet, await self._calls.read(path, scope=self.collection.scope))

    async def put_restrictions(
        self, key: str, restrictions: Iterable[NewRestriction], *, by: str | None = None
    ) -> None:
        """Replace what a definition goes with. Raises ProtimeError."""
        body = Body([one.body().json for one in restrictions])
        await self._write("PUT", self._below(key, by, "restrictions"), body, (200, 201, 202, 204))

    def _below(self, key: str, by: str | None, part: str, references: Iterable[tuple[str, str]] = ()) -> str:
        path, mark, query = self.one(key, by, references)[0].partition("?")
        return f"{path}/{part}{mark}{query}"

    async def _write(
        self, method: str, path: str, body: Body, wanted: tuple[int, ...], etag: str | None = None
    ) -> Written:
        headers = {"If-Match": etag} if etag else {}
        response = await self._calls.change(
            method, path, body, scope=Scope.ACTIVITY_DEFINITIONS_WRITE, wanted=wanted, headers=headers
        )
        return written(response)


def name_of(default: str, translations: Mapping[str, str] | None = None) -> dict[str, object]:
    """A name to write; translations by culture code, such as nl-NL."""
    return {"default": default, **({"translations": dict(translations)} if translations else {})}


def _text(found: object) -> str | None:
    return found if isinstance(found, str) and found else None


def _read(kind: type[SetOf], found: Mapping[str, object]) -> SetOf:
    try:
        return kind.model_validate(found)
    except ValidationError:
        raise UnexpectedAnswer("the usages or restrictions of an activity cannot be read") from None
